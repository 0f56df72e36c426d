package drds.program;

import java.util.Map;

/** The SQLSTATEs of conditions that come as rows of SHOW WARNINGS, which doesn't tell them. Source: MariaDB's error messages. */
final class SqlStates {
    private static final Map<Integer, String> KNOWN = Map.ofEntries(
            Map.entry(1048, "23000"),
            Map.entry(1050, "42S01"),
            Map.entry(1051, "42S02"),
            Map.entry(1054, "42S22"),
            Map.entry(1062, "23000"),
            Map.entry(1064, "42000"),
            Map.entry(1146, "42S02"),
            Map.entry(1172, "42000"),
            Map.entry(1242, "21000"),
            Map.entry(1261, "01000"),
            Map.entry(1262, "01000"),
            Map.entry(1263, "22004"),
            Map.entry(1264, "22003"),
            Map.entry(1265, "01000"),
            Map.entry(1292, "22007"),
            Map.entry(1304, "42000"),
            Map.entry(1305, "42000"),
            Map.entry(1311, "01000"),
            Map.entry(1329, "02000"),
            Map.entry(1365, "22012"),
            Map.entry(1366, "22007"),
            Map.entry(1406, "22001"),
            Map.entry(1411, "HY000"),
            Map.entry(1452, "23000"),
            Map.entry(1642, "01000"),
            Map.entry(1643, "02000"),
            Map.entry(1644, "45000"),
            Map.entry(1690, "22003"));

    private SqlStates() {}

    static String of(String level, int number) {
        return KNOWN.getOrDefault(number, level.equals("Error") ? "HY000" : "01000");
    }
}
