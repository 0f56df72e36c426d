package drds.acceptance;

import drds.acceptance.Answer.Rows;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Compares the order of rows by what the statement's last ORDER BY names; rows that tie may stand in any order. */
final class SuiteOrder {
    private static final Pattern ORDER_BY =
            Pattern.compile("(?is).*\\border\\s+by\\s+(.*?)(?:\\blimit\\b.*|\\bfor\\s+update.*|\\)\\s*)?");
    private static final Pattern KEY = Pattern.compile("(?is)(?:(?:`?\\w+`?\\.)*`?(\\w+)`?)(?:\\s+(?:asc|desc))?");

    private static final Pattern LIMIT = Pattern.compile("(?i)\\blimit\\b");
    private static final Pattern GROUPS =
            Pattern.compile("(?i)\\b(?:distinct|group\\s+by|union|intersect|except|min|max)\\b");

    private SuiteOrder() {}

    /** Empty if both have the same values of the keys in the same order, as far as the keys are columns of the result. */
    static Optional<String> difference(String sql, Rows reference, Rows drds) {
        Matcher matcher = ORDER_BY.matcher(sql.strip());
        if (reference.rows().equals(drds.rows()) || !matcher.matches()) {
            return Optional.empty();
        }
        var keys = new ArrayList<Integer>();
        for (String part : matcher.group(1).split(",")) {
            int column = column(part.strip(), reference);
            if (column < 0) {
                break;
            }
            keys.add(column);
        }
        List<?> wanted = values(reference, keys);
        List<?> given = values(drds, keys);
        return wanted.equals(given)
                ? Optional.empty()
                : Optional.of("order of rows: reference " + wanted + ", drds " + given);
    }

    /**
     * True if the statement's text leaves open which of several rows or spellings it gives, and the answers agree in all
     * else: a LIMIT whose order has ties, or groups of texts that differ in case only.
     */
    static boolean leftOpen(String sql, Rows reference, Rows drds) {
        if (reference.rows().size() != drds.rows().size()) {
            return false;
        }
        if (LIMIT.matcher(sql).find()) {
            return !Text.endsWithOrderBy(sql)
                    || difference(sql, reference, drds).isEmpty();
        }
        return GROUPS.matcher(sql).find() && folded(reference).equals(folded(drds));
    }

    private static List<List<@Nullable String>> folded(Rows rows) {
        var all = IntStream.range(0, rows.columns().size()).boxed().toList();
        return values(rows, all).stream()
                .sorted(Comparator.comparing(String::valueOf))
                .toList();
    }

    private static int column(String key, Rows rows) {
        Matcher matcher = KEY.matcher(key);
        if (!matcher.matches()) {
            return -1;
        }
        String name = matcher.group(1);
        if (name.chars().allMatch(Character::isDigit)) {
            return Integer.parseInt(name) - 1;
        }
        for (int i = 0; i < rows.columns().size(); i++) {
            if (rows.columns().get(i).name().equalsIgnoreCase(name)) {
                return i;
            }
        }
        return -1;
    }

    /** The keys' values, those of text in lower case: a collation may hold both cases equal. */
    private static List<List<@Nullable String>> values(Rows rows, List<Integer> keys) {
        var all = new ArrayList<List<@Nullable String>>();
        for (List<@Nullable String> row : rows.rows()) {
            var values = new ArrayList<@Nullable String>();
            for (int key : keys) {
                String value = row.get(key);
                values.add(
                        value == null
                                ? null
                                : value.toLowerCase(java.util.Locale.ROOT).stripTrailing());
            }
            all.add(values);
        }
        return all;
    }
}
