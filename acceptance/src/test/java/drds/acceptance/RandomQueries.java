package drds.acceptance;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Makes up queries over the data set {@code numbers}, each with one right answer: rows are a multiset, or ordered by all
 * columns; text that may differ in case only is shown in lower case. The same seed gives the same queries.
 */
final class RandomQueries {
    private static final List<Table> TABLES = List.of(
            new Table("t1", List.of("id", "a", "b"), "c"),
            new Table("t2", List.of("id", "a", "b"), "d"),
            new Table("t3", List.of("id", "a", "e"), "c"),
            new Table("numbers", List.of("n", "bucket", "square", "half"), "name"));
    private static final List<String> AGGREGATES = List.of(
            "COUNT(*)",
            "COUNT(%s)",
            "SUM(%s)",
            "MIN(%s)",
            "MAX(%s)",
            "AVG(%s)",
            "COUNT(DISTINCT %s)",
            "SUM(DISTINCT %s)",
            "BIT_XOR(%s)",
            "GROUP_CONCAT(%1$s ORDER BY %1$s)",
            "GROUP_CONCAT(DISTINCT %1$s ORDER BY %1$s DESC SEPARATOR '/')",
            "MAX(%s) - MIN(%s)");
    private static final List<String> WINDOWS = List.of(
            "SUM(%s) OVER (PARTITION BY %s)",
            "COUNT(*) OVER (PARTITION BY %s)",
            "RANK() OVER (PARTITION BY %s ORDER BY %s)",
            "DENSE_RANK() OVER (ORDER BY %s)",
            "MAX(%s) OVER (ORDER BY %s)");

    /** A table: its columns of numbers, and the one of text. */
    private record Table(String name, List<String> numbers, String text) {}

    /** A table under its alias in a FROM clause. */
    private record Use(Table table, String alias) {}

    private final RandomGenerator random;
    private int aliases;

    RandomQueries(RandomGenerator random) {
        this.random = random;
    }

    /** The next query. */
    String next() {
        aliases = 0;
        int columns = 1 + random.nextInt(3);
        String query = select(columns, List.of(), 2);
        if (random.nextInt(6) == 0) {
            query = query + " " + any("UNION", "UNION ALL", "INTERSECT", "EXCEPT") + " "
                    + select(columns, List.of(), 1);
        }
        if (random.nextInt(3) > 0) {
            String all = IntStream.rangeClosed(1, columns)
                    .mapToObj(i -> i + any("", " DESC"))
                    .collect(Collectors.joining(", "));
            query = query + " ORDER BY " + all;
            query += random.nextBoolean()
                    ? ""
                    : " LIMIT " + random.nextInt(12) + (random.nextBoolean() ? "" : " OFFSET " + random.nextInt(6));
        }
        return query;
    }

    private String select(int columns, List<Use> outer, int depth) {
        var uses = new ArrayList<Use>();
        String from = from(uses, depth);
        String where = random.nextInt(4) == 0 ? "" : " WHERE " + condition(uses, outer, depth);
        if (random.nextInt(3) == 0) {
            return grouped(columns, uses, from + where);
        }
        boolean windows = random.nextInt(5) == 0;
        String items = items(
                columns, () -> windows && random.nextBoolean() ? fill(any(WINDOWS), uses) : expression(uses, depth));
        return "SELECT " + (random.nextInt(5) == 0 ? "DISTINCT " : "") + items + from + where;
    }

    private String grouped(int columns, List<Use> uses, String rest) {
        int keys = random.nextInt(columns + 1);
        var items = new ArrayList<String>();
        for (int i = 0; i < columns; i++) {
            items.add(i < keys ? key(uses) : fill(any(AGGREGATES), uses));
        }
        String group = keys == 0 ? "" : " GROUP BY " + String.join(", ", items.subList(0, keys));
        String having = random.nextInt(3) > 0
                ? ""
                : " HAVING " + fill(any(AGGREGATES.subList(0, 6)), uses) + any(" > ", " <= ", " <> ") + constant();
        return "SELECT " + String.join(", ", items) + rest + group + having;
    }

    private String from(List<Use> uses, int depth) {
        var text = new StringBuilder(" FROM ").append(source(uses, depth));
        for (int joins = random.nextInt(3); joins > 0; joins--) {
            String kind = any("JOIN", "JOIN", "LEFT JOIN", "RIGHT JOIN", "CROSS JOIN");
            text.append(' ').append(kind).append(' ').append(source(uses, depth));
            if (!kind.startsWith("CROSS")) {
                Use left = uses.get(random.nextInt(uses.size() - 1));
                Use right = uses.getLast();
                text.append(" ON ")
                        .append(column(left))
                        .append(any(" = ", " = ", " = ", " < ", " <=> "))
                        .append(column(right));
                if (random.nextInt(4) == 0) {
                    text.append(" AND ").append(comparison(List.of(left, right)));
                }
            }
        }
        return text.toString();
    }

    private String source(List<Use> uses, int depth) {
        Table table = any(TABLES);
        String alias = "x" + aliases++;
        if (depth > 1 && random.nextInt(6) == 0) {
            var inner = new ArrayList<Use>();
            String from = from(inner, 0);
            String columns = inner.getFirst().alias + "."
                    + inner.getFirst().table.numbers.getFirst();
            String text = "LOWER(" + inner.getLast().alias + "." + inner.getLast().table.text + ")";
            uses.add(new Use(new Table("", List.of("k", "m"), "s"), alias));
            return "(SELECT " + columns + " AS k, " + number(inner) + " AS m, " + text + " AS s" + from + ") " + alias;
        }
        uses.add(new Use(table, alias));
        return table.name + " " + alias;
    }

    private String condition(List<Use> uses, List<Use> outer, int depth) {
        return switch (random.nextInt(depth > 0 ? 12 : 6)) {
            case 0 -> "(" + condition(uses, outer, depth) + " OR " + condition(uses, outer, depth) + ")";
            case 1 -> condition(uses, outer, depth) + " AND " + condition(uses, outer, depth);
            case 2 -> "NOT (" + comparison(uses) + ")";
            case 6 -> number(uses) + any(" IN ", " NOT IN ") + "(" + subquery(uses, depth, "%s") + ")";
            case 7 -> any("", "NOT ") + "EXISTS (" + subquery(uses, depth, "%s") + ")";
            case 8 -> number(uses) + any(" > ", " = ", " <= ") + "(" + subquery(uses, depth, "MAX(%s)") + ")";
            case 9 -> number(uses) + any(" > ALL ", " = ANY ", " <= ALL ") + "(" + subquery(uses, depth, "%s") + ")";
            default -> comparison(outer.isEmpty() || random.nextBoolean() ? uses : both(uses, outer));
        };
    }

    private static List<Use> both(List<Use> uses, List<Use> outer) {
        var all = new ArrayList<>(uses);
        all.addAll(outer);
        return all;
    }

    private String subquery(List<Use> outer, int depth, String item) {
        var uses = new ArrayList<Use>();
        String from = from(uses, depth - 1);
        String correlated = random.nextBoolean() ? " AND " + number(uses) + any(" = ", " < ") + number(outer) : "";
        return "SELECT " + item.formatted(number(uses)) + from + " WHERE " + condition(uses, outer, depth - 1)
                + correlated;
    }

    private String comparison(List<Use> uses) {
        return switch (random.nextInt(8)) {
            case 0 -> number(uses) + any(" IS NULL", " IS NOT NULL");
            case 1 -> number(uses) + " IN (" + constant() + ", " + constant() + ", " + constant() + ")";
            case 2 -> number(uses) + " BETWEEN " + constant() + " AND " + constant();
            case 3 -> text(uses) + any(" = 'x'", " LIKE '%e%'", " <> 'y'", " IN ('x', 'two')");
            case 4 -> number(uses) + any(" = ", " < ", " >= ") + number(uses);
            default -> number(uses) + any(" = ", " = ", " > ", " <= ", " <> ") + constant();
        };
    }

    private String expression(List<Use> uses, int depth) {
        return switch (random.nextInt(depth > 1 ? 9 : 8)) {
            case 0 -> number(uses) + any(" + ", " - ", " * ", " DIV ", " % ") + any(number(uses), constant());
            case 1 -> "LOWER(" + text(uses) + ")";
            case 2 -> "CASE WHEN " + comparison(uses) + " THEN " + number(uses) + " ELSE " + constant() + " END";
            case 3 -> "COALESCE(" + number(uses) + ", " + number(uses) + ", -1)";
            case 8 -> "(" + subquery(uses, 1, any("COUNT(*) + 0 * COUNT(%s)", "MAX(%s)", "SUM(%s)")) + ")";
            default -> number(uses);
        };
    }

    private String key(List<Use> uses) {
        return switch (random.nextInt(4)) {
            case 0 -> "LOWER(" + text(uses) + ")";
            case 1 -> number(uses) + " % 3";
            default -> number(uses);
        };
    }

    private String items(int count, java.util.function.Supplier<String> item) {
        return IntStream.range(0, count).mapToObj(i -> item.get() + " AS c" + i).collect(Collectors.joining(", "));
    }

    private String fill(String pattern, List<Use> uses) {
        return pattern.formatted(number(uses), number(uses));
    }

    private String number(List<Use> uses) {
        return column(uses.get(random.nextInt(uses.size())));
    }

    private String column(Use use) {
        return use.alias + "." + any(use.table.numbers);
    }

    private String text(List<Use> uses) {
        Use use = uses.get(random.nextInt(uses.size()));
        return use.alias + "." + use.table.text;
    }

    private String constant() {
        return String.valueOf(random.nextInt(4) == 0 ? random.nextInt(50) : random.nextInt(8));
    }

    @SafeVarargs
    private <T> T any(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private <T> T any(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
