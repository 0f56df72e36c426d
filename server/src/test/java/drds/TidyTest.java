package drds;

import static org.assertj.core.api.Assertions.assertThat;

import drds.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What would otherwise only get worse: dead links, error numbers used twice, files that outgrow a head. */
class TidyTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(#[^)]*)?\\)");
    private static final int MOST_LINES = 900;
    private static final Path ROOT = root();

    @Test
    void everyLinkOfADocumentLeadsSomewhere() throws IOException {
        List<String> dead = new ArrayList<>();
        for (Path document : files(".md")) {
            Matcher matcher = LINK.matcher(Files.readString(document));
            while (matcher.find()) {
                String target = matcher.group(1);
                if (!target.contains("://") && !Files.exists(document.resolveSibling(target))) {
                    dead.add(ROOT.relativize(document) + ": " + target);
                }
            }
        }
        assertThat(dead).isEmpty();
    }

    /** Several errors may share MySQL's number where MySQL has none of its own (1105, 1235); then DRDS's code tells them apart. */
    @Test
    void everyErrorCanBeToldFromTheOthers() {
        Map<String, ErrorCode> seen = new HashMap<>();
        List<String> twice = new ArrayList<>();
        for (ErrorCode code : ErrorCode.values()) {
            ErrorCode other = seen.putIfAbsent(code.number() + "/" + code.drdsCode(), code);
            if (other != null) {
                twice.add(code + " and " + other);
            }
        }
        assertThat(twice).isEmpty();
    }

    @Test
    void noFileOutgrowsAHead() throws IOException {
        List<String> long_ = new ArrayList<>();
        for (Path file : files(".java")) {
            try (Stream<String> lines = Files.lines(file)) {
                long count = lines.count();
                if (count > MOST_LINES) {
                    long_.add(ROOT.relativize(file) + ": " + count + " lines");
                }
            }
        }
        assertThat(long_).isEmpty();
    }

    private static List<Path> files(String ending) throws IOException {
        try (Stream<Path> paths = Files.walk(ROOT)) {
            return paths.filter(path -> path.toString().endsWith(ending))
                    .filter(path -> {
                        String place = ROOT.relativize(path).toString();
                        return !place.contains("target/")
                                && !place.contains("node_modules/")
                                && !place.startsWith("data/");
                    })
                    .toList();
        }
    }

    private static Path root() {
        Path path = Path.of("").toAbsolutePath();
        while (!Files.exists(path.resolve("server/pom.xml"))) {
            path = path.getParent();
        }
        return path;
    }
}
