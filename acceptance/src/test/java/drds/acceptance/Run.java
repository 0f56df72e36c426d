package drds.acceptance;

import drds.acceptance.TestFile.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Runs files under one topology against one DRDS and one reference, and collects what differs. */
final class Run implements AutoCloseable {
    /** One difference: where, the statement, how it was sent, and both answers. */
    record Difference(Topology topology, Path file, int line, String sql, String protocol, String detail) {
        @Override
        public String toString() {
            return "%s %s/%s:%d (%s)%n  %s%n    %s"
                    .formatted(
                            topology,
                            TestFile.feature(file),
                            file.getFileName(),
                            line,
                            protocol,
                            sql.replace("\n", "\n  "),
                            detail.replace("\n", "\n    "));
        }
    }

    /** How many statements of files (not of data sets) were compared, and what differed. */
    record Result(int statements, List<Difference> differences) {}

    private static final Path DATA_SETS = Path.of("src/test/resources/datasets");

    private final Topology topology;
    private final int drdsPort;
    private final int referencePort;
    private final Path dataSets;
    private final Comparison comparison;
    private final Set<String> sharedDatabases = new HashSet<>();
    private final List<String> agreeing = new ArrayList<>();
    private int times = 1;
    private int statementsInAll;
    private int differencesInAll;

    /** Over the data sets of the tests. */
    static Run over(Topology topology, Cluster cluster) {
        return new Run(topology, cluster.drdsPort(), cluster.referencePort(), DATA_SETS, new Comparison(false));
    }

    Run(Topology topology, int drdsPort, int referencePort, Path dataSets, Comparison comparison) {
        this.topology = topology;
        this.drdsPort = drdsPort;
        this.referencePort = referencePort;
        this.dataSets = dataSets;
        this.comparison = comparison;
    }

    /** Runs one file in a database of its own, or in the shared database of the data set that it only reads. */
    Result file(Path path) throws IOException {
        return file(TestFile.read(path));
    }

    Result file(TestFile file) throws IOException {
        Path path = file.path();
        var differences = new ArrayList<Difference>();
        String database = file.shared().map(name -> name + "_shared").orElse(file.database());
        if (file.shared().isEmpty()) {
            create(path, database, differences);
        } else if (sharedDatabases.add(database)) {
            create(path, database, differences);
            new Steps(dataSet(file.shared().get()), database, differences).run();
        }
        for (String dataSet : file.copied()) {
            new Steps(dataSet(dataSet).placedBy(file), database, differences).run();
        }
        int statements = new Steps(file, database, differences).run();
        if (file.shared().isEmpty()) {
            onBoth(path, differences, "DROP DATABASE IF EXISTS " + database);
        }
        statementsInAll += statements;
        differencesInAll += differences.size();
        return new Result(statements, differences);
    }

    /** How often DRDS is asked each query: the last answer, which caches may have a part in, is compared. */
    void times(int number) {
        times = number;
    }

    /** Says that both servers hold the data set's shared database already. */
    void alreadyLoaded(String dataSet) {
        sharedDatabases.add(dataSet + "_shared");
    }

    /** Statements that are marked to differ and don't: take the mark away. */
    List<String> agreeing() {
        return agreeing;
    }

    /** What was compared so far, in one line. */
    String total() {
        return "%s: %d statements compared, %d differences".formatted(topology, statementsInAll, differencesInAll);
    }

    private TestFile dataSet(String name) throws IOException {
        return TestFile.read(dataSets.resolve(name + ".test"));
    }

    private void create(Path path, String database, List<Difference> differences) throws IOException {
        onBoth(path, differences, "DROP DATABASE IF EXISTS " + database, "CREATE DATABASE " + database);
    }

    private void onBoth(Path path, List<Difference> differences, String... statements) throws IOException {
        for (int port : new int[] {referencePort, drdsPort}) {
            try (var client = new Client(port, "root", "", 0)) {
                for (String sql : statements) {
                    if (!(client.query(sql) instanceof Answer.Done) && port == drdsPort) {
                        differences.add(
                                new Difference(topology, path, 0, sql, "set-up", Comparison.shown(client.query(sql))));
                    }
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (String database : sharedDatabases) {
            onBoth(dataSets.resolve(database), new ArrayList<>(), "DROP DATABASE IF EXISTS " + database);
        }
    }

    /** The statements of one file, in their sessions. */
    private final class Steps {
        private final TestFile file;
        private final String database;
        private final List<Difference> differences;
        private final Map<String, Client> sessions = new HashMap<>();
        private final Set<Step> differed = new HashSet<>();

        Steps(TestFile file, String database, List<Difference> differences) {
            this.file = file;
            this.database = database;
            this.differences = differences;
        }

        /** Returns how many statements were compared. */
        int run() throws IOException {
            int statements = 0;
            try {
                for (Step step : file.steps()) {
                    if (!step.has("skip")) {
                        statements++;
                        step(step);
                    }
                }
            } finally {
                sessions.values().forEach(Client::close);
            }
            file.steps().stream()
                    .filter(step -> step.mayDiffer(topology) && !differed.contains(step))
                    .forEach(step -> agreeing.add("%s %s/%s:%d agrees, though marked --difference"
                            .formatted(
                                    topology,
                                    TestFile.feature(file.path()),
                                    file.path().getFileName(),
                                    step.line())));
            return statements;
        }

        private void step(Step step) throws IOException {
            for (int i = 1; i < times && step.query() && step.parameters().isEmpty(); i++) {
                session(drdsPort, step).query(topology.statement(file, step.sql()));
                if (!step.has("text")) {
                    session(drdsPort, step).prepared(step.sql(), step.parameters());
                }
            }
            boolean preparedOnly =
                    !step.parameters().isEmpty() || topology == Topology.OTHERKEYS && step.write() && !step.has("text");
            if (!preparedOnly) {
                compare(
                        step,
                        "text",
                        List.of(session(referencePort, step).query(step.sql())),
                        List.of(session(drdsPort, step).query(topology.statement(file, step.sql()))));
            }
            if (preparedOnly || step.query() && !step.has("text")) {
                compare(
                        step,
                        "prepared",
                        session(referencePort, step).prepared(step.sql(), step.parameters()),
                        session(drdsPort, step).prepared(step.sql(), step.parameters()));
            }
        }

        private void compare(Step step, String protocol, List<Answer> reference, List<Answer> drds) throws IOException {
            for (int i = 0; i < Math.max(reference.size(), drds.size()); i++) {
                Answer wanted = i < reference.size() ? reference.get(i) : reference.getLast();
                Answer given = i < drds.size() ? drds.get(i) : drds.getLast();
                comparison.difference(step, wanted, given).ifPresent(detail -> report(step, protocol, detail));
                forgetIfLost(referencePort, step, wanted);
                forgetIfLost(drdsPort, step, given);
            }
            Answer last = reference.getLast();
            if (last.announcedWarnings() > 0
                    && last.announcedWarnings() == drds.getLast().announcedWarnings()
                    && !step.has("no-warnings")) {
                comparison
                        .warnings(
                                session(referencePort, step).query("SHOW WARNINGS"),
                                session(drdsPort, step).query("SHOW WARNINGS"))
                        .ifPresent(detail -> report(step, protocol, detail));
            }
        }

        private void report(Step step, String protocol, String detail) {
            if (step.mayDiffer(topology)) {
                differed.add(step);
            } else {
                differences.add(new Difference(topology, file.path(), step.line(), step.sql(), protocol, detail));
            }
        }

        private Client session(int port, Step step) throws IOException {
            String name = port + " " + step.connection();
            Client open = sessions.get(name);
            if (open == null) {
                int options = (topology == Topology.SPREAD ? Client.DEPRECATE_EOF : 0)
                        | (step.foundRows() ? Client.FOUND_ROWS : 0);
                open = new Client(port, "root", database, options);
                sessions.put(name, open);
            }
            return open;
        }

        private void forgetIfLost(int port, Step step, Answer answer) {
            if (answer instanceof Answer.Lost) {
                Client lost = sessions.remove(port + " " + step.connection());
                if (lost != null) {
                    lost.close();
                }
            }
        }
    }
}
