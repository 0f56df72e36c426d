package drds.parser;

import drds.error.ErrorCode;
import drds.error.SqlError;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Reads a DRDS hint: commands with spaces between them, {@code name(arguments)} or {@code NAME=value}. */
public final class HintReader {
    private final String text;
    private int at;

    private HintReader(String text) {
        this.text = text;
    }

    /**
     * @param text what stands behind {@code TDDL:}
     * @throws SqlError 4509 in DRDS's numbers for what is no hint
     */
    public static List<HintCommand> read(String text) {
        return new HintReader(text).commands();
    }

    /** The arguments of a command: those without a name in their order, and those with one. A list is several values. */
    private record Arguments(List<List<String>> plain, Map<String, List<String>> named) {}

    private List<HintCommand> commands() {
        List<HintCommand> commands = new ArrayList<>();
        for (skipSpace(); at < text.length(); skipSpace()) {
            commands.add(command());
        }
        if (commands.isEmpty()) {
            throw error("the hint is empty");
        }
        return commands;
    }

    private HintCommand command() {
        int start = at;
        String name = word();
        skipSpace();
        if (at < text.length() && text.charAt(at) == '=') {
            at++;
            skipSpace();
            value();
            return new HintCommand.Setting(text.substring(start, at));
        }
        boolean parenthesis = at < text.length() && text.charAt(at) == '(';
        if (name.equalsIgnoreCase("cmd_extra") && parenthesis) {
            arguments();
            return new HintCommand.Setting(text.substring(start, at));
        }
        if (name.equalsIgnoreCase("defer")) {
            if (parenthesis) {
                none(name, arguments());
            }
            return new HintCommand.Defer();
        }
        if (!parenthesis) {
            throw error("'(' is missing behind " + name);
        }
        return command(name, arguments());
    }

    private HintCommand command(String name, Arguments arguments) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "node" -> node(arguments);
            case "scan" -> scan(arguments);
            case "master" -> {
                none(name, arguments);
                yield new HintCommand.Master();
            }
            case "slave" -> {
                none(name, arguments);
                yield new HintCommand.Slave();
            }
            case "socket_timeout" -> timeout(arguments);
            case "index" -> index(arguments);
            default -> throw error("there is no hint " + name);
        };
    }

    private void none(String name, Arguments arguments) {
        if (!arguments.plain.isEmpty() || !arguments.named.isEmpty()) {
            throw error(name + " takes no arguments");
        }
    }

    private HintCommand node(Arguments arguments) {
        if (!arguments.named.isEmpty() || arguments.plain.isEmpty()) {
            throw error("node takes the names or numbers of nodes");
        }
        return new HintCommand.Node(
                cut(arguments.plain.stream().flatMap(List::stream).toList()));
    }

    private HintCommand scan(Arguments arguments) {
        List<String> tables = new ArrayList<>();
        String condition = null;
        List<String> real = List.of();
        List<String> nodes = List.of();
        arguments.plain.forEach(tables::addAll);
        for (Map.Entry<String, List<String>> argument : arguments.named.entrySet()) {
            List<String> values = argument.getValue();
            switch (argument.getKey()) {
                case "table" -> tables.addAll(values);
                case "condition" -> condition = one("condition", values);
                case "real_table" -> real = values;
                case "node" -> nodes = cut(values);
                default -> throw error("scan has no argument " + argument.getKey());
            }
        }
        if (tables.isEmpty() && (condition != null || !real.isEmpty())) {
            throw error("scan with condition or real_table needs a table");
        }
        if (condition != null && !real.isEmpty()) {
            throw error("scan takes a condition or real_table, not both");
        }
        return new HintCommand.Scan(cut(tables), condition, real, nodes);
    }

    private HintCommand timeout(Arguments arguments) {
        String millis =
                arguments.plain.size() == 1 && arguments.named.isEmpty() ? one("", arguments.plain.getFirst()) : "";
        if (!millis.matches("[1-9][0-9]{0,8}")) {
            throw error("socket_timeout takes a number of milliseconds");
        }
        return new HintCommand.SocketTimeout(Long.parseLong(millis));
    }

    private HintCommand index(Arguments arguments) {
        if (arguments.plain.size() != 2 || !arguments.named.isEmpty()) {
            throw error("index takes a table and its global index");
        }
        return new HintCommand.Index(one("index", arguments.plain.getFirst()), one("index", arguments.plain.getLast()));
    }

    private String one(String name, List<String> values) {
        if (values.size() != 1) {
            throw error(name + " takes one value");
        }
        return values.getFirst();
    }

    /** Names may stand in one text, separated by commas. */
    private List<String> cut(List<String> values) {
        List<String> names = new ArrayList<>();
        for (String value : values) {
            for (String name : value.split(",", -1)) {
                if (name.isBlank()) {
                    throw error("a name is missing in '" + value + "'");
                }
                names.add(name.strip());
            }
        }
        return names;
    }

    // ---- the text ----

    private Arguments arguments() {
        Arguments arguments = new Arguments(new ArrayList<>(), new TreeMap<>());
        at++;
        skipSpace();
        if (accept(')')) {
            return arguments;
        }
        do {
            argument(arguments);
            skipSpace();
        } while (accept(','));
        if (!accept(')')) {
            throw error("')' is missing");
        }
        return arguments;
    }

    private void argument(Arguments arguments) {
        skipSpace();
        int start = at;
        if (at < text.length() && isWordPart(text.charAt(at))) {
            String name = word();
            skipSpace();
            if (accept('=')) {
                skipSpace();
                if (arguments.named.put(name.toLowerCase(Locale.ROOT), values()) != null) {
                    throw error(name + " stands twice");
                }
                return;
            }
            at = start;
        }
        arguments.plain.add(values());
    }

    private List<String> values() {
        if (!accept('(')) {
            return List.of(value());
        }
        List<String> values = new ArrayList<>();
        do {
            skipSpace();
            values.add(value());
            skipSpace();
        } while (accept(','));
        if (!accept(')')) {
            throw error("')' is missing");
        }
        return values;
    }

    private String value() {
        char quote = at < text.length() ? text.charAt(at) : ' ';
        return quote == '\'' || quote == '"' || quote == '`' ? quoted(quote) : word();
    }

    /** A quotation mark that is doubled, or behind a backslash, is part of the value. */
    private String quoted(char quote) {
        StringBuilder value = new StringBuilder();
        for (at++; at < text.length(); at++) {
            char c = text.charAt(at);
            boolean more = at + 1 < text.length();
            if (c == '\\' && more && text.charAt(at + 1) == quote) {
                value.append(text.charAt(++at));
            } else if (c == quote) {
                at++;
                if (at < text.length() && text.charAt(at) == quote) {
                    value.append(quote);
                } else {
                    return value.toString();
                }
            } else {
                value.append(c);
            }
        }
        throw error("a quotation mark is missing");
    }

    private String word() {
        int start = at;
        while (at < text.length() && isWordPart(text.charAt(at))) {
            at++;
        }
        if (at == start) {
            throw error(at < text.length() ? "'" + text.charAt(at) + "' is not expected" : "it ends too early");
        }
        return text.substring(start, at);
    }

    private static boolean isWordPart(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '$' || c == '.' || c == '-';
    }

    private boolean accept(char c) {
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void skipSpace() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private SqlError error(String what) {
        return ErrorCode.BAD_HINT.with(what + ": /*+TDDL:" + text + "*/");
    }
}
