package drds.acceptance;

import drds.acceptance.TestFile.Directives;
import drds.acceptance.TestFile.Step;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Statements of the same shape with many different literals. Each literal is once the first of its shape, in a shape that nothing
 * else has, and then meets what was learned from each of the others: forwards and backwards, so that each has several
 * predecessors.
 */
final class LiteralShapes {
    private static final List<String> LITERALS = List.of(
            "1",
            "2",
            "3",
            "7",
            "0",
            "-1",
            "- 2",
            "+3",
            "007",
            "2.0",
            "2.5",
            ".5",
            "2e0",
            "1e30",
            "99999999999999999999",
            "9223372036854775807",
            "18446744073709551616",
            "0x02",
            "X'32'",
            "b'10'",
            "NULL",
            "TRUE",
            "FALSE",
            "''",
            "'1'",
            "'2'",
            "' 2'",
            "'2 '",
            "'2abc'",
            "'1e0'",
            "'-1'",
            "\"3\"",
            "'x'",
            "'X'",
            "'y'",
            "'x '",
            "'it''s'",
            "'a\\\\b'",
            "'\\''",
            "'%'",
            "'ä'",
            "_utf8mb4'x'",
            "N'x'",
            "'x' 'y'",
            "'2024-02-29'",
            "DATE '2024-02-29'",
            "'a longer text than any column of the tables has room for, so that it is cut or never found'");

    /** Where §1 and §2 stand for literals, and §a for a name that makes a shape of its own. */
    private static final List<String> QUERIES = List.of(
            "SELECT id AS §a, a, c FROM t1 WHERE a = §1",
            "SELECT id AS §a, a, c FROM t1 WHERE §1 = a",
            "SELECT id AS §a FROM t1 WHERE id = §1",
            "SELECT id AS §a FROM t1 WHERE id = §1 AND a = §2",
            "SELECT id AS §a FROM t1 WHERE a = §1 OR a = §2",
            "SELECT id AS §a FROM t1 WHERE a IN (§1, §2)",
            "SELECT id AS §a FROM t1 WHERE a IN (§1)",
            "SELECT id AS §a FROM t1 WHERE a <=> §1",
            "SELECT id AS §a FROM t1 WHERE a BETWEEN §1 AND §2",
            "SELECT id AS §a FROM t1 WHERE a >= §1",
            "SELECT id AS §a FROM t1 WHERE a > §1 AND a < §2",
            "SELECT id AS §a FROM t1 WHERE NOT a = §1",
            "SELECT id AS §a FROM t1 WHERE a = §1 + 1",
            "SELECT id AS §a FROM t1 WHERE a = -§1",
            "SELECT id AS §a FROM t1 WHERE c = §1",
            "SELECT id AS §a FROM t1 WHERE c LIKE §1",
            "SELECT id AS §a FROM t3 WHERE c = §1",
            "SELECT id AS §a FROM t3 WHERE e = §1",
            "SELECT word AS §a FROM words WHERE id = §1",
            "SELECT word AS §a FROM words WHERE word = §1",
            "SELECT a AS §a, §1 FROM t1 WHERE a = 1",
            "SELECT a AS §a, §1 FROM t1 WHERE a = §2",
            "SELECT a AS §a, COALESCE(b, §2) AS b FROM t1 WHERE a = §1",
            "SELECT a AS §a, §1 FROM t1 WHERE a BETWEEN 1 AND 9",
            "SELECT a AS §a, a + §1 FROM t1 WHERE a > §2",
            "SELECT a AS §a, a + §1 AS more FROM t1 WHERE a > 0 AND b <> §2",
            "SELECT * FROM t1 AS §a WHERE a BETWEEN §1 AND §2",
            "SELECT COUNT(*) AS §a, SUM(a), §1 AS l FROM t1 WHERE a BETWEEN 1 AND 4",
            "SELECT COUNT(*) AS §a, SUM(a + 1) FROM t1 WHERE a BETWEEN §1 AND §2",
            "SELECT DISTINCT LOWER(c) AS §a FROM t1 WHERE a BETWEEN §1 AND 5",
            "SELECT DISTINCT b AS §a FROM t1 WHERE a > §1 ORDER BY b",
            "SELECT b AS §a, COUNT(*), MAX(id) FROM t1 WHERE a <> §1 GROUP BY b ORDER BY COUNT(*) DESC, b",
            "SELECT b AS §a, AVG(id) FROM t1 WHERE a > §1 GROUP BY b HAVING b <> §2",
            "SELECT id AS §a, c FROM t1 WHERE id IN (§1, 3, §2, 5) ORDER BY id DESC",
            "SELECT id AS §a FROM t1 WHERE id IN (1, -§1, 2, 7) AND a IN (§2, 2, 1, 5, 8)",
            "SELECT id AS §a FROM t1 WHERE a IN (1, 2, 3, §1, 4) AND b <> §2 ORDER BY id LIMIT 4",
            "SELECT t1.id AS §a, t2.id FROM t1 JOIN t2 ON t1.a = t2.a WHERE t1.id > §1 ORDER BY 1, 2",
            "SELECT id AS §a FROM t1 WHERE 1 = §1",
            "SELECT id AS §a, c FROM t1 WHERE a BETWEEN §1 AND 9 ORDER BY id",
            "SELECT t1.id AS §a, t2.id FROM t1 JOIN t2 ON t1.a = t2.a WHERE t1.a = §1",
            "SELECT t1.id AS §a, t2.id FROM t1 JOIN t2 ON t1.a = t2.a AND t2.a = §1 WHERE t1.id = §2",
            "SELECT t1.id AS §a, t2.id FROM t1 LEFT JOIN t2 ON t1.a = t2.a AND t2.a = §1",
            "SELECT id AS §a FROM t1 WHERE a = §1 AND id IN (SELECT id FROM t2 WHERE a = §2)",
            "SELECT §1 AS §a",
            "SELECT §1 AS §a, §2");

    /** Prepared, for parameters of all types: twice forwards, with what was learned of the first. */
    private static final List<String> MARKED = List.of(
            "SELECT id, a, c FROM t1 WHERE a = ?",
            "SELECT id, a, c FROM t1 WHERE ? = a",
            "SELECT id FROM t1 WHERE a <=> ?",
            "SELECT id FROM t1 WHERE a > ?",
            "SELECT id, c FROM t1 WHERE c = ?",
            "SELECT id FROM t3 WHERE id = ? AND a > 0",
            "SELECT t1.id, t2.id FROM t1 JOIN t2 ON t1.a = t2.a WHERE t1.a = ?",
            "SELECT COUNT(*), SUM(a) FROM t1 WHERE a < ?",
            "SELECT id, a, c FROM t1 WHERE a < ? ORDER BY id",
            "SELECT DISTINCT b FROM t1 WHERE ? < a ORDER BY b",
            "SELECT b, COUNT(*), AVG(a + 1) FROM t1 WHERE a <> ? GROUP BY b ORDER BY b",
            "SELECT id FROM t1 WHERE id IN (1, ?, 5, 7) ORDER BY id",
            "SELECT id FROM t1 ORDER BY id LIMIT ?");

    private static final String VALUES =
            "1; 2; 3; -1; 0; 2.5; 2e0; 99999999999999999999.0; '2'; ' 2'; '2abc'; 'x'; ''; NULL; 7; '3'; 1; NULL; 'ä'; 2";

    /** With a number on which the statement's form depends. */
    private static final List<String> COUNTED = List.of(
            "SELECT id AS §a, a FROM t1 WHERE a > 0 ORDER BY id LIMIT §n",
            "SELECT id AS §a, a FROM t1 WHERE a > 0 ORDER BY id LIMIT §n, 2",
            "SELECT id AS §a, a FROM t1 WHERE a = 1 ORDER BY id LIMIT §n",
            "SELECT a AS §a, id FROM t1 WHERE a > 0 ORDER BY §n, 1, 2",
            "SELECT a AS §a, COUNT(*) FROM t1 WHERE a > §n GROUP BY 1",
            "SELECT a AS §a, id, COUNT(*) FROM t1 GROUP BY §n, a, id");

    private static final List<String> CHANGES = List.of(
            "UPDATE t1 SET b = §2 WHERE a = §1",
            "UPDATE t1 SET b = b + 1 WHERE id = §1",
            "UPDATE t1 SET c = §2 WHERE a = §1 AND id > 0",
            "DELETE FROM t2 WHERE a = §1 AND id = §2",
            "DELETE FROM t2 WHERE id = §1",
            "INSERT INTO t3 (id, a, c, e) VALUES (§1, §2, 'new', 1)",
            "INSERT INTO t3 (id, a, c, e) VALUES (§2, 5, §1, 1)",
            "REPLACE INTO t3 (id, a, c, e) VALUES (§1, §2, 'again', 2)",
            "INSERT INTO t1 (id, a, b, c) VALUES (100 + §2, §1, 1, 'z')",
            "INSERT INTO t1 (id, a, b, c) VALUES (100, §1, 1, 'z')",
            "INSERT INTO t1 VALUES (100, 1, 5, 'z'), (101, §1, NULL, 'w')",
            "INSERT IGNORE INTO t3 VALUES (100, 5, §2, 1), (§1, 6, 'i', 7)",
            "REPLACE INTO t3 (id, a, c) VALUES (§1, 1, §2), (12, 1, 'x')");

    private final List<Step> steps = new ArrayList<>();
    private int names;

    /**
     * All of them, over the data set {@code numbers}; where the reference refuses one, DRDS must too.
     *
     * @param changes whether statements that change something are among them
     */
    static TestFile file(boolean changes) {
        var shapes = new LiteralShapes();
        QUERIES.forEach(shapes::query);
        MARKED.forEach(shapes::marked);
        COUNTED.forEach(shapes::counted);
        if (changes) {
            CHANGES.forEach(shapes::change);
        }
        return new TestFile(
                Path.of("literals", "shapes"),
                Optional.empty(),
                List.of("numbers"),
                Map.of(),
                Map.of(),
                List.of(),
                shapes.steps);
    }

    private void query(String query) {
        for (int i = 0; i < LITERALS.size(); i++) {
            add(query, LITERALS.get(i), other(i), "n" + ++names);
        }
        String learned = "n" + ++names;
        for (int i = 0; i < LITERALS.size(); i++) {
            add(query, LITERALS.get(i), other(i), learned);
        }
        for (int i = LITERALS.size() - 1; i >= 0; i--) {
            add(query, LITERALS.get(i), other(i + 1), learned);
        }
    }

    private void marked(String query) {
        var values = new ArrayList<List<Parameter>>();
        for (int round = 0; round < 2; round++) {
            for (String value : VALUES.split("; ")) {
                values.add(Parameter.list(value));
            }
        }
        var directives = new Directives(Map.of("may-fail", "", "no-warnings", ""));
        steps.add(new Step(steps.size() + 1, query, "main", false, directives, values));
    }

    /** The second literal: of another kind, as a rule. */
    private static String other(int index) {
        return LITERALS.get((index * 5 + 3) % LITERALS.size());
    }

    private void counted(String query) {
        var numbers = new ArrayList<>(List.of("1", "2", "3", "0", "10", "2"));
        String learned = "n" + ++names;
        for (int round = 0; round < 2; round++) {
            numbers.forEach(number -> add(query.replace("§n", number), "", "", learned));
            Collections.reverse(numbers);
        }
    }

    /** In a transaction that is rolled back, with what it left in between. */
    private void change(String change) {
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < LITERALS.size(); i++) {
                add("BEGIN", "", "", "");
                add(change, LITERALS.get(i), other(i + round), "");
                for (String table : List.of("t1", "t2", "t3")) {
                    if (change.contains(table)) {
                        add("SELECT * FROM " + table, "", "", "");
                    }
                }
                add("ROLLBACK", "", "", "");
            }
        }
    }

    private void add(String statement, String first, String second, String name) {
        String sql = statement.replace("§1", first).replace("§2", second).replace("§a", name);
        var directives = new Directives(Map.of("may-fail", "", "no-warnings", "", "no-info", ""));
        steps.add(new Step(steps.size() + 1, sql, "main", false, directives, List.of()));
    }
}
