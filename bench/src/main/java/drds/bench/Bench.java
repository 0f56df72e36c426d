package drds.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Measures DRDS and its peers in one run on the same two MariaDB instances: the peers take turns within a round, the order
 * turns from round to round, and what is printed are medians and ratios.
 */
@Command(name = "bench", mixinStandardHelpOptions = true, description = "Measures DRDS beside its peers with sysbench.")
public final class Bench implements Callable<Integer> {
    private static final int ROUNDS_TO_TELL = 3;
    private static final String BULK = "bench/peers/bulk_insert.lua";

    @Spec
    private CommandSpec spec;

    @Option(names = "--seconds", defaultValue = "2", description = "length of one run (default: ${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = "--rounds",
            defaultValue = "9",
            description = "rounds, of which the median is told (default: ${DEFAULT-VALUE})")
    private int rounds;

    @Option(
            names = "--warm-up-blocks",
            defaultValue = "20",
            description =
                    "a JVM is warmed a workload until its processor time a statement stops falling, for so many blocks"
                            + " of statements at most (default: ${DEFAULT-VALUE})")
    private int warmUpBlocks;

    @Option(
            names = "--warm-up",
            defaultValue = "25",
            description = "seconds that the workload transactions is warmed (default: ${DEFAULT-VALUE})")
    private int warmUpSeconds;

    @Option(
            names = "--rows",
            defaultValue = "100000",
            description = "rows in each of the four tables (default: ${DEFAULT-VALUE})")
    private int rows;

    @Option(
            names = "--base-port",
            defaultValue = "14300",
            description = "first of the ten ports used (default: ${DEFAULT-VALUE})")
    private int basePort;

    @Option(
            names = "--data",
            defaultValue = "data/bench",
            description = "directory for a run's data, deleted at its end (default: ${DEFAULT-VALUE})")
    private Path data;

    @Option(
            names = "--peers",
            split = ",",
            defaultValue = "haproxy,drds,shardingsphere,spider",
            description = "whom to measure beside plain MariaDB (default: ${DEFAULT-VALUE})")
    private List<String> peerNames = List.of();

    @Option(
            names = "--scale",
            defaultValue = "0.1",
            description = "TPC-H's scale factor in the workload tpch (default: ${DEFAULT-VALUE})")
    private double scale;

    @Option(
            names = "--join-rows",
            defaultValue = "1000000",
            description = "rows in each table of the workload join (default: ${DEFAULT-VALUE})")
    private int joinRows;

    @Option(
            names = "--strain-rows",
            defaultValue = "10000000",
            description = "rows of the table in the workload strain (default: ${DEFAULT-VALUE})")
    private int strainRows;

    @Option(
            names = "--workloads",
            split = ",",
            description =
                    "names of the workloads to run (default: all of sysbench's and transactions; tpch, join, strain and hot-row beside plain MariaDB alone)")
    private @Nullable List<String> workloadNames;

    static void main(String[] args) {
        System.exit(new CommandLine(new Bench()).execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException, SQLException {
        PrintWriter out = spec.commandLine().getOut();
        Files.createDirectories(data);
        Path directory = Files.createTempDirectory(data.toAbsolutePath(), "run-");
        List<String> queries = queryWorkloads();
        if (!queries.isEmpty()) {
            queries(queries, directory, out);
        }
        boolean transactions = workloadNames != null && workloadNames.contains(TransactionBench.NAME);
        if (!queries.isEmpty() && workloads().isEmpty() && !transactions) {
            delete(directory);
            return 0;
        }
        Sysbench sysbench = new Sysbench(rows);
        try (Storage storage = new Storage(directory, basePort);
                Peers peers =
                        new Peers(directory, data.toAbsolutePath(), storage, basePort + 2, line -> tell(out, line))) {
            tell(out, "loading sysbench's tables");
            storage.load(sysbench);
            List<Peer> measured = start(peers, sysbench, out);
            Report report = new Report();
            WarmUp warmUp = new WarmUp(sysbench, warmUpBlocks, line -> tell(out, line));
            for (Sysbench.Workload workload : workloads()) {
                for (Peer peer : measured) {
                    warmUp.run(peer, workload);
                }
                measure(sysbench, measured, workload, report, out);
            }
            out.println(report.text());
            if (workloadNames == null || workloadNames.contains(TransactionBench.NAME)) {
                out.println(new TransactionBench(line -> tell(out, line), storage, seconds, rounds, warmUpSeconds)
                        .run(peers.plain(), measured));
            }
            measured.stream()
                    .filter(peer -> !peer.processes().isEmpty())
                    .forEach(peer -> out.printf(
                            Locale.ROOT,
                            "resident memory of %s after the run: %d MB%n",
                            peer.name(),
                            peer.processes().stream()
                                    .mapToLong(process -> ProcessFigures.residentMegabytes(process.pid()))
                                    .sum()));
            out.flush();
        }
        delete(directory);
        return 0;
    }

    private List<String> queryWorkloads() {
        List<String> names = workloadNames;
        return names == null
                ? List.of()
                : names.stream()
                        .filter(name -> List.of(QueryBench.TPCH, QueryBench.JOIN, StrainBench.NAME, HotRowBench.NAME)
                                .contains(name))
                        .toList();
    }

    private void queries(List<String> names, Path directory, PrintWriter out)
            throws IOException, InterruptedException, SQLException {
        Path own = Files.createDirectories(directory.resolve("queries"));
        try (Storage storage = new Storage(own, basePort);
                Peers peers = new Peers(own, data.toAbsolutePath(), storage, basePort + 2, line -> tell(out, line))) {
            storage.admit();
            Peer plain = peers.plain();
            Peer drds = peers.emptyDrds(
                    names.contains(StrainBench.NAME) ? StrainBench.HEAP_MEGABYTES : Peers.HEAP_MEGABYTES);
            QueryBench bench = new QueryBench(line -> tell(out, line), scale, joinRows, rounds);
            StrainBench strain = new StrainBench(line -> tell(out, line), strainRows);
            for (String name : names) {
                out.println(
                        switch (name) {
                            case StrainBench.NAME -> strain.run(plain, drds);
                            case HotRowBench.NAME ->
                                new HotRowBench(line -> tell(out, line), seconds, rounds).run(drds);
                            default -> bench.run(name, plain, drds);
                        });
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    private List<Sysbench.Workload> workloads() {
        List<Sysbench.Workload> all = List.of(
                new Sysbench.Workload("point-select", "oltp_point_select", 16, false, 20_000, List.of()),
                new Sysbench.Workload("point-select-prepared", "oltp_point_select", 16, true, 20_000, List.of()),
                new Sysbench.Workload("point-select-64", "oltp_point_select", 64, false, 20_000, List.of()),
                new Sysbench.Workload("range-100", "oltp_read_only", 16, false, 4_000, range(100)),
                new Sysbench.Workload("range-1000", "oltp_read_only", 16, false, 2_000, range(1000)),
                new Sysbench.Workload("range-1000-prepared", "oltp_read_only", 16, true, 2_000, range(1000)),
                new Sysbench.Workload("read-write", "oltp_read_write", 16, false, 500, List.of("--range-size=100")),
                new Sysbench.Workload(
                        "read-write-prepared", "oltp_read_write", 16, true, 500, List.of("--range-size=100")),
                new Sysbench.Workload("update", "oltp_update_non_index", 16, false, 10_000, List.of()),
                new Sysbench.Workload("update-prepared", "oltp_update_non_index", 16, true, 10_000, List.of()),
                new Sysbench.Workload("insert", "oltp_insert", 16, false, 10_000, List.of()),
                new Sysbench.Workload("write-only", "oltp_write_only", 16, false, 1_500, List.of()),
                new Sysbench.Workload("bulk-insert-100", BULK, 2, false, 300, List.of("--rows-a-statement=100")),
                new Sysbench.Workload("bulk-insert-1000", BULK, 2, false, 50, List.of("--rows-a-statement=1000")),
                new Sysbench.Workload("delete", "oltp_delete", 16, false, 10_000, List.of()));
        List<String> names = workloadNames;
        return names == null
                ? all
                : all.stream()
                        .filter(workload -> names.contains(workload.name()))
                        .toList();
    }

    private static List<String> range(int rows) {
        return List.of(
                "--skip-trx=on",
                "--point-selects=0",
                "--simple-ranges=1",
                "--sum-ranges=0",
                "--order-ranges=0",
                "--distinct-ranges=0",
                "--range-size=" + rows);
    }

    private List<Peer> start(Peers peers, Sysbench sysbench, PrintWriter out)
            throws IOException, InterruptedException, SQLException {
        List<Peer> measured = new ArrayList<>();
        measured.add(peers.plain());
        for (String name : peerNames) {
            String missing = missing(name);
            if (missing != null) {
                tell(out, name + " is left out: " + missing);
                continue;
            }
            try {
                measured.add(start(name, peers, sysbench));
            } catch (IOException | SQLException e) {
                if (name.equals("drds")) {
                    throw e;
                }
                tell(out, name + " is left out: " + e.getMessage());
            }
        }
        return measured;
    }

    private static Peer start(String name, Peers peers, Sysbench sysbench)
            throws IOException, InterruptedException, SQLException {
        return switch (name) {
            case "haproxy" -> peers.haproxy();
            case "drds" -> peers.drds(sysbench);
            case "shardingsphere" ->
                peers.shardingSphere(
                        Path.of("bench/peers/shardingsphere/pom.xml").toAbsolutePath(), java17());
            case "spider" -> peers.spider(Path.of("/usr/sbin/mariadbd"));
            default -> throw new IllegalArgumentException("unknown peer " + name);
        };
    }

    /** What this machine lacks for a peer, null if nothing. */
    private static @Nullable String missing(String peer) {
        return switch (peer) {
            case "haproxy" -> Files.exists(Path.of("/usr/sbin/haproxy")) ? null : "apt-get install haproxy";
            case "spider" ->
                Files.exists(Path.of("/usr/lib/mysql/plugin/ha_spider.so"))
                        ? null
                        : "apt-get install mariadb-server mariadb-plugin-spider";
            case "shardingsphere" -> Files.exists(java17()) ? null : "it runs on Java 17, which isn't here";
            default -> null;
        };
    }

    private static Path java17() {
        return Path.of("/usr/lib/jvm/java-17-openjdk-amd64/bin/java");
    }

    private void measure(
            Sysbench sysbench, List<Peer> peers, Sysbench.Workload workload, Report report, PrintWriter out)
            throws IOException, InterruptedException {
        List<Peer> order = new ArrayList<>(peers);
        for (int round = 0; round < rounds; round++) {
            for (Peer peer : order) {
                double before = peer.processorSeconds();
                double compiledBefore = peer.compilerSeconds();
                Sysbench.Result result = sysbench.run(peer, workload, seconds);
                double used = peer.processorSeconds() - before;
                // A compiler's thread that has ended takes its time along.
                double compiled = Math.max(0, peer.compilerSeconds() - compiledBefore);
                report.add(workload.name(), peer, result, used, compiled);
                if (round < ROUNDS_TO_TELL) {
                    tell(
                            out,
                            String.format(
                                    Locale.ROOT,
                                    "%s, round %d, %s: %.0f/s, %.1f µs",
                                    workload.name(),
                                    round + 1,
                                    peer.name(),
                                    result.queriesPerSecond(),
                                    used * 1e6 / result.queries()));
                }
            }
            Collections.rotate(order, 1);
        }
    }

    private static void tell(PrintWriter out, String line) {
        out.println(line);
        out.flush();
    }
}
