package drds.acceptance;

import drds.acceptance.SuiteScript.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Carries out a script's own commands (variables, loops, connections, files that it includes) and hands its statements to the
 * run. What can't be done here is counted as not sent.
 */
final class SuiteInterpreter implements AutoCloseable {
    private static final Set<String> WITHOUT_EFFECT = Set.of(
            "echo",
            "error",
            "sorted_result",
            "partially_sorted_result",
            "replace_result",
            "replace_column",
            "replace_regex",
            "replace_numeric_round",
            "result_format",
            "vertical_results",
            "horizontal_results",
            "query_vertical_results",
            "character_set",
            "lowercase_result",
            "real_sleep",
            "sleep",
            "ping",
            "require",
            "optimizer_trace");
    private static final Pattern SWITCH = Pattern.compile("(?i)(?:enable|disable)_\\w+.*", Pattern.DOTALL);
    private static final Set<String> UNDOABLE = Set.of(
            "exec",
            "system",
            "perl",
            "write_file",
            "append_file",
            "remove_file",
            "remove_files_wildcard",
            "copy_file",
            "move_file",
            "mkdir",
            "rmdir",
            "cat_file",
            "list_files",
            "diff_files",
            "file_exists",
            "chmod",
            "change_user",
            "shutdown_server",
            "send_quit",
            "send_shutdown",
            "start_timer",
            "end_timer",
            "dirty_close",
            "send_eval",
            "send",
            "reap",
            "write_line",
            "list_files_write_file",
            "save_master_pos",
            "sync_with_master",
            "sync_slave_with_master",
            "reset_connection",
            "evalp",
            "execw",
            "copy_files_wildcard",
            "ps_prepare",
            "ps_bind",
            "ps_execute",
            "ps_close",
            "optimizer_trace",
            "query_get_value",
            "assert");
    private static final Pattern SETTING_UP = Pattern.compile(
            "(?:.*/)?(?:have_|not_|no_|count_sessions|wait_|default_|restore_|analyze-format|running_event|is_|maybe_|check_|long_test|test_db_charset|unsafe_).*");
    private static final Pattern ASSIGNMENT = Pattern.compile("(?is)let\\s+\\$?(\\w+)\\s*=\\s*(.*)");
    private static final Pattern CONNECT = Pattern.compile(
            "(?is)connect\\s*\\(?\\s*([^,\\s)]+)\\s*(?:,\\s*([^,]*)\\s*(?:,\\s*([^,]*)\\s*(?:,([^,]*)(?:,\\s*([^,)]*))?)?)?)?.*");
    private static final Pattern CONDITION = Pattern.compile("(?is)(?:if|while)\\s*\\((.*)\\)\\s*");
    private static final Pattern COMPARED = Pattern.compile("(?s)(.*?)\\s*(==|!=|<=|>=|<|>)\\s*(.*)");
    private static final Pattern VARIABLE = Pattern.compile("\\$(\\w+)");
    private static final Pattern GET_VALUE =
            Pattern.compile("(?is)query_get_value\\s*\\(\\s*[\"']?(.*?)[\"']?\\s*,\\s*([^,]+?)\\s*,\\s*(\\d+)\\s*\\)");
    private static final int COMMANDS_LIMIT = 60_000;
    private static final long TIME_LIMIT_NANOS = Long.getLong("drds.suite.file-limit-seconds", 300L) * 1_000_000_000L;

    private final SuiteRun run;
    private final SuiteSession.Ports ports;
    private final Path folder;
    private final Map<String, String> variables = new HashMap<>();
    private final Map<String, SuiteSession> sessions = new HashMap<>();
    private final Set<String> foreign = new HashSet<>();
    private final long start = System.nanoTime();
    private String current = "default";
    private boolean parsing = true;
    private boolean ended;
    private int commandsLeft = COMMANDS_LIMIT;

    SuiteInterpreter(SuiteRun run, SuiteSession.Ports ports, Path folder) {
        this.run = run;
        this.ports = ports;
        this.folder = folder;
        variables.put("mysql_errno", "0");
    }

    @Override
    public void close() {
        sessions.values().forEach(SuiteSession::close);
    }

    /** Runs the script from its first to its last command, or until it ends itself. */
    void run(Path path) throws IOException {
        List<Command> commands = SuiteScript.read(path).commands();
        block(commands, 0, commands.size());
    }

    private void block(List<Command> commands, int from, int to) throws IOException {
        for (int at = from; at < to && !ended; at++) {
            Command command = commands.get(at);
            if (System.nanoTime() - start > TIME_LIMIT_NANOS || commandsLeft-- <= 0) {
                run.notSent("the file takes too long");
                continue;
            }
            Matcher condition = CONDITION.matcher(command.text());
            if (condition.matches()) {
                int end = blockEnd(commands, at + 1, to);
                boolean loop = command.text().toLowerCase(Locale.ROOT).startsWith("while");
                while (parsing
                        && !ended
                        && commandsLeft-- > 0
                        && holds(condition.group(1).strip())) {
                    block(commands, at + 1, end);
                    if (!loop) {
                        break;
                    }
                }
                at = end;
            } else if (!command.text().equals("}")) {
                command(command);
            }
        }
    }

    private static int blockEnd(List<Command> commands, int from, int to) {
        int depth = 1;
        for (int at = from; at < to; at++) {
            if (CONDITION.matcher(commands.get(at).text()).matches()) {
                depth++;
            } else if (commands.get(at).text().equals("}") && --depth == 0) {
                return at;
            }
        }
        return to;
    }

    private void command(Command command) throws IOException {
        String text = command.text();
        String word = text.split("[\\s(]", 2)[0].toLowerCase(Locale.ROOT);
        String rest = text.substring(word.length()).strip();
        if (!parsing) {
            parsing = word.equals("enable_parsing");
            return;
        }
        switch (word) {
            case "disable_parsing" -> parsing = false;
            case "exit", "die", "skip" -> ended = true;
            case "let" -> assign(text);
            case "inc", "dec" -> count(rest, word.equals("inc") ? 1 : -1);
            case "source" -> include(substituted(rest));
            case "connect" -> connect(substituted(text));
            case "connection" -> current = substituted(rest);
            case "disconnect" -> disconnect(substituted(rest));
            case "eval", "query", "query_vertical", "query_horizontal", "horizontal_query" ->
                statement(command.line(), substituted(rest));
            case String name
            when WITHOUT_EFFECT.contains(name) || SWITCH.matcher(name).matches() -> {
                // of the output only
            }
            case String name when UNDOABLE.contains(name) -> run.notSent("a command of the test program: " + name);
            default -> statement(command.line(), text);
        }
    }

    private void statement(int line, String sql) throws IOException {
        if (foreign.contains(current)) {
            run.notSent("another account's connection");
            return;
        }
        run.statement(session(), line, sql);
    }

    private SuiteSession session() throws IOException {
        SuiteSession open = sessions.get(current);
        if (open == null) {
            open = new SuiteSession(ports, "test");
            sessions.put(current, open);
        }
        return open;
    }

    private void connect(String text) throws IOException {
        Matcher matcher = CONNECT.matcher(text);
        if (!matcher.matches()) {
            run.notSent("a command of the test program: connect");
            return;
        }
        current = matcher.group(1);
        String user = Optional.ofNullable(matcher.group(3)).orElse("root").strip();
        if (!user.isEmpty() && !user.equals("root")) {
            foreign.add(current);
            return;
        }
        foreign.remove(current);
        String database = Optional.ofNullable(matcher.group(5)).orElse("").strip();
        SuiteSession old = sessions.put(
                current, new SuiteSession(ports, database.isEmpty() || database.startsWith("*") ? "test" : database));
        if (old != null) {
            old.close();
        }
    }

    private void disconnect(String name) {
        SuiteSession old = sessions.remove(name);
        if (old != null) {
            old.close();
        }
        current = name.equals(current) ? "default" : current;
    }

    private void include(String name) throws IOException {
        if (SETTING_UP.matcher(name).matches()) {
            return;
        }
        for (Path path : List.of(folder.resolve(name), folder.resolveSibling(name))) {
            if (Files.isRegularFile(path)) {
                run(path);
                return;
            }
        }
        run.notSent("a file that isn't there: " + name);
    }

    private void assign(String text) {
        Matcher matcher = ASSIGNMENT.matcher(text);
        if (matcher.matches()) {
            variables.put(matcher.group(1), value(matcher.group(2).strip()));
        }
    }

    private String value(String text) {
        Matcher value = GET_VALUE.matcher(text);
        if (value.matches()) {
            return cell(substituted(value.group(1)), value.group(2), Integer.parseInt(value.group(3)));
        }
        String plain = substituted(text);
        return plain.length() > 1 && plain.startsWith("`") && plain.endsWith("`")
                ? queried(plain.substring(1, plain.length() - 1))
                : plain;
    }

    private String cell(String sql, String column, int row) {
        if (ask(sql) instanceof Answer.Rows rows && rows.rows().size() >= row) {
            for (int i = 0; i < rows.columns().size(); i++) {
                if (rows.columns().get(i).name().equals(column)) {
                    return String.valueOf(rows.rows().get(row - 1).get(i));
                }
            }
        }
        return "No such row";
    }

    private String queried(String sql) {
        if (ask(sql) instanceof Answer.Rows rows && !rows.rows().isEmpty()) {
            return String.join(
                    "\t",
                    rows.rows().getFirst().stream()
                            .map(cell -> cell == null ? "NULL" : cell)
                            .toList());
        }
        return "";
    }

    private Answer ask(String sql) {
        try {
            return session().reference(sql);
        } catch (IOException lost) {
            return new Answer.Lost(String.valueOf(lost));
        }
    }

    private void count(String name, int by) {
        String plain = name.replace("$", "").strip();
        variables.put(plain, String.valueOf(number(variables.getOrDefault(plain, "0")) + by));
    }

    private boolean holds(String condition) {
        if (condition.startsWith("!")) {
            return !holds(condition.substring(1).strip());
        }
        Matcher compared = COMPARED.matcher(condition);
        if (!condition.startsWith("`") && compared.matches()) {
            return compared(value(compared.group(1)), compared.group(2), unquoted(value(compared.group(3))));
        }
        String value = value(condition);
        return !value.isEmpty() && !value.equals("0") && !value.startsWith("$");
    }

    private static String unquoted(String value) {
        return value.length() > 1 && (value.startsWith("'") || value.startsWith("\""))
                ? value.substring(1, value.length() - 1)
                : value;
    }

    private static boolean compared(String left, String operator, String right) {
        boolean numbers = left.matches("-?\\d+") && right.matches("-?\\d+");
        int order = numbers ? Long.compare(number(left), number(right)) : left.compareTo(right);
        return switch (operator) {
            case "==" -> order == 0;
            case "!=" -> order != 0;
            case "<" -> order < 0;
            case "<=" -> order <= 0;
            case ">" -> order > 0;
            default -> order >= 0;
        };
    }

    private static long number(String text) {
        return text.matches("-?\\d{1,18}") ? Long.parseLong(text) : 0;
    }

    /** The text with the values of the variables that are known in the place of their names. */
    private String substituted(String text) {
        return VARIABLE.matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(
                        Optional.ofNullable(variables.get(match.group(1))).orElse(match.group())));
    }
}
