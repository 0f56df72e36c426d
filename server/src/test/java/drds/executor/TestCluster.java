package drds.executor;

import drds.atom.AtomLimits;
import drds.atom.SessionState;
import drds.catalog.Catalog;
import drds.catalog.Database;
import drds.catalog.Database.Shard;
import drds.catalog.GroupDefinition;
import drds.catalog.Table;
import drds.catalog.Table.Column;
import drds.catalog.Table.Key;
import drds.catalog.Table.Partition;
import drds.matrix.Matrix;
import drds.planner.Plan;
import drds.rule.ClauseReader;
import drds.rule.Collations;
import drds.rule.KeyColumn;
import drds.rule.KeyConversion;
import drds.rule.KeyType;
import drds.rule.Rule;
import drds.testing.MariaDb;
import drds.transaction.Coordinator;
import drds.transaction.MatrixBackends;
import drds.transaction.SystemTables;
import drds.transaction.Transaction;
import drds.wire.Loops;
import java.io.IOException;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Two instances with the database {@code shop} of four shards, and an executor over them: everything below the planner. */
public final class TestCluster implements AutoCloseable {
    public static final int SHARDS = 4;
    private static final String DATABASE = "shop";
    private static final KeyConversion KEYS = new KeyConversion(Collations.BINARY_ONLY, null);

    public final List<MariaDb> instances;
    public final Loops loops = Loops.open(1);
    public final Matrix matrix;
    public final MatrixBackends backends;
    public final Executor executor;
    private final Coordinator coordinator;
    private final Map<String, Table> tables = new LinkedHashMap<>();
    private final Map<String, GroupDefinition> groups = new LinkedHashMap<>();

    public TestCluster() throws IOException, InterruptedException, SQLException {
        instances = List.of(MariaDb.start(), MariaDb.start());
        for (int i = 0; i < instances.size(); i++) {
            String name = "g" + i;
            groups.put(
                    name,
                    new GroupDefinition(
                            name,
                            new GroupDefinition.Instance(
                                    "127.0.0.1", instances.get(i).port(), "root", ""),
                            List.of()));
            run(i, "CREATE DATABASE shop");
            for (int shard = i; shard < SHARDS; shard += instances.size()) {
                run(i, "CREATE DATABASE " + shard(shard));
            }
        }
        matrix = new Matrix(
                loops,
                new AtomLimits(
                        20,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(2),
                        4,
                        Duration.ofMinutes(10),
                        Duration.ZERO,
                        50));
        matrix.update(catalog());
        backends = new MatrixBackends(matrix);
        coordinator = coordinator("aaaaaaaa");
        executor = new Executor(backends, new CountingSequencer(), ExecutorLimits.DEFAULT, Clock.systemUTC());
        onLoop(() -> {
            SystemTables.create(backends);
            return null;
        });
    }

    public Coordinator coordinator(String node) {
        return new Coordinator("test", node, groups.keySet());
    }

    /** The names of the Groups: g0, g1. */
    public List<String> groups() {
        return List.copyOf(groups.keySet());
    }

    static String shard(int index) {
        return "shop_000" + index;
    }

    /** Runs something on an instance, beside DRDS. */
    public void run(int instance, String sql) throws SQLException {
        try (Connection connection = instances.get(instance).connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The rows of a query on an instance, beside DRDS, values joined by a bar. */
    public List<String> rows(int instance, String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = instances.get(instance).connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                List<String> values = new ArrayList<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    values.add(result.getString(i));
                }
                rows.add(String.join("|", values));
            }
        }
        return rows;
    }

    /** Creates a sharded table: its face and its partitions. */
    public Table sharded(String name, String elements, String clause) throws SQLException {
        run(0, "CREATE TABLE shop." + name + " (" + elements + ")");
        for (int shard = 0; shard < SHARDS; shard++) {
            run(shard % 2, "CREATE TABLE " + shard(shard) + "." + name + " (" + elements + ")");
        }
        return read(name, Table.Kind.SHARDED, clause);
    }

    public Table broadcast(String name, String elements) throws SQLException {
        for (int i = 0; i < instances.size(); i++) {
            run(i, "CREATE TABLE shop." + name + " (" + elements + ")");
        }
        return read(name, Table.Kind.BROADCAST, "");
    }

    public Table single(String name, String elements) throws SQLException {
        run(0, "CREATE TABLE shop." + name + " (" + elements + ")");
        return read(name, Table.Kind.SINGLE, "");
    }

    private Table read(String name, Table.Kind kind, String clause) throws SQLException {
        List<Column> columns = new ArrayList<>();
        List<KeyColumn> keyColumns = new ArrayList<>();
        Map<String, List<String>> keys = new LinkedHashMap<>();
        try (Connection connection = instances.getFirst().connect();
                Statement statement = connection.createStatement()) {
            ResultSet row =
                    statement.executeQuery("SELECT * FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'shop'"
                            + " AND TABLE_NAME = '" + name + "' ORDER BY ORDINAL_POSITION");
            while (row.next()) {
                String extra = row.getString("EXTRA").toLowerCase(Locale.ROOT);
                String defaultValue = row.getString("COLUMN_DEFAULT");
                columns.add(new Column(
                        row.getString("COLUMN_NAME"),
                        row.getString("COLUMN_TYPE"),
                        row.getString("DATA_TYPE"),
                        row.getString("CHARACTER_SET_NAME"),
                        row.getString("COLLATION_NAME"),
                        row.getString("IS_NULLABLE").equals("YES"),
                        "NULL".equals(defaultValue) ? null : defaultValue,
                        extra.contains("auto_increment"),
                        extra.contains("generated"),
                        extra.contains("invisible"),
                        null));
                keyColumns.add(new KeyColumn(
                        row.getString("COLUMN_NAME"),
                        KeyType.of(
                                row.getString("COLUMN_TYPE"),
                                row.getString("CHARACTER_SET_NAME"),
                                row.getString("COLLATION_NAME"))));
            }
            ResultSet key = statement.executeQuery("SHOW KEYS FROM shop." + name);
            while (key.next()) {
                keys.computeIfAbsent(key.getString("Key_name"), k -> new ArrayList<>())
                        .add(key.getString("Column_name"));
            }
        }
        Rule rule = kind == Table.Kind.SHARDED
                ? new ClauseReader(keyColumns, keys.getOrDefault("PRIMARY", List.of()), SHARDS, KEYS::stored)
                        .read(clause)
                : null;
        List<Partition> partitions = new ArrayList<>();
        for (int i = 0; rule != null && i < rule.partitions(); i++) {
            partitions.add(new Partition(i, "g" + i % 2, shard(i), name));
        }
        Table table = new Table(
                name,
                kind,
                columns,
                keys.entrySet().stream()
                        .map(key -> new Key(key.getKey(), true, key.getKey().equals("PRIMARY"), key.getValue(), false))
                        .toList(),
                rule,
                partitions,
                1);
        tables.put(name, table);
        return table;
    }

    public Catalog catalog() {
        List<Shard> shards = new ArrayList<>();
        for (int i = 0; i < SHARDS; i++) {
            shards.add(new Shard(i, shard(i), "g" + i % 2));
        }
        Database database =
                new Database(DATABASE, "utf8mb4", "utf8mb4_general_ci", shards, Map.copyOf(tables), Map.of());
        return new Catalog(1 + tables.size(), groups, "g0", Map.of(DATABASE, database), Map.of());
    }

    // ---- running ----

    /** Runs something on a thread of the loop. */
    public <T> T onLoop(Supplier<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        loops.any().start(() -> {
            try {
                result.complete(task.get());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        try {
            return result.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /** What {@link #transaction} transactions share. */
    public Coordinator coordinator() {
        return coordinator;
    }

    public Transaction transaction() {
        return new Transaction(backends, coordinator);
    }

    public static SessionState state() {
        return SessionState.INITIAL.withDatabase(DATABASE);
    }

    /** Runs one statement in autocommit. */
    public Answer run(String sql, Plan plan) {
        return onLoop(() -> run(sql, plan, transaction(), state(), false));
    }

    /** On a loop's thread: runs one statement. */
    public Answer run(String sql, Plan plan, Transaction transaction, SessionState state, boolean binary) {
        Answer answer = new Answer(binary);
        Outcome outcome = executor.execute(
                plan, new Execution(sql, null, state, transaction, catalog(), KEYS, null, () -> 2, null), answer);
        answer.outcome = outcome;
        return answer;
    }

    // ---- plans ----

    public static Plan.Residual residual(String sql, Plan.Input... inputs) {
        return new Plan.Residual(List.of(inputs), List.of(), sql, false, "test");
    }

    /** The whole table, or some of its columns. */
    public static Plan.Input input(Table table, String... columns) {
        List<Plan.Input.Source> sources = new ArrayList<>();
        for (Partition partition : table.partitions()) {
            sources.add(new Plan.Input.Source(
                    partition.group(), partition.index(), Names.quoted(partition.schema(), partition.table()), null));
        }
        List<String> names = columns.length > 0
                ? List.of(columns)
                : table.columns().stream().map(Column::name).toList();
        return new Plan.Input(DATABASE, table, names, sources);
    }

    /** One fragment a partition; {@code %s} stands for the partition's table. */
    public static List<Plan.Fragment> fragments(Table table, String sql) {
        List<Plan.Fragment> fragments = new ArrayList<>();
        for (Partition partition : table.partitions()) {
            fragments.add(new Plan.Fragment(
                    partition.group(),
                    partition.index(),
                    sql.replace("%s", Names.quoted(partition.schema(), partition.table()))));
        }
        return fragments;
    }

    public static Plan.InsertRows insert(Table table, String columns, String... rows) {
        List<Plan.Row> values = new ArrayList<>();
        for (String row : rows) {
            values.add(new Plan.Row(List.of(row.split(" *; *"))));
        }
        return new Plan.InsertRows(
                table, DATABASE, "INSERT INTO ", List.of(columns.split(" *, *")), values, "", false, false, "test");
    }

    @Override
    public void close() {
        matrix.close();
        instances.forEach(MariaDb::close);
    }

    /** Sequences in memory. */
    private static final class CountingSequencer implements Sequencer {
        private final AtomicLong last = new AtomicLong();

        @Override
        public long next(String database, Table table, int count) {
            return last.getAndAdd(count) + 1;
        }

        @Override
        public void raise(String database, Table table, BigInteger value) {
            last.accumulateAndGet(value.longValue(), Math::max);
        }
    }
}
