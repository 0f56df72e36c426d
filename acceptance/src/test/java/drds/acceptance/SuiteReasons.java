package drds.acceptance;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which statements of the suite are not sent, and which may differ, each with the reason. The file holds headings
 * {@code == not sent: REASON} and {@code == may differ: REASON}; below one, a line {@code FILES PATTERN} each: a glob of
 * file names, and a regular expression that is found in the statement.
 */
record SuiteReasons(List<Entry> entries) {
    /** Some statements and why they are not sent or may differ. */
    record Entry(boolean sent, String reason, PathMatcher files, Pattern statement) {}

    static SuiteReasons read(Path path) throws IOException {
        var entries = new ArrayList<Entry>();
        boolean sent = false;
        String reason = "";
        for (String line : Files.readAllLines(path)) {
            if (line.startsWith("== not sent: ") || line.startsWith("== may differ: ")) {
                sent = line.startsWith("== may");
                reason = line.substring(line.indexOf(':') + 2);
            } else if (!line.isBlank() && !line.startsWith("#")) {
                String[] parts = line.strip().split("\\s+", 2);
                if (parts.length < 2 || reason.isEmpty()) {
                    throw new IllegalArgumentException(path + ": FILES PATTERN below a heading: " + line);
                }
                entries.add(new Entry(
                        sent,
                        reason,
                        FileSystems.getDefault().getPathMatcher("glob:" + parts[0]),
                        Pattern.compile(parts[1], Pattern.CASE_INSENSITIVE | Pattern.DOTALL)));
            }
        }
        return new SuiteReasons(entries);
    }

    /** Why the statement is not sent. */
    Optional<String> notSent(String file, String sql) {
        return find(false, file, sql);
    }

    /** Why the statement may differ. */
    Optional<String> mayDiffer(String file, String sql) {
        return find(true, file, sql);
    }

    private Optional<String> find(boolean sent, String file, String sql) {
        return entries.stream()
                .filter(entry -> entry.sent == sent
                        && entry.files.matches(Path.of(file))
                        && entry.statement.matcher(sql).find())
                .map(Entry::reason)
                .findFirst();
    }
}
