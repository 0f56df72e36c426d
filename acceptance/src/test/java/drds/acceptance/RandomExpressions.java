package drds.acceptance;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Makes up expressions and conditions over columns of {@link RandomTables}. */
final class RandomExpressions {
    /** What a column of a result holds. */
    enum Kind {
        NUMBER,
        TEXT,
        TIME
    }

    /**
     * A table in FROM.
     *
     * @param made whether it is a derived table with columns {@code n1}, {@code n2} and {@code t1} instead
     */
    record Use(String alias, boolean made) {}

    private final RandomGenerator random;
    private final RandomTables values;
    private final Subqueries subqueries;

    /** Makes a subquery with such columns inside a block that has such tables. */
    interface Subqueries {
        /** @param scalar whether it must give one row */
        String of(List<Kind> kinds, List<Use> outer, boolean scalar);
    }

    RandomExpressions(RandomGenerator random, RandomTables values, Subqueries subqueries) {
        this.random = random;
        this.values = values;
        this.subqueries = subqueries;
    }

    String of(Kind kind, List<Use> uses, int depth) {
        return switch (kind) {
            case NUMBER -> number(uses, depth);
            case TEXT -> text(uses, depth);
            case TIME -> time(uses);
        };
    }

    /** A column of numbers as it stands. */
    String numberColumn(Use use) {
        if (use.made()) {
            return use.alias() + "." + any("n1", "n2");
        }
        return use.alias() + "." + any(RandomTables.NUMBERS);
    }

    String plain(Use use) {
        return use.alias() + "." + (use.made() ? any("n1", "n2") : any("id", "i", "i", "s"));
    }

    private String textColumn(Use use) {
        if (use.made()) {
            return use.alias() + ".t1";
        }
        String pattern = any(RandomTables.TEXTS);
        int place = pattern.indexOf("%s");
        boolean call = pattern.contains("(");
        String column = pattern.substring(pattern.indexOf(call ? ")" : "s", place) + 1);
        return call ? pattern.substring(0, place) + use.alias() + "." + column + ")" : use.alias() + "." + column;
    }

    private String number(List<Use> uses, int depth) {
        if (depth <= 0) {
            return any(uses.size() > 0 ? numberColumn(any(uses)) : constant(), constant(), numberColumn(any(uses)));
        }
        return switch (random.nextInt(26)) {
            case 0, 1 ->
                "(" + number(uses, depth - 1) + any(" + ", " - ", " * ", " DIV ", " % ", " / ", " & ", " | ", " << ")
                        + number(uses, 0) + ")";
            case 2 -> any("ABS", "SIGN", "FLOOR", "CEILING", "-") + "(" + number(uses, depth - 1) + ")";
            case 3 -> "ROUND(" + number(uses, depth - 1) + ", " + any("0", "1", "-1") + ")";
            case 4 -> any("LENGTH", "CHAR_LENGTH", "ASCII", "CRC32") + "(" + text(uses, depth - 1) + ")";
            case 5 ->
                any("COALESCE", "IFNULL", "NULLIF", "GREATEST", "LEAST") + "(" + number(uses, depth - 1) + ", "
                        + number(uses, 0) + ")";
            case 6 ->
                "CASE WHEN " + condition(uses, depth - 1) + " THEN " + number(uses, 0) + " ELSE " + number(uses, 0)
                        + " END";
            case 7 -> "IF(" + condition(uses, depth - 1) + ", " + number(uses, 0) + ", " + number(uses, 0) + ")";
            case 8 ->
                any("YEAR", "MONTH", "DAYOFWEEK", "QUARTER", "TO_DAYS", "WEEK") + "(" + date(uses, any("d", "dt"))
                        + ")";
            case 9 -> "DATEDIFF(" + date(uses, "d") + ", " + date(uses, "dt") + ")";
            case 10 ->
                "CAST(" + number(uses, depth - 1) + " AS " + any("SIGNED", "DECIMAL(10,1)", "DOUBLE", "CHAR") + ") + 0";
            case 11 -> "(" + condition(uses, depth - 1) + ")";
            case 12 -> "FIELD(" + text(uses, 0) + ", 'one', 'x', '12')";
            case 13 -> "LOCATE('e', " + text(uses, 0) + ")";
            case 14, 15 -> depth > 1 ? "(" + subqueries.of(List.of(Kind.NUMBER), uses, true) + ")" : constant();
            default -> numberColumn(any(uses));
        };
    }

    private String date(List<Use> uses, String column) {
        Use use = any(uses);
        return use.made() ? "DATE('" + values.date() + "')" : use.alias() + "." + column;
    }

    private String text(List<Use> uses, int depth) {
        if (depth <= 0) {
            return random.nextInt(4) == 0 ? values.word() : textColumn(any(uses));
        }
        return switch (random.nextInt(14)) {
            case 0 -> "CONCAT(" + text(uses, depth - 1) + ", '-', " + text(uses, 0) + ")";
            case 1 -> any("UPPER", "LOWER", "TRIM", "REVERSE", "HEX", "QUOTE") + "(" + text(uses, depth - 1) + ")";
            case 2 -> "SUBSTRING(" + text(uses, depth - 1) + ", " + any("1, 2", "2", "-2") + ")";
            case 3 -> "REPLACE(" + text(uses, 0) + ", 'o', 'u')";
            case 4 -> "LPAD(" + text(uses, 0) + ", 5, '*')";
            case 5 -> "COALESCE(" + text(uses, 0) + ", " + text(uses, 0) + ", 'none')";
            case 6 -> "CAST(" + number(uses, 0) + " AS CHAR)";
            case 7 -> "DATE_FORMAT(" + date(uses, "dt") + ", '%Y/%m %H')";
            case 8 -> "CONCAT_WS('+', " + text(uses, 0) + ", " + number(uses, 0) + ")";
            case 9 -> "IF(" + condition(uses, depth - 1) + ", " + text(uses, 0) + ", 'no')";
            default -> textColumn(any(uses));
        };
    }

    private String time(List<Use> uses) {
        Use use = any(uses);
        if (use.made()) {
            return "DATE_ADD('" + values.date() + "', INTERVAL " + use.alias() + ".n1 DAY)";
        }
        String column = use.alias() + "." + any(RandomTables.TIMES);
        return switch (random.nextInt(8)) {
            case 0 ->
                "DATE_ADD(" + use.alias() + "." + any("d", "dt") + ", INTERVAL "
                        + any("1 DAY", "-1 MONTH", "90 MINUTE", "1 YEAR") + ")";
            case 1 -> "CAST(" + use.alias() + ".dt AS DATE)";
            case 2 -> "LAST_DAY(" + use.alias() + ".d)";
            case 3 -> "COALESCE(" + use.alias() + ".d, " + use.alias() + ".dt)";
            default -> column;
        };
    }

    String condition(List<Use> uses, int depth) {
        return switch (random.nextInt(depth > 0 ? 22 : 10)) {
            case 0 -> number(uses, 0) + any(" IS NULL", " IS NOT NULL");
            case 1 ->
                number(uses, 0) + any(" IN (", " NOT IN (") + constant() + ", " + constant() + ", "
                        + any("NULL", constant(), constant()) + ")";
            case 2 -> number(uses, 0) + any(" BETWEEN ", " NOT BETWEEN ") + constant() + " AND " + number(uses, 0);
            case 3 ->
                textColumn(any(uses))
                        + any(" LIKE '%e%'", " = 'one'", " LIKE 'o%'", " > 'k'", " REGEXP '^[a-p]'", " <> 'x'");
            case 4 ->
                rawText(uses)
                        + any(
                                " = 'ONE'",
                                " = 'one'",
                                " IN ('x', 'Two')",
                                " LIKE 'ON_'",
                                " COLLATE utf8mb4_bin = 'One'",
                                " <= 'two'",
                                " = 'ä'");
            case 5 ->
                time(uses)
                        + any(
                                " >= '2024-01-01'",
                                " < '2024-02-29'",
                                " = '2024-01-31'",
                                " IS NULL",
                                " BETWEEN '2000-01-01' AND '2024-01-31 10:20:30.5'");
            case 10 ->
                "(" + condition(uses, depth - 1) + any(" OR ", " OR ", " XOR ") + condition(uses, depth - 1) + ")";
            case 11 -> "(" + condition(uses, depth - 1) + " AND " + condition(uses, depth - 1) + ")";
            case 12 -> "NOT (" + condition(uses, depth - 1) + ")";
            case 13 ->
                number(uses, depth - 1) + any(" IN (", " NOT IN (") + subqueries.of(List.of(Kind.NUMBER), uses, false)
                        + ")";
            case 14 ->
                any("EXISTS (", "NOT EXISTS (") + subqueries.of(List.of(Kind.NUMBER, Kind.TEXT), uses, false) + ")";
            case 15 ->
                number(uses, 0) + any(" = ANY (", " > ALL (", " <> ALL (", " < ANY (", " >= ALL (")
                        + subqueries.of(List.of(Kind.NUMBER), uses, false) + ")";
            case 16 ->
                "(" + plain(any(uses)) + ", " + plain(any(uses)) + ")" + any(" IN (", " NOT IN (")
                        + subqueries.of(List.of(Kind.NUMBER, Kind.NUMBER), uses, false) + ")";
            case 17 ->
                "(" + plain(any(uses)) + ", " + plain(any(uses)) + any(") = (", ") <= (", ") > (", ") <=> (")
                        + constant() + ", " + number(uses, 0) + ")";
            case 18 ->
                "(" + plain(any(uses)) + ", " + plain(any(uses)) + ") IN ((1, 2), (" + constant() + ", " + constant()
                        + "))";
            case 19 ->
                "(" + condition(uses, depth - 1) + ")" + any(" IS TRUE", " IS NOT TRUE", " IS FALSE", " IS UNKNOWN");
            case 20 -> text(uses, 1) + any(" = ", " < ", " <> ") + text(uses, 0);
            default ->
                number(uses, depth - 1)
                        + any(" = ", " = ", " > ", " <= ", " <> ", " <=> ")
                        + any(constant(), number(uses, 0));
        };
    }

    private String rawText(List<Use> uses) {
        Use use = any(uses);
        return use.alias() + "." + (use.made() ? "t1" : "vc");
    }

    String constant() {
        return any(values.number(), values.number(), values.number(), any("1.5", "'2'", "2.50", "0", "1e1"));
    }

    /** So many kinds of columns. */
    List<Kind> kinds(int count) {
        var kinds = new ArrayList<Kind>();
        for (int i = 0; i < count; i++) {
            kinds.add(any(Kind.NUMBER, Kind.NUMBER, Kind.NUMBER, Kind.TEXT, Kind.TEXT, Kind.TIME));
        }
        return kinds;
    }

    @SafeVarargs
    final <T> T any(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    <T> T any(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
