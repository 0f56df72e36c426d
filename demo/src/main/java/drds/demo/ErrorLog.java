package drds.demo;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** The log file of one instance; a failed start is explained by what was written since the mark. */
final class ErrorLog {
    private static final long SIZE_LIMIT_BYTES = 16L << 20;
    private static final int TAIL_LIMIT_BYTES = 16 << 10;
    private static final int LINES = 3;

    private final Path file;
    private volatile long mark;

    ErrorLog(Path file) {
        this.file = file;
    }

    Path file() {
        return file;
    }

    /** Puts a log that has grown too long aside, in place of the one put aside before. */
    void rotate() {
        try {
            if (Files.exists(file) && Files.size(file) > SIZE_LIMIT_BYTES) {
                Files.move(file, file.resolveSibling(file.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new StartFailure("can't put " + file + " aside: " + MariaDbBinaries.reason(e), e);
        }
    }

    /** What is written from now on belongs to the next start. */
    void mark() throws IOException {
        mark = Files.exists(file) ? Files.size(file) : 0;
    }

    /** The last errors since the mark in one line, the last lines where none is marked as an error, and the file. */
    String lastErrors() {
        List<String> lines = tail().lines().filter(line -> !line.isBlank()).toList();
        List<String> errors =
                lines.stream().filter(line -> line.contains("ERROR")).toList();
        List<String> telling = errors.isEmpty() ? lines : errors;
        List<String> last = telling.subList(Math.max(0, telling.size() - LINES), telling.size()).stream()
                .map(line -> line.replaceFirst("^.*\\[ERROR\\] ", "").strip())
                .toList();
        return String.join("; ", last) + " (see " + file + ")";
    }

    private String tail() {
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            long from = Math.max(mark, in.length() - TAIL_LIMIT_BYTES);
            if (from >= in.length()) {
                return "";
            }
            byte[] bytes = new byte[(int) (in.length() - from)];
            in.seek(from);
            in.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "its log can't be read: " + MariaDbBinaries.reason(e);
        }
    }
}
