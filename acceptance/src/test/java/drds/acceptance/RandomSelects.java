package drds.acceptance;

import drds.acceptance.RandomExpressions.Kind;
import drds.acceptance.RandomExpressions.Use;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Makes up queries over {@link RandomTables}, each with one right answer: its rows are a multiset, or ordered by all columns. All
 * kinds of joins, subqueries, set operations, common tables, windows and groups occur. The same seed gives the same queries.
 */
final class RandomSelects {
    private static final List<String> SETS =
            List.of("UNION", "UNION ALL", "INTERSECT", "EXCEPT", "INTERSECT ALL", "EXCEPT ALL");

    private final RandomGenerator random;
    private final RandomExpressions expressions;
    private int aliases;
    private int depthLeft;
    private List<String> commonTables = List.of();

    RandomSelects(RandomGenerator random, RandomTables values) {
        this.random = random;
        this.expressions = new RandomExpressions(random, values, this::subquery);
    }

    /** For a statement of its own. */
    RandomExpressions expressions() {
        aliases = 0;
        depthLeft = 2;
        commonTables = List.of();
        return expressions;
    }

    /** The next query. */
    String next() {
        expressions();
        String with = random.nextInt(6) == 0 ? with() : "";
        List<Kind> kinds = expressions.kinds(1 + random.nextInt(4));
        String query = select(kinds, List.of(), false);
        for (int more = random.nextInt(7) == 0 ? 1 + random.nextInt(2) : 0; more > 0; more--) {
            query += " " + expressions.any(SETS) + " " + select(kinds, List.of(), false);
        }
        if (random.nextInt(3) > 0) {
            query += " ORDER BY "
                    + IntStream.rangeClosed(1, kinds.size())
                            .mapToObj(i -> i + expressions.any("", " DESC"))
                            .collect(Collectors.joining(", "));
            query += random.nextBoolean()
                    ? ""
                    : " LIMIT " + random.nextInt(12) + (random.nextInt(3) > 0 ? "" : " OFFSET " + random.nextInt(6));
        }
        return with + query;
    }

    private String with() {
        if (random.nextInt(3) == 0) {
            commonTables = List.of("w0");
            return expressions.any(
                    "WITH RECURSIVE w0 (n1, n2, t1) AS (SELECT 1, 0, 'a' UNION ALL SELECT n1 + 1, n1 * n1, 'b' FROM w0 WHERE n1 < 6) ",
                    "WITH RECURSIVE w0 (n1, n2, t1) AS (SELECT id, i, 'x' FROM r1 WHERE id < 4 UNION SELECT r.id, r.i, 'x' FROM r1 r JOIN w0 ON r.id = w0.n2) ",
                    "WITH RECURSIVE w0 (n1, n2, t1) AS (SELECT s, 1, 'one' FROM r2 UNION DISTINCT SELECT n1, n2 + 1, 'one' FROM w0 WHERE n2 < 3) ");
        }
        String query = made();
        commonTables = List.of("w0");
        return "WITH w0 AS (" + query + ") ";
    }

    /** A query with the columns of a derived table. */
    private String made() {
        var uses = new ArrayList<Use>();
        String from = from(uses);
        if (random.nextInt(4) == 0) {
            Use use = uses.getFirst();
            String key = expressions.plain(use);
            return "SELECT " + key + " AS n1, COUNT(*) AS n2, MAX(LOWER(" + use.alias() + (use.made() ? ".t1" : ".vc")
                    + ")) AS t1" + from + " GROUP BY " + key;
        }
        return "SELECT " + expressions.any("", "", "DISTINCT ") + expressions.plain(uses.getFirst()) + " AS n1, "
                + expressions.of(Kind.NUMBER, uses, 1) + " AS n2, " + expressions.of(Kind.TEXT, uses, 1) + " AS t1"
                + from
                + where(uses, 1);
    }

    private String where(List<Use> uses, int depth) {
        return random.nextInt(4) == 0 ? "" : " WHERE " + expressions.condition(uses, depth);
    }

    private String subquery(List<Kind> kinds, List<Use> outer, boolean scalar) {
        if (depthLeft <= 0) {
            return "SELECT "
                    + kinds.stream()
                            .map(kind -> kind == Kind.NUMBER ? "2" : "'x'")
                            .collect(Collectors.joining(", "));
        }
        depthLeft--;
        String query = select(kinds, outer, scalar);
        depthLeft++;
        return query;
    }

    /** One block; a scalar one gives one row, any number of columns of one kind each. */
    private String select(List<Kind> kinds, List<Use> outer, boolean scalar) {
        var uses = new ArrayList<Use>();
        String from = from(uses);
        var all = new ArrayList<>(uses);
        if (!outer.isEmpty() && random.nextBoolean()) {
            all.addAll(outer);
        }
        String rest = from + where(all, 2);
        int form = random.nextInt(10);
        if (scalar) {
            return "SELECT "
                    + items(kinds.stream().map(kind -> aggregate(kind, uses)).toList()) + rest;
        }
        if (form < 3) {
            return grouped(kinds, uses, rest);
        }
        if (form == 3 && outer.isEmpty()) {
            return "SELECT "
                    + items(kinds.stream().map(kind -> window(kind, uses)).toList()) + rest;
        }
        String distinct = random.nextInt(5) == 0 ? "DISTINCT " : "";
        String straight = random.nextInt(20) == 0 ? "STRAIGHT_JOIN " : "";
        return "SELECT " + straight + distinct
                + items(kinds.stream()
                        .map(kind -> expressions.of(kind, uses, 2))
                        .toList()) + rest;
    }

    private static String items(List<String> items) {
        return IntStream.range(0, items.size())
                .mapToObj(i -> items.get(i) + " AS c" + i)
                .collect(Collectors.joining(", "));
    }

    private String grouped(List<Kind> kinds, List<Use> uses, String rest) {
        int keys = random.nextInt(kinds.size() + 1);
        var items = new ArrayList<String>();
        for (int i = 0; i < kinds.size(); i++) {
            items.add(i < keys ? expressions.of(kinds.get(i), uses, 1) : aggregate(kinds.get(i), uses));
        }
        String group = keys == 0
                ? ""
                : " GROUP BY " + String.join(", ", items.subList(0, keys))
                        + (random.nextInt(6) == 0 ? " WITH ROLLUP" : "");
        String having = random.nextInt(3) > 0
                ? ""
                : " HAVING " + aggregate(Kind.NUMBER, uses) + expressions.any(" > ", " <= ", " <> ")
                        + expressions.constant();
        return "SELECT " + items(items) + rest + group + having;
    }

    private String aggregate(Kind kind, List<Use> uses) {
        String inner = expressions.of(kind, uses, random.nextInt(2));
        if (kind == Kind.TIME) {
            return expressions.any("MIN", "MAX") + "(" + inner + ")";
        }
        if (kind == Kind.TEXT) {
            String text = "LOWER(" + inner + ")";
            return expressions.any(
                    "MIN(" + text + ")",
                    "MAX(" + text + ")",
                    "GROUP_CONCAT(" + text + " ORDER BY " + text + ")",
                    "GROUP_CONCAT(DISTINCT " + text + " ORDER BY " + text + " DESC SEPARATOR '|')",
                    "GROUP_CONCAT(" + text + ", ':' ORDER BY " + text + " SEPARATOR '')");
        }
        String column = expressions.numberColumn(expressions.any(uses));
        return switch (random.nextInt(14)) {
            case 0, 1 -> "COUNT(*)";
            case 2 -> "COUNT(" + inner + ")";
            case 3, 4 -> "SUM(" + column + ")";
            case 5 -> "AVG(" + column + ")";
            case 6 -> "COUNT(DISTINCT " + inner + ")";
            case 7 -> "SUM(DISTINCT " + column + ")";
            case 8 -> "COUNT(DISTINCT " + column + ", " + expressions.numberColumn(expressions.any(uses)) + ")";
            case 9 -> expressions.any("BIT_AND", "BIT_OR", "BIT_XOR") + "(" + column + ")";
            case 10 ->
                "ROUND(" + expressions.any("STDDEV", "VAR_SAMP", "VAR_POP") + "("
                        + expressions.plain(expressions.any(uses)) + "), 4)";
            case 11 -> "MAX(" + column + ") - MIN(" + column + ")";
            case 12 -> "AVG(DISTINCT " + column + ") + COUNT(*)";
            default -> expressions.any("MIN", "MAX") + "(" + inner + ")";
        };
    }

    private String window(Kind kind, List<Use> uses) {
        String partition = "PARTITION BY " + expressions.of(Kind.NUMBER, uses, 0);
        String order = " ORDER BY " + expressions.of(expressions.any(Kind.NUMBER, Kind.TEXT), uses, 0)
                + expressions.any("", " DESC");
        String frame = expressions.any(
                "",
                "",
                " RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW",
                " RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING",
                " RANGE UNBOUNDED PRECEDING");
        String total = order
                + uses.stream()
                        .map(use -> use.made()
                                ? ", " + use.alias() + ".n1, " + use.alias() + ".n2, " + use.alias() + ".t1"
                                : ", " + use.alias() + ".id")
                        .collect(Collectors.joining());
        String rows = expressions.any(
                " ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING",
                " ROWS UNBOUNDED PRECEDING",
                " ROWS BETWEEN CURRENT ROW AND 2 FOLLOWING");
        boolean unique = uses.stream().noneMatch(Use::made) && !threes(uses);
        String column = expressions.numberColumn(expressions.any(uses));
        if (kind != Kind.NUMBER) {
            return expressions.of(kind, uses, 1);
        }
        if (unique && random.nextInt(3) == 0) {
            return expressions.any(
                    "ROW_NUMBER() OVER (" + partition + total + ")",
                    "LAG(" + column + ", 1) OVER (" + partition + total + ")",
                    "LEAD(" + column + ") OVER (" + total + ")",
                    "SUM(" + column + ") OVER (" + partition + total + rows + ")",
                    "FIRST_VALUE(" + column + ") OVER (" + total + rows + ")",
                    "NTILE(3) OVER (" + total + ")",
                    "COUNT(" + column + ") OVER (" + total + rows + ")");
        }
        return expressions.any(
                "SUM(" + column + ") OVER (" + partition + ")",
                "COUNT(*) OVER ()",
                "RANK() OVER (" + partition + order + ")",
                "DENSE_RANK() OVER (" + order + ")",
                "PERCENT_RANK() OVER (" + order + ")",
                "CUME_DIST() OVER (" + partition + order + ")",
                "AVG(" + column + ") OVER (" + partition + order + frame + ")",
                "COUNT(" + column + ") OVER (" + order + frame + ")",
                "MAX(" + column + ") OVER (" + partition + order + frame + ")");
    }

    /** Whether the table without a primary key is among them. */
    private boolean threes(List<Use> uses) {
        return uses.stream().anyMatch(use -> use.alias().startsWith("y"));
    }

    private String from(List<Use> uses) {
        var text = new StringBuilder(" FROM ").append(source(uses));
        for (int joins = expressions.any(0, 0, 1, 1, 2); joins > 0; joins--) {
            join(text, uses);
            if (uses.size() > 3) {
                break;
            }
        }
        return text.toString();
    }

    private void join(StringBuilder text, List<Use> uses) {
        int kind = uses.size() > 2 ? 5 : random.nextInt(14);
        if (kind == 0 && uses.stream().noneMatch(Use::made)) {
            text.append(" CROSS JOIN ").append(source(uses));
            return;
        }
        if (kind == 1 && uses.size() == 1 && !uses.getFirst().made()) {
            String alias = "x" + aliases++;
            text.append(expressions.any(" NATURAL JOIN ", " NATURAL LEFT JOIN "))
                    .append(expressions.any("(SELECT id, s FROM r1)", "(SELECT i, s FROM r2)", "(SELECT id FROM r4)"))
                    .append(" ")
                    .append(alias);
            return;
        }
        if (kind == 2 && uses.size() == 1 && !uses.getFirst().made()) {
            text.append(expressions.any(" JOIN ", " LEFT JOIN ", " RIGHT JOIN "))
                    .append(table(uses))
                    .append(" USING (")
                    .append(expressions.any("id", "i", "i, s", "vc"))
                    .append(")");
            return;
        }
        if (kind == 3) {
            int before = uses.size();
            String left = source(uses);
            String right = source(uses);
            text.append(expressions.any(" LEFT JOIN (", " JOIN (", " RIGHT JOIN ("))
                    .append(left)
                    .append(" JOIN ")
                    .append(right)
                    .append(" ON ")
                    .append(equality(uses.get(before), uses.get(before + 1)))
                    .append(") ON ")
                    .append(equality(uses.getFirst(), uses.getLast()));
            return;
        }
        text.append(expressions.any(
                        " JOIN ", " INNER JOIN ", " LEFT JOIN ", " LEFT JOIN ", " RIGHT JOIN ", " STRAIGHT_JOIN "))
                .append(source(uses));
        Use left = uses.get(random.nextInt(uses.size() - 1));
        text.append(" ON ").append(equality(left, uses.getLast()));
        if (random.nextInt(4) == 0) {
            text.append(expressions.any(" AND ", " AND ", " OR "))
                    .append(expressions.condition(List.of(left, uses.getLast()), 1));
        }
    }

    private String equality(Use left, Use right) {
        if (random.nextInt(8) == 0 && !left.made() && !right.made()) {
            return left.alias() + "." + expressions.any("vc", "vb", "d") + expressions.any(" = ", " = ", " <=> ")
                    + right.alias() + "." + expressions.any("vc", "dt", "vb");
        }
        return expressions.plain(left)
                + expressions.any(" = ", " = ", " = ", " < ", " <=> ")
                + expressions.plain(right);
    }

    private String source(List<Use> uses) {
        if (!commonTables.isEmpty() && random.nextInt(3) == 0) {
            String alias = "x" + aliases++;
            uses.add(new Use(alias, true));
            return expressions.any(commonTables) + " " + alias;
        }
        if (depthLeft > 0 && random.nextInt(8) == 0) {
            depthLeft -= 2;
            String query = made();
            depthLeft += 2;
            String alias = "x" + aliases++;
            uses.add(new Use(alias, true));
            return "(" + query + ") " + alias;
        }
        return table(uses);
    }

    private String table(List<Use> uses) {
        String name = expressions.any(RandomTables.NAMES);
        String alias = (name.equals("r3") ? "y" : "x") + aliases++;
        uses.add(new Use(alias, false));
        String hint = random.nextInt(15) > 0
                ? ""
                : expressions.any(" USE INDEX (i)", " FORCE INDEX FOR JOIN (i)", " IGNORE INDEX (i)");
        return name + " " + alias + hint;
    }
}
