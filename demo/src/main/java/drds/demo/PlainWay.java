package drds.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A path to a directory without spaces and the like, for programs that stumble over those: a link where it has some. */
final class PlainWay implements AutoCloseable {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9/._+-]+");

    private final Path path;
    private final @Nullable Path linkFolder;

    private PlainWay(Path path, @Nullable Path linkFolder) {
        this.path = path;
        this.linkFolder = linkFolder;
    }

    /** @param directory absolute */
    static PlainWay to(Path directory) throws IOException {
        if (PLAIN.matcher(directory.toString()).matches()) {
            return new PlainWay(directory, null);
        }
        Path folder = Files.createTempDirectory("drds-");
        return new PlainWay(Files.createSymbolicLink(folder.resolve("way"), directory), folder);
    }

    Path path() {
        return path;
    }

    /** Takes the link away; the directory stays. */
    @Override
    public void close() throws IOException {
        if (linkFolder != null) {
            Files.delete(path);
            Files.delete(linkFolder);
        }
    }
}
