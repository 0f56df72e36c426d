package drds.binlog;

import static org.assertj.core.api.Assertions.assertThat;

import drds.catalog.GroupDefinition.Instance;
import drds.testing.MariaDb;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BinlogReaderTest {
    private static MariaDb instance;

    @BeforeAll
    static void start() throws Exception {
        instance = MariaDb.start();
    }

    @AfterAll
    static void stop() throws Exception {
        instance.close();
    }

    private static final TableShape SHAPE = new TableShape(
            "b",
            "t",
            List.of(
                    new TableShape.Column("id", TableShape.Kind.SIGNED, "", 0, false),
                    new TableShape.Column("v", TableShape.Kind.TEXT, "utf8mb4", 0, false)),
            List.of(0),
            false);

    private static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static Gtids position(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT @@gtid_binlog_pos")) {
            rows.next();
            return Gtids.parse(rows.getString(1));
        }
    }

    @Test
    void tellsTransactionsPreparedOnesAndDefinitionsInTheirOrder() throws Exception {
        try (Connection connection = instance.connect()) {
            execute(connection, "CREATE DATABASE b", "CREATE TABLE b.t (id INT PRIMARY KEY, v TEXT)");
            Gtids from = position(connection);
            execute(
                    connection,
                    "BEGIN",
                    "INSERT INTO b.t VALUES (1, 'a'), (2, NULL)",
                    "SAVEPOINT s",
                    "UPDATE b.t SET v = 'it''s' WHERE id = 1",
                    "COMMIT",
                    "XA START 'x','y',7",
                    "DELETE FROM b.t WHERE id = 2",
                    "XA END 'x','y',7",
                    "XA PREPARE 'x','y',7",
                    "XA COMMIT 'x','y',7",
                    "XA START 'z'",
                    "INSERT INTO b.t VALUES (9, 'z')",
                    "XA END 'z'",
                    "XA COMMIT 'z' ONE PHASE",
                    "CREATE TABLE b.u (id INT PRIMARY KEY)",
                    "INSERT INTO b.u VALUES (1)");
            Gtids end = position(connection);
            List<String> told = new ArrayList<>();
            try (BinlogReader reader = BinlogReader.open(
                    new Instance("127.0.0.1", instance.port(), "root", ""),
                    from,
                    (schema, table) -> table.equals("t") ? SHAPE : null)) {
                Gtids at = from;
                while (!at.reaches(end)) {
                    BinlogEvent event = reader.next(5_000);
                    assertThat(event).as("after %s", told).isNotNull();
                    if (event instanceof BinlogEvent.Begin begin) {
                        at = at.with(begin.gtid());
                    }
                    told.addAll(text(event).lines().toList());
                }
            }
            assertThat(told)
                    .containsExactly(
                            "begin",
                            "t: null > 1,_utf8mb4'a'",
                            "t: null > 2,NULL",
                            "SAVEPOINT `s`",
                            "t: 1,_utf8mb4'a' > 1,_utf8mb4'it\\'s'",
                            "commit",
                            "begin",
                            "t: 2,NULL > null",
                            "XA END X'78',X'79',7",
                            "prepared 7:78:79",
                            "begin alone",
                            "committed 7:78:79",
                            "begin",
                            "t: null > 9,_utf8mb4'z'",
                            "commit",
                            "begin alone",
                            "CREATE TABLE b.u (id INT PRIMARY KEY)",
                            "begin");
        }
    }

    @Test
    void whatItCantReadIsNotPassedOver() throws Exception {
        try (Connection connection = instance.connect()) {
            execute(connection, "CREATE DATABASE c", "CREATE TABLE c.t (id INT PRIMARY KEY, v TEXT)");
            Gtids from = position(connection);
            execute(
                    connection,
                    "FLUSH BINARY LOGS",
                    "INSERT INTO c.t VALUES (1, 'a')",
                    "SET GLOBAL log_bin_compress = ON",
                    "INSERT INTO c.t VALUES (2, REPEAT('a', 2000))",
                    "SET GLOBAL log_bin_compress = OFF",
                    "INSERT INTO c.t VALUES (3, 'a')");
            List<BinlogEvent> told = new ArrayList<>();
            try (BinlogReader reader = BinlogReader.open(
                    new Instance("127.0.0.1", instance.port(), "root", ""),
                    from,
                    (schema, table) -> table.equals("t") ? SHAPE : null)) {
                for (int i = 0; i < 5; i++) {
                    told.add(reader.next(5_000));
                }
            }
            assertThat(told.get(1)).isInstanceOf(BinlogEvent.Rows.class);
            assertThat(told.get(4))
                    .isInstanceOfSatisfying(
                            BinlogEvent.Lost.class,
                            lost -> assertThat(lost.fatal()).isTrue());
        }
    }

    private static String text(BinlogEvent event) {
        return switch (event) {
            case BinlogEvent.Begin begin -> begin.standalone() ? "begin alone" : "begin";
            case BinlogEvent.Commit _ -> "commit";
            case BinlogEvent.Rollback _ -> "rollback";
            case BinlogEvent.Rows rows ->
                String.join(
                        "\n",
                        rows.changes().stream()
                                .map(change -> rows.table().name() + ": " + image(change.before()) + " > "
                                        + image(change.after()))
                                .toList());
            case BinlogEvent.XaPrepared prepared -> "prepared " + prepared.xid();
            case BinlogEvent.XaEnd end -> (end.committed() ? "committed " : "rolled back ") + end.xid();
            case BinlogEvent.Definition definition -> definition.sql();
            case BinlogEvent.Lost lost -> "lost: " + lost.reason();
        };
    }

    private static String image(byte[][] values) {
        if (values == null) {
            return "null";
        }
        List<String> texts = new ArrayList<>();
        for (byte[] value : values) {
            texts.add(new String(value, java.nio.charset.StandardCharsets.ISO_8859_1));
        }
        return String.join(",", texts);
    }
}
