package drds.acceptance;

import drds.acceptance.RandomExpressions.Use;
import java.util.List;
import java.util.random.RandomGenerator;

/** Makes up INSERTs, REPLACEs, UPDATEs and DELETEs of {@link RandomTables}, each with one right outcome. */
final class RandomChanges {
    /** A change and the table that it changes. */
    record Change(String table, String sql) {}

    private final RandomGenerator random;
    private final RandomTables values;
    private final RandomSelects selects;
    private final boolean otherKeys;
    private final RandomExpressions expressions;

    /** @param otherKeys whether some tables are sharded by other columns than their primary key */
    RandomChanges(RandomGenerator random, RandomTables values, RandomSelects selects, boolean otherKeys) {
        this.random = random;
        this.otherKeys = otherKeys;
        this.values = values;
        this.selects = selects;
        this.expressions = selects.expressions();
    }

    Change next() {
        selects.expressions();
        String table = expressions.any(RandomTables.NAMES);
        var use = new Use(table, false);
        return new Change(
                table,
                switch (random.nextInt(10)) {
                    case 0 -> "INSERT INTO " + table + " VALUES " + rows(table);
                    case 1 -> "INSERT IGNORE INTO " + table + " VALUES " + rows(table);
                    case 2 -> "REPLACE INTO " + table + " VALUES " + rows(table);
                    case 3 ->
                        "INSERT INTO " + table + " VALUES " + rows(table) + " ON DUPLICATE KEY UPDATE "
                                + assignments(use, true);
                    case 4 ->
                        "INSERT INTO " + table + " (id, i, s, vc, dc) SELECT id + 1000, i, s, LOWER(vc), dc FROM "
                                + expressions.any(RandomTables.NAMES) + " x WHERE "
                                + expressions.condition(List.of(new Use("x", false)), 1);
                    case 5 -> delete(table, use);
                    case 6 -> joined(table);
                    default ->
                        "UPDATE " + table + " SET " + assignments(use, false) + where(use)
                                + (table.equals("r3") || random.nextInt(4) > 0
                                        ? ""
                                        : " ORDER BY id LIMIT " + random.nextInt(6));
                });
    }

    private String rows(String table) {
        String first = "(" + values.row(id(table, 0)) + ")";
        return random.nextInt(3) == 0 ? first : first + ", (" + values.row(id(table, 1)) + ")";
    }

    /** Numbers that are taken already, and some that are not; never the same twice in a statement. */
    private String id(String table, int number) {
        int free = otherKeys && !table.equals("r4") ? 100 : 0;
        return table.equals("r3") ? values.number() : String.valueOf(free + random.nextInt(30) * 2 + number);
    }

    private String where(Use use) {
        return random.nextInt(8) == 0 ? "" : " WHERE " + expressions.condition(List.of(use), 1);
    }

    private String assignments(Use use, boolean duplicate) {
        String one = assignment(use, duplicate);
        return random.nextInt(3) > 0 ? one : one + ", vb = " + values.word();
    }

    private String assignment(Use use, boolean duplicate) {
        String table = use.alias();
        return switch (random.nextInt(duplicate ? 8 : 10)) {
            case 0 -> "i = " + values.number();
            case 1 -> "i = i + 1";
            case 2 -> "dc = dc * 2, s = s - 1";
            case 3 -> "vc = CONCAT(vc, 'z')";
            case 4 -> "d = DATE_ADD(d, INTERVAL 1 DAY)";
            case 5 -> "vc = NULL, i = NULL";
            case 6 -> duplicate ? "i = VALUES(s) + " + table + ".s" : "i = s";
            case 7 -> "e = 'blue', st = 'a,b'";
            case 8 ->
                "i = (SELECT MAX(z.i) FROM " + (table.equals("r1") ? "r2" : "r1") + " z WHERE z.s = " + table + ".s)";
            default -> "s = IF(" + expressions.condition(List.of(use), 0) + ", 1, 2)";
        };
    }

    private String delete(String table, Use use) {
        String order =
                table.equals("r3") || random.nextInt(3) > 0 ? "" : " ORDER BY id DESC LIMIT " + random.nextInt(5);
        return "DELETE FROM " + table + where(use) + order;
    }

    /** A change of one table joined with another. */
    private String joined(String table) {
        String other = table.equals("r4") ? "r1" : "r4";
        var uses = List.of(new Use("x", false), new Use("z", false));
        String join = table + " x " + expressions.any("JOIN ", "LEFT JOIN ") + other + " z ON x."
                + expressions.any("i", "s", "id") + " = z." + expressions.any("i", "s", "id");
        String where = random.nextInt(4) == 0 ? "" : " WHERE " + expressions.condition(uses, 1);
        return random.nextBoolean()
                ? "DELETE x FROM " + join + where
                : "UPDATE " + join + " SET x." + expressions.any("i = x.s + 1", "vb = 'joined'", "dc = 1.5") + where;
    }
}
