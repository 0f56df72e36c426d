package drds.acceptance;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds in a CREATE TABLE the columns by which the table can be sharded, and puts a clause in. */
final class SuiteTables {
    private static final Pattern CREATE = Pattern.compile(
            "(?is)create\\s+(?:or\\s+replace\\s+)?table\\s+(?:if\\s+not\\s+exists\\s+)?((?:`[^`]+`|[\\w$]+)(?:\\s*\\.\\s*(?:`[^`]+`|[\\w$]+))?)\\s*\\(.*");
    private static final Pattern OTHER_PLACING = Pattern.compile(
            "(?is).*\\b(?:(?:db|tb)?partition\\s+by|broadcast|references|engine\\s*=?\\s*(?:merge|mrg_myisam|federated|csv|archive|blackhole|sequence)|with\\s+system\\s+versioning|period\\s+for)\\b.*");
    private static final String NAME = "(`[^`]+`|[\\p{L}_$][\\p{L}\\w$]*)";
    private static final Pattern KEY_PART = Pattern.compile(
            "(?is)(?:constraint\\s+(?:(?!primary|unique)(?:`[^`]+`|\\w+)\\s+)?)?(primary|unique)\\b[^(]*\\(\\s*" + NAME
                    + "\\s*[,)(].*");
    private static final Pattern NO_COLUMN = Pattern.compile(
            "(?is)(?:constraint|primary|unique|key|index|fulltext|spatial|foreign|check|period|like|select)\\b.*");
    private static final Pattern COLUMN = Pattern.compile("(?is)" + NAME + "\\s+(\\w+).*");
    private static final Pattern SUITABLE = Pattern.compile(
            "(?i)int|integer|tinyint|smallint|mediumint|bigint|char|character|varchar|date|datetime|timestamp|enum|nchar|int[1-8]|serial");
    private static final Pattern COMPUTED = Pattern.compile("(?is).*\\b(?:as\\s*\\(|generated\\b).*");

    private SuiteTables() {}

    /** The name of the table that the statement creates with a list of columns. */
    static Optional<String> created(String sql) {
        Matcher matcher = CREATE.matcher(sql);
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /** The statement with the clause, made from a column's name, behind its table options; empty where none can stand. */
    static Optional<String> placed(String sql, boolean otherKey, UnaryOperator<String> clause) {
        Matcher matcher = CREATE.matcher(sql);
        if (!matcher.matches() || OTHER_PLACING.matcher(sql).matches()) {
            return Optional.empty();
        }
        int open = sql.indexOf('(', matcher.end(1));
        int close = closing(sql, open);
        if (close < 0) {
            return Optional.empty();
        }
        String behind = sql.substring(close + 1);
        Matcher select = Pattern.compile(
                        "(?is)\\b(?:ignore\\s+|replace\\s+)?(?:as\\s*\\(?\\s*)?\\b(?:select|with|values)\\b")
                .matcher(behind);
        int at = select.find() ? close + 1 + select.start() : sql.length();
        return column(parts(sql.substring(open + 1, close)), otherKey)
                .map(column -> sql.substring(0, at) + " " + clause.apply(column) + " " + sql.substring(at));
    }

    private static Optional<String> column(List<String> parts, boolean otherKey) {
        var suitable = new ArrayList<String>();
        @Nullable String primary = null;
        @Nullable String unique = null;
        for (String part : parts) {
            Matcher key = KEY_PART.matcher(part);
            Matcher column = COLUMN.matcher(part);
            if (key.matches()) {
                primary = key.group(1).equalsIgnoreCase("primary") ? key.group(2) : primary;
                unique = key.group(1).equalsIgnoreCase("unique") && unique == null ? key.group(2) : unique;
            } else if (!NO_COLUMN.matcher(part).matches()
                    && column.matches()
                    && SUITABLE.matcher(column.group(2)).matches()
                    && !COMPUTED.matcher(part).matches()) {
                suitable.add(column.group(1));
                String options = part.toLowerCase(java.util.Locale.ROOT);
                primary = options.matches("(?s).*\\bprimary\\s+key\\b.*") ? column.group(1) : primary;
                unique = unique == null && options.matches("(?s).*\\bunique\\b.*") ? column.group(1) : unique;
            }
        }
        if (suitable.isEmpty()) {
            return Optional.empty();
        }
        if (otherKey) {
            return Optional.of(suitable.getLast());
        }
        for (@Nullable String wanted : new @Nullable String[] {primary, unique}) {
            Optional<String> found = suitable.stream()
                    .filter(name -> wanted != null && plain(name).equalsIgnoreCase(plain(wanted)))
                    .findFirst();
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.of(suitable.getFirst());
    }

    private static String plain(String name) {
        return name.replace("`", "");
    }

    /** The parts between commas that stand outside of parentheses and quotes. */
    private static List<String> parts(String list) {
        var parts = new ArrayList<String>();
        int depth = 0;
        int from = 0;
        for (int at = 0; at < list.length(); at = Text.next(list, at)) {
            char c = list.charAt(at);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == ',' && depth == 0) {
                parts.add(list.substring(from, at).strip());
                from = at + 1;
            }
        }
        parts.add(list.substring(from).strip());
        return parts;
    }

    private static int closing(String sql, int open) {
        int depth = 0;
        for (int at = open; at < sql.length(); at = Text.next(sql, at)) {
            depth += sql.charAt(at) == '(' ? 1 : sql.charAt(at) == ')' ? -1 : 0;
            if (depth == 0) {
                return at;
            }
        }
        return -1;
    }
}
