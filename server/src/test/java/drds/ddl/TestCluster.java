package drds.ddl;

import drds.atom.AtomLimits;
import drds.atom.SessionState;
import drds.catalog.Catalog;
import drds.catalog.CatalogStore;
import drds.catalog.GroupDefinition;
import drds.catalog.GroupDefinition.Instance;
import drds.matrix.Matrix;
import drds.parser.DataDefinition;
import drds.parser.ParsedStatement;
import drds.parser.ParserModes;
import drds.parser.SqlParser;
import drds.testing.MariaDb;
import drds.transaction.Backends;
import drds.transaction.MatrixBackends;
import drds.transaction.SystemTables;
import drds.transaction.Work;
import drds.wire.Loops;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** A node over two MariaDB servers, without sessions. Its catalog outlives it in a directory. */
final class TestCluster implements AutoCloseable {
    final CatalogStore store;
    final Loops loops;
    final Matrix matrix;
    final Backends backends;
    private final Consumer<String> watcher;
    final Sequences sequences;
    final CollationBook collations;
    TableLocks locks = new TableLocks();
    DdlExecutor ddl;
    String current = "shop";

    /** What a test throws where a node is to die. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    TestCluster(Path directory, MariaDb first, MariaDb second, Consumer<String> watcher) throws Exception {
        store = CatalogStore.embedded(directory);
        store.change(catalog -> catalog.withGroups(
                List.of(
                        new GroupDefinition("g0", new Instance("127.0.0.1", first.port(), "root", ""), List.of()),
                        new GroupDefinition("g1", new Instance("127.0.0.1", second.port(), "root", ""), List.of())),
                "g0"));
        loops = Loops.open(1);
        matrix = new Matrix(loops, AtomLimits.DEFAULT);
        matrix.update(store.current());
        backends = new MatrixBackends(matrix);
        sequences = new Sequences(backends, () -> store.current().defaultGroup());
        collations = new CollationBook(backends);
        this.watcher = watcher;
        ddl = new DdlExecutor(store, backends, locks, collations, sequences, 2, watcher);
        run(() -> {
            SystemTables.create(backends);
            sequences.createTable();
            collations.learnAll(store.current());
            return null;
        });
    }

    /** What a node that died and started again begins with. */
    void restart() {
        locks = new TableLocks();
        ddl = new DdlExecutor(store, backends, locks, collations, sequences, 2, watcher);
        run(() -> {
            ddl.recover();
            return null;
        });
    }

    /** What a running node does every few seconds. */
    void again() {
        run(() -> {
            ddl.again();
            return null;
        });
    }

    /** Where the instance of a Group is from now on; a port where nobody listens makes it one that is away. */
    void place(String group, int port) {
        store.change(catalog -> catalog.withGroups(
                catalog.groups().values().stream()
                        .map(one -> one.name().equals(group)
                                ? new GroupDefinition(group, new Instance("127.0.0.1", port, "root", ""), List.of())
                                : one)
                        .toList(),
                "g0"));
        matrix.update(store.current());
    }

    DdlOutcome execute(String sql) {
        ParsedStatement parsed = new SqlParser(ParserModes.DEFAULT).parse(sql);
        if (!(parsed.statement() instanceof DataDefinition definition)) {
            throw new AssertionError("no definition: " + parsed.statement());
        }
        DdlSession session = new DdlSession(current, SessionState.INITIAL, Duration.ofSeconds(5), this::insert);
        return run(() -> ddl.execute(parsed, definition, session));
    }

    private DdlSession.Inserted insert(TableName into, String sql) {
        return Work.on(backends, "g0", SessionState.INITIAL.withDatabase(current), work -> {
            long rows = work.execute(sql).affectedRows();
            return new DdlSession.Inserted(rows, "Records: " + rows + "  Duplicates: 0  Warnings: 0");
        });
    }

    Catalog catalog() {
        return store.current();
    }

    /** All values of an answer, columns joined by | and rows by newlines. */
    String ask(String group, String sql) {
        return run(() -> Work.on(
                backends,
                group,
                Action.PLAIN,
                work -> work.rows(sql).stream()
                        .map(row -> Arrays.stream(row)
                                .map(value -> value == null ? "NULL" : new String(value, StandardCharsets.UTF_8))
                                .collect(Collectors.joining("|")))
                        .collect(Collectors.joining("\n"))));
    }

    void tell(String group, String sql) {
        run(() -> Work.on(backends, group, SessionState.INITIAL, work -> work.execute(sql)));
    }

    /** Everything that both servers have of a database, definitions included, to compare states. */
    String state(String database) {
        List<String> all = new ArrayList<>();
        for (String group : List.of("g0", "g1")) {
            for (String row : ask(
                            group,
                            "SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE FROM information_schema.TABLES WHERE"
                                    + " TABLE_SCHEMA LIKE '" + database + "%' OR TABLE_SCHEMA = 'drds' ORDER BY 1, 2")
                    .split("\n")) {
                if (row.isEmpty()) {
                    continue;
                }
                String[] parts = row.split("\\|");
                String table = "`" + parts[0] + "`.`" + parts[1] + "`";
                String definition = ask(group, "SHOW CREATE TABLE " + table).replaceAll(" AUTO_INCREMENT=\\d+", "");
                boolean own = parts[0].equals("drds");
                String rows = own ? "" : ask(group, "SELECT * FROM " + table);
                all.add(group + " " + table + " " + definition + "\n" + rows);
            }
        }
        return String.join("\n", all);
    }

    <T> T run(Supplier<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        loops.any().start(() -> {
            try {
                result.complete(task.get());
            } catch (Throwable failed) {
                result.completeExceptionally(failed);
            }
        });
        try {
            return result.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new AssertionError(e.getCause());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        store.close();
        matrix.close();
        loops.close();
    }
}
