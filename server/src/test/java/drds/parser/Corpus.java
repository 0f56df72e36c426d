package drds.parser;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Files of statements, one a line; lines with # are comments. */
final class Corpus {
    private Corpus() {}

    static List<String> lines(String file) {
        try (InputStream in = Corpus.class.getResourceAsStream("/parser/" + file)) {
            if (in == null) throw new IllegalArgumentException("no file " + file);
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All that must parse. */
    static List<String> accepted() {
        List<String> all = new ArrayList<>(lines("accepted.sql"));
        all.addAll(lines("mysql.sql"));
        all.addAll(lines("drds.sql"));
        return all;
    }
}
