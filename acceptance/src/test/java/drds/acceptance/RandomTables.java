package drds.acceptance;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Four tables of one shape, with a column of each type, that random statements work on. Values are few, so that they meet in joins
 * and groups; doubles are multiples of a quarter, so that their sums don't depend on the order.
 */
final class RandomTables {
    static final List<String> NAMES = List.of("r1", "r2", "r3", "r4");
    static final List<String> NUMBERS =
            List.of("id", "i", "i", "s", "u", "dc", "db", "yr", "bt + 0", "e + 0", "st + 0");
    static final List<String> TEXTS =
            List.of("LOWER(%s)vc", "%svb", "%svb", "%sch", "CONCAT(%s)e", "CONCAT(%s)st", "HEX(%s)bl");
    static final List<String> TIMES = List.of("d", "dt", "tm", "d", "dt");

    private static final String COLUMNS = """
            id INT NOT NULL, i INT, s SMALLINT NOT NULL, u BIGINT UNSIGNED, dc DECIMAL(8,2), db DOUBLE,
            vc VARCHAR(20), vb VARCHAR(20) COLLATE utf8mb4_bin, ch CHAR(4) CHARACTER SET latin1 COLLATE latin1_bin,
            d DATE, dt DATETIME(2), tm TIME, e ENUM('red','green','blue'), st SET('a','b','c'), bt BIT(6), bl BLOB,
            yr YEAR, js JSON""";
    private static final List<String> WORDS =
            List.of("one", "One", "ONE", "two", "Two", "x", "X", "ä", "Ä", "zeta", "", "a_b", "12", "3abc", "o'k");

    private final RandomGenerator random;

    RandomTables(RandomGenerator random) {
        this.random = random;
    }

    /** How a table is placed; another table is another key. */
    static String clause(String table, boolean otherKeys) {
        return switch (table) {
            case "r1" ->
                otherKeys ? "DBPARTITION BY HASH(i) TBPARTITION BY HASH(i) TBPARTITIONS 2" : "DBPARTITION BY HASH(id)";
            case "r2" -> otherKeys ? "DBPARTITION BY HASH(vc)" : "DBPARTITION BY HASH(id)";
            case "r3" -> otherKeys ? "DBPARTITION BY HASH(id)" : "DBPARTITION BY HASH(i)";
            default -> otherKeys ? "BROADCAST" : "";
        };
    }

    /** The statements that make the tables, without and with their clause. */
    static String create(String table, String clause) {
        String keys = table.equals("r3") ? ", KEY(i)" : ", PRIMARY KEY (id), KEY i (i), KEY vc (vc, d)";
        return "CREATE TABLE " + table + " (" + COLUMNS + keys + ") " + clause;
    }

    /** INSERTs that fill a table. */
    List<String> fill(String table) {
        int rows = table.equals("r4") ? 6 : 9 + random.nextInt(6);
        var statements = new ArrayList<String>();
        for (int from = 0; from < rows; from += 8) {
            statements.add("INSERT INTO " + table + " VALUES "
                    + IntStream.range(from, Math.min(rows, from + 8))
                            .mapToObj(id -> "(" + row(String.valueOf(table.equals("r2") ? id * 2 : id + 1)) + ")")
                            .collect(Collectors.joining(", ")));
        }
        return statements;
    }

    /** Values for all columns, the first given. */
    String row(String id) {
        return String.join(
                ", ",
                id,
                orNull(number()),
                String.valueOf(random.nextInt(9) - 3),
                orNull(any("0", "1", "2", "5", "18446744073709551615", "9223372036854775808")),
                orNull(any("0.00", "-0.01", "1.10", "2.50", "2.50", "999999.99", "-3.00")),
                orNull(any("0", "-0e0", "0.25", "1.5", "-2.75", "100.5", "3")),
                orNull(word()),
                orNull(word()),
                orNull("'" + any("ab", "AB", "ab ", "c", "") + "'"),
                orNull("'" + date() + "'"),
                orNull("'" + date() + " " + any("00:00:00", "10:20:30.5", "23:59:59.99") + "'"),
                orNull("'" + any("00:00:00", "-10:30:00", "100:00:01", "12:34:56") + "'"),
                orNull(any("'red'", "'green'", "'blue'")),
                orNull(any("''", "'a'", "'a,c'", "'a,b,c'", "'b'")),
                orNull(any("b'0'", "b'1'", "b'101'", "b'111111'")),
                orNull(any("'bin'", "x'00ff'", "x'80'", "''")),
                orNull(any("1999", "2024", "0", "2155")),
                orNull(any("'{\"a\": 1}'", "'[1, 2, 3]'", "'\"t\"'", "'{\"a\": \"x\", \"b\": [4]}'")));
    }

    String word() {
        return "'" + any(WORDS).replace("'", "''") + "'";
    }

    String date() {
        return any("2024-01-31", "2024-02-29", "1999-12-31", "2000-01-01", "2024-01-01");
    }

    String number() {
        return String.valueOf(random.nextInt(4) == 0 ? random.nextInt(60) - 20 : random.nextInt(8));
    }

    private String orNull(String value) {
        return random.nextInt(6) == 0 ? "NULL" : value;
    }

    @SafeVarargs
    private <T> T any(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private <T> T any(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
