package drds.acceptance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A script in the language of MariaDB's test program, cut into commands: one ends with the delimiter, with its line if it
 * begins with {@code --}, or with the brace that opens or closes a block.
 *
 * <p>Source: the manual of MySQL's test framework, "mysqltest Input Conventions".
 */
record SuiteScript(List<Command> commands) {
    /** A command without its delimiter and where it begins. */
    record Command(int line, String text) {}

    private static final Pattern DELIMITER = Pattern.compile("(?is)delimiter\\s+(.*)");
    private static final Pattern BLOCK = Pattern.compile("(?is)(?:while|if)\\s*\\(.*");
    private static final Pattern TEXT_UNTIL =
            Pattern.compile("(?is)(?:perl|write_file|append_file)\\b(?:.*\\s)?(\\w*EOF\\w*|END\\w*)?");

    static SuiteScript read(Path path) throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        try {
            return of(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException latin) {
            return of(new String(bytes, ISO_8859_1));
        }
    }

    static SuiteScript of(String text) {
        return new SuiteScript(new Reader(text).read());
    }

    private static final class Reader {
        private final String text;
        private final List<Command> commands = new ArrayList<>();
        private String delimiter = ";";
        private int at;
        private int line = 1;

        Reader(String text) {
            this.text = text;
        }

        List<Command> read() {
            while (skipSpace()) {
                if (text.charAt(at) == '#') {
                    move(lineEnd());
                } else if (text.startsWith("--", at)) {
                    int first = line;
                    String command = text.substring(at + 2, lineEnd()).strip();
                    move(lineEnd());
                    add(first, command);
                } else if (text.charAt(at) == '}') {
                    commands.add(new Command(line, "}"));
                    move(at + 1);
                } else {
                    statement();
                }
            }
            return commands;
        }

        private void statement() {
            int from = at;
            int first = line;
            int end = end();
            String command = text.substring(from, end).strip();
            move(end);
            if (text.startsWith(delimiter, end)) {
                move(end + delimiter.length());
            } else if (end < text.length()) {
                move(end + 1);
            }
            if (!command.isEmpty()) {
                add(first, command);
            }
        }

        /** The place of the delimiter, or of the brace that opens a block, outside of quotes. */
        private int end() {
            char quote = 0;
            for (int i = at; i < text.length(); i++) {
                char c = text.charAt(i);
                if (quote != 0) {
                    if (c == '\\' && quote != '`') {
                        i++;
                    } else if (c == quote) {
                        quote = 0;
                    }
                } else if (text.startsWith(delimiter, i)) {
                    return i;
                } else if (c == '\'' || c == '"' || c == '`') {
                    quote = c;
                } else if (c == '{' && BLOCK.matcher(text.substring(at, i)).matches()) {
                    return i;
                }
            }
            return text.length();
        }

        private void add(int first, String command) {
            Matcher matcher = DELIMITER.matcher(command);
            if (matcher.matches()) {
                delimiter = matcher.group(1).strip();
                return;
            }
            commands.add(new Command(first, command));
            Matcher block = TEXT_UNTIL.matcher(command);
            if (block.matches()) {
                skipLinesUntil(Optional.ofNullable(block.group(1)).orElse("EOF"));
            }
        }

        private void skipLinesUntil(String mark) {
            while (at < text.length()) {
                String next = text.substring(at, lineEnd());
                move(Math.min(text.length(), lineEnd() + 1));
                if (next.strip().equals(mark)) {
                    return;
                }
            }
        }

        private boolean skipSpace() {
            int next = at;
            while (next < text.length() && Character.isWhitespace(text.charAt(next))) {
                next++;
            }
            move(next);
            return at < text.length();
        }

        private int lineEnd() {
            int end = text.indexOf('\n', at);
            return end < 0 ? text.length() : end;
        }

        private void move(int to) {
            for (int i = at; i < to; i++) {
                line += text.charAt(i) == '\n' ? 1 : 0;
            }
            at = to;
        }
    }
}
