package drds.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs Debian's sysbench and reads its report. */
final class Sysbench {
    static final int TABLES = 4;
    private static final int ROWS_AN_INSERT = 1000;
    private static final Pattern QUERIES = Pattern.compile("queries:\\s+(\\d+)\\s+\\(([\\d.]+)");
    private static final Pattern AVERAGE = Pattern.compile("avg:\\s+([\\d.]+)");
    private static final Pattern PERCENTILE = Pattern.compile("95th percentile:\\s+([\\d.]+)");
    private static final Pattern FATAL = Pattern.compile("FATAL:.*");

    private final int tableSize;

    Sysbench(int tableSize) {
        this.tableSize = tableSize;
    }

    /**
     * @param script a script of sysbench's own
     * @param prepared whether statements are prepared on the server
     * @param warmUpEvents how many of the script's events make a block of the warm-up, a second or two of it
     */
    record Workload(
            String name, String script, int threads, boolean prepared, int warmUpEvents, List<String> options) {}

    /** @param latencyMillis and the percentile are of sysbench's events: transactions where the workload has them */
    record Result(long queries, double queriesPerSecond, double latencyMillis, double latencyMillis95) {}

    Result run(Peer peer, Workload workload, int seconds) throws IOException, InterruptedException {
        return run(peer, workload, List.of("--time=" + seconds));
    }

    /** Sends a block of the warm-up. @return how many statements */
    long warm(Peer peer, Workload workload) throws IOException, InterruptedException {
        return run(peer, workload, List.of("--time=0", "--events=" + workload.warmUpEvents()))
                .queries();
    }

    private Result run(Peer peer, Workload workload, List<String> length) throws IOException, InterruptedException {
        List<String> command = command(peer, workload.script());
        command.add("--db-ps-mode=" + (workload.prepared() ? "auto" : "disable"));
        command.add("--threads=" + workload.threads());
        command.addAll(length);
        command.add("--percentile=95");
        command.add("--mysql-ignore-errors=1213,1020,1205");
        command.addAll(workload.options());
        command.add("run");
        String report = output(command);
        Matcher fatal = FATAL.matcher(report);
        if (fatal.find()) {
            throw new IllegalStateException(peer.name() + ", " + workload.name() + ": " + fatal.group());
        }
        return new Result(
                Long.parseLong(find(QUERIES, 1, report)),
                Double.parseDouble(find(QUERIES, 2, report)),
                Double.parseDouble(find(AVERAGE, 1, report)),
                Double.parseDouble(find(PERCENTILE, 1, report)));
    }

    void prepare(Peer peer) throws IOException, InterruptedException {
        List<String> command = command(peer, "oltp_common");
        command.add("--rand-seed=42");
        command.add("--threads=1");
        command.add("prepare");
        output(command);
    }

    /** Copies the tables into a database of DRDS, sharded by id. */
    void copy(Connection from, String source, Connection to, String target) throws SQLException {
        for (int table = 1; table <= TABLES; table++) {
            try (Statement write = to.createStatement();
                    Statement read = from.createStatement();
                    ResultSet rows = read.executeQuery("SELECT id, k, c, pad FROM " + source + ".sbtest" + table)) {
                write.execute("CREATE TABLE " + target + ".sbtest" + table
                        + " (id int NOT NULL AUTO_INCREMENT, k int NOT NULL DEFAULT 0, c char(120) NOT NULL DEFAULT '',"
                        + " pad char(60) NOT NULL DEFAULT '', PRIMARY KEY (id), KEY k_" + table
                        + " (k)) DBPARTITION BY HASH(id)");
                StringBuilder insert = new StringBuilder();
                int count = 0;
                while (rows.next()) {
                    insert.append(insert.isEmpty() ? "INSERT INTO " + target + ".sbtest" + table + " VALUES " : ",")
                            .append("(" + rows.getInt(1) + "," + rows.getInt(2) + ",'" + rows.getString(3) + "','"
                                    + rows.getString(4) + "')");
                    if (++count % ROWS_AN_INSERT == 0) {
                        write.executeUpdate(insert.toString());
                        insert.setLength(0);
                    }
                }
                if (!insert.isEmpty()) {
                    write.executeUpdate(insert.toString());
                }
            }
        }
    }

    private List<String> command(Peer peer, String script) {
        return new ArrayList<>(List.of(
                "sysbench",
                script,
                "--db-driver=mysql",
                "--mysql-host=127.0.0.1",
                "--mysql-port=" + peer.port(),
                "--mysql-user=" + Storage.USER,
                "--mysql-password=" + Storage.PASSWORD,
                "--mysql-db=" + peer.database(),
                "--tables=" + TABLES,
                "--table-size=" + tableSize,
                "--rand-type=uniform"));
    }

    private static String output(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + "\n" + text);
        }
        return text;
    }

    private static String find(Pattern pattern, int group, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException("no " + pattern + " in sysbench's report:\n" + text);
        }
        return matcher.group(group);
    }
}
