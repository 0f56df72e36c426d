package drds.acceptance;

import static drds.acceptance.Sql.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mysql.cj.jdbc.JdbcConnection;
import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTimeoutException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Types;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What applications do through Connector/J and MariaDB Connector/J, with each of their ways of talking. */
@ExtendWith(ClusterExtension.class)
class JdbcTest {
    private static final String TABLE = """
            CREATE TABLE things (id INT NOT NULL AUTO_INCREMENT, name VARCHAR(40) NOT NULL DEFAULT 'none', price DECIMAL(10,2),
                made DATETIME(6), day DATE, at_time TIME, raw VARBINARY(100), big BIGINT UNSIGNED, ratio DOUBLE, flag BOOLEAN,
                PRIMARY KEY (id), KEY by_name (name))""";

    private static int port;

    @BeforeAll
    static void makeDatabase(Cluster cluster) throws SQLException {
        port = cluster.drdsPort();
        cluster.makeDatabase(
                "jdbc",
                TABLE + " " + cluster.sharded("DBPARTITION BY HASH(id)"),
                "CREATE TABLE pairs (a INT NOT NULL, b INT NOT NULL, v VARCHAR(20), PRIMARY KEY (a, b)) "
                        + cluster.sharded("DBPARTITION BY HASH(a) TBPARTITION BY HASH(a) TBPARTITIONS 2"));
    }

    private static Connection emptied(JdbcDriver driver, String settings) throws SQLException {
        Connection connection = driver.connect(port, "jdbc", settings);
        run(connection, "DELETE FROM things", "DELETE FROM pairs");
        return connection;
    }

    private static String first(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyTypeGoesThereAndBack(JdbcDriver driver) throws SQLException {
        var made = LocalDateTime.of(2024, 2, 29, 12, 34, 56, 789_123_000);
        byte[] raw = {0, -1, 39, 92, 10};
        try (Connection connection = emptied(driver, "")) {
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO things (id, name, price, made, day, at_time,"
                            + " raw, big, ratio, flag) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
                insert.setInt(1, 7);
                insert.setString(2, "Zoë's \\ \"thing\" ?");
                insert.setBigDecimal(3, new BigDecimal("-12.50"));
                insert.setObject(4, made);
                insert.setDate(5, Date.valueOf("2024-02-29"));
                insert.setObject(6, LocalTime.of(23, 59, 58));
                insert.setBytes(7, raw);
                insert.setString(8, "18446744073709551615");
                insert.setDouble(9, 0.1);
                insert.setBoolean(10, true);
                assertThat(insert.executeUpdate()).isEqualTo(1);
                insert.setInt(1, 8);
                insert.setString(2, "");
                for (int i = 3; i <= 10; i++) {
                    insert.setNull(i, Types.NULL);
                }
                insert.setBinaryStream(7, new ByteArrayInputStream(raw), raw.length);
                assertThat(insert.executeUpdate()).isEqualTo(1);
            }
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT * FROM things WHERE id IN (?, ?) ORDER BY id")) {
                select.setInt(1, 7);
                select.setLong(2, 8);
                try (ResultSet rows = select.executeQuery()) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getString("name")).isEqualTo("Zoë's \\ \"thing\" ?");
                    assertThat(rows.getBigDecimal("price")).isEqualTo("-12.50");
                    assertThat(rows.getObject("made", LocalDateTime.class)).isEqualTo(made);
                    assertThat(rows.getDate("day")).isEqualTo(Date.valueOf("2024-02-29"));
                    assertThat(rows.getObject("at_time", LocalTime.class)).isEqualTo(LocalTime.of(23, 59, 58));
                    assertThat(rows.getBytes("raw")).isEqualTo(raw);
                    assertThat(rows.getObject("big")).isEqualTo(new BigInteger("18446744073709551615"));
                    assertThat(rows.getDouble("ratio")).isEqualTo(0.1);
                    assertThat(rows.getBoolean("flag")).isTrue();
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getString("name")).isEmpty();
                    assertThat(rows.getBigDecimal("price")).isNull();
                    assertThat(rows.getBytes("raw")).isEqualTo(raw);
                    assertThat(rows.next()).isFalse();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void batchesAreCountedRowByRow(JdbcDriver driver) throws SQLException {
        try (Connection connection = emptied(driver, "")) {
            connection.setAutoCommit(false);
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO pairs (a, b, v) VALUES (?, ?, ?)")) {
                for (int i = 0; i < 1_000; i++) {
                    insert.setInt(1, i);
                    insert.setInt(2, i % 7);
                    insert.setString(3, i % 3 == 0 ? null : "value " + i);
                    insert.addBatch();
                }
                assertThat(IntStream.of(insert.executeBatch()).boxed())
                        .hasSize(1_000)
                        .allMatch(count -> count == 1 || count == Statement.SUCCESS_NO_INFO);
            }
            connection.commit();
            assertThat(first(connection, "SELECT CONCAT(COUNT(*), ' ', SUM(a), ' ', COUNT(v)) FROM pairs"))
                    .isEqualTo("1000 499500 666");
            try (PreparedStatement update = connection.prepareStatement("UPDATE pairs SET v = ? WHERE a = ?")) {
                for (int i = 990; i < 1_010; i++) {
                    update.setString(1, "new");
                    update.setInt(2, i);
                    update.addBatch();
                }
                int[] counts = update.executeBatch();
                assertThat(counts).hasSize(20);
            }
            connection.commit();
            assertThat(first(connection, "SELECT COUNT(*) FROM pairs WHERE v = 'new'"))
                    .isEqualTo("10");
            try (Statement statement = connection.createStatement()) {
                statement.addBatch("DELETE FROM pairs WHERE a = 1");
                statement.addBatch("DELETE FROM pairs WHERE a >= 990");
                statement.addBatch("INSERT INTO pairs VALUES (1, 1, 'x')");
                assertThat(statement.executeBatch()).containsExactly(1, 10, 1);
            }
            connection.rollback();
            assertThat(first(connection, "SELECT COUNT(*) FROM pairs")).isEqualTo("1000");
        }
    }

    @ParameterizedTest
    @EnumSource
    void generatedKeysAreThoseOfTheRows(JdbcDriver driver) throws SQLException {
        try (Connection connection = emptied(driver, "")) {
            try (Statement statement = connection.createStatement()) {
                statement.executeUpdate("INSERT INTO things (name) VALUES ('one')", Statement.RETURN_GENERATED_KEYS);
                assertThat(names(connection, statement)).containsExactly("one");
            }
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO things (name) VALUES (?), (?), (?)", Statement.RETURN_GENERATED_KEYS)) {
                insert.setString(1, "a");
                insert.setString(2, "b");
                insert.setString(3, "c");
                assertThat(insert.executeUpdate()).isEqualTo(3);
                assertThat(names(connection, insert)).startsWith("a");
            }
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO things (name) VALUES (?)", Statement.RETURN_GENERATED_KEYS)) {
                for (String name : List.of("x", "y", "z")) {
                    insert.setString(1, name);
                    insert.addBatch();
                }
                insert.executeBatch();
                assertThat(names(connection, insert)).startsWith("x");
            }
            assertThat(first(connection, "SELECT COUNT(DISTINCT id) FROM things"))
                    .isEqualTo("7");
        }
    }

    private static List<String> names(Connection connection, Statement inserted) throws SQLException {
        var names = new ArrayList<String>();
        try (ResultSet keys = inserted.getGeneratedKeys()) {
            while (keys.next()) {
                names.add(first(connection, "SELECT name FROM things WHERE id = " + keys.getLong(1)));
            }
        }
        return names;
    }

    @ParameterizedTest
    @EnumSource
    void rowsAreStreamed(JdbcDriver driver) throws SQLException {
        try (Connection connection = emptied(driver, "&rewriteBatchedStatements=true")) {
            fill(connection, 5_000);
            try (PreparedStatement select = connection.prepareStatement(
                    "SELECT a, v FROM pairs WHERE a >= ? ORDER BY a",
                    ResultSet.TYPE_FORWARD_ONLY,
                    ResultSet.CONCUR_READ_ONLY)) {
                boolean cursors = driver == JdbcDriver.CONNECTOR_J_CURSORS;
                select.setFetchSize(driver.connectorJ() && !cursors ? Integer.MIN_VALUE : 50);
                select.setInt(1, 10);
                try (ResultSet rows = select.executeQuery()) {
                    for (int a = 10; a < 5_000; a++) {
                        assertThat(rows.next()).isTrue();
                        assertThat(rows.getInt(1)).isEqualTo(a);
                        assertThat(rows.getString(2)).isEqualTo("value " + a);
                    }
                    assertThat(rows.next()).isFalse();
                }
                try (ResultSet rows = select.executeQuery()) {
                    assertThat(rows.next()).isTrue();
                }
            }
            assertThat(first(connection, "SELECT COUNT(*) FROM pairs")).isEqualTo("5000");
        }
    }

    private static void fill(Connection connection, int rows) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO pairs (a, b, v) VALUES (?, ?, ?)")) {
            connection.setAutoCommit(false);
            for (int a = 0; a < rows; a++) {
                insert.setInt(1, a);
                insert.setInt(2, 0);
                insert.setString(3, "value " + a);
                insert.addBatch();
            }
            insert.executeBatch();
            connection.commit();
            connection.setAutoCommit(true);
        }
    }

    @ParameterizedTest
    @EnumSource
    void transactionsAndSavepoints(JdbcDriver driver) throws SQLException {
        try (Connection connection = emptied(driver, "");
                Connection other = driver.connect(port, "jdbc", "")) {
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
            connection.setAutoCommit(false);
            run(connection, "INSERT INTO pairs VALUES (1, 1, 'a'), (2, 2, 'b'), (3, 3, 'c'), (4, 4, 'd')");
            Savepoint savepoint = connection.setSavepoint("here");
            run(connection, "DELETE FROM pairs WHERE a > 1");
            connection.rollback(savepoint);
            assertThat(first(other, "SELECT COUNT(*) FROM pairs")).isEqualTo("0");
            connection.commit();
            assertThat(first(other, "SELECT COUNT(*) FROM pairs")).isEqualTo("4");
            run(connection, "UPDATE pairs SET v = 'gone'");
            connection.rollback();
            connection.setAutoCommit(true);
            assertThat(first(other, "SELECT COUNT(*) FROM pairs WHERE v = 'gone'"))
                    .isEqualTo("0");
            connection.setReadOnly(true);
            connection.setReadOnly(false);
        }
    }

    @ParameterizedTest
    @EnumSource
    void metadataDescribesTheLogicalDatabase(JdbcDriver driver) throws SQLException {
        try (Connection connection = emptied(driver, "")) {
            var metadata = connection.getMetaData();
            assertThat(connection.getCatalog()).isEqualTo("jdbc");
            assertThat(metadata.getDatabaseProductName()).isNotEmpty();
            assertThat(column(metadata.getCatalogs(), "TABLE_CAT"))
                    .contains("jdbc")
                    .noneMatch(name -> name.startsWith("jdbc_"));
            assertThat(column(metadata.getTables("jdbc", null, "%", new String[] {"TABLE"}), "TABLE_NAME"))
                    .containsExactly("pairs", "things");
            assertThat(column(metadata.getColumns("jdbc", null, "pairs", "%"), "COLUMN_NAME"))
                    .containsExactly("a", "b", "v");
            assertThat(column(metadata.getColumns("jdbc", null, "things", "%"), "TYPE_NAME"))
                    .startsWith("INT", "VARCHAR", "DECIMAL");
            assertThat(column(metadata.getPrimaryKeys("jdbc", null, "pairs"), "COLUMN_NAME"))
                    .containsExactly("a", "b");
            assertThat(column(metadata.getIndexInfo("jdbc", null, "things", false, false), "INDEX_NAME"))
                    .containsExactly("PRIMARY", "by_name");
            assertThat(column(metadata.getImportedKeys("jdbc", null, "pairs"), "FKTABLE_NAME"))
                    .isEmpty();
            assertThat(column(metadata.getTypeInfo(), "TYPE_NAME")).contains("VARCHAR");
            assertThat(column(metadata.getProcedures("jdbc", null, "%"), "PROCEDURE_NAME"))
                    .isEmpty();
        }
    }

    private static List<String> column(ResultSet rows, String name) throws SQLException {
        var values = new ArrayList<String>();
        try (rows) {
            while (rows.next()) {
                values.add(rows.getString(name));
            }
        }
        return values;
    }

    @ParameterizedTest
    @EnumSource
    void columnsOfAResultAreThoseOfTheLogicalTable(JdbcDriver driver) throws SQLException {
        try (Connection connection = emptied(driver, "");
                PreparedStatement select = connection.prepareStatement(
                        "SELECT t.id AS key_of_it, t.name, COUNT(*) AS n FROM things t GROUP BY 1, 2");
                ResultSet rows = select.executeQuery()) {
            ResultSetMetaData columns = rows.getMetaData();
            assertThat(columns.getColumnCount()).isEqualTo(3);
            assertThat(columns.getColumnLabel(1)).isEqualTo("key_of_it");
            assertThat(columns.getColumnType(1)).isEqualTo(Types.INTEGER);
            assertThat(columns.getColumnType(2)).isEqualTo(Types.VARCHAR);
            assertThat(columns.getColumnType(3)).isEqualTo(Types.BIGINT);
            assertThat(columns.getCatalogName(1)).isIn("jdbc", "");
        }
        try (Connection connection = driver.connect(port, "jdbc", "");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id, name AS title FROM things AS t WHERE id = 5")) {
            ResultSetMetaData columns = rows.getMetaData();
            assertThat(columns.getColumnName(2))
                    .isIn("name", driver == JdbcDriver.CONNECTOR_J_CURSORS ? "title" : "name");
            assertThat(columns.getTableName(1)).isIn("things", "t");
            assertThat(columns.isAutoIncrement(1)).isTrue();
            assertThat(columns.isNullable(2)).isEqualTo(ResultSetMetaData.columnNoNulls);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aResultSetCanBeUpdated(JdbcDriver driver) throws SQLException {
        try (Connection connection = emptied(driver, "")) {
            run(connection, "INSERT INTO pairs VALUES (1, 1, 'a'), (2, 2, 'b'), (3, 3, 'c')");
            try (Statement statement =
                            connection.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE);
                    ResultSet rows = statement.executeQuery("SELECT a, b, v FROM pairs ORDER BY a")) {
                assertThat(rows.absolute(2)).isTrue();
                rows.updateString("v", "changed");
                rows.updateRow();
                assertThat(rows.last()).isTrue();
                rows.deleteRow();
            }
            assertThat(first(connection, "SELECT GROUP_CONCAT(v ORDER BY a) FROM pairs"))
                    .isEqualTo("a,changed");
        }
    }

    @ParameterizedTest
    @EnumSource
    void errorsAreOfTheirJdbcClass(JdbcDriver driver) throws SQLException {
        try (Connection connection = emptied(driver, "")) {
            run(connection, "INSERT INTO pairs VALUES (1, 1, 'a')");
            assertThatThrownBy(() -> run(connection, "INSERT INTO pairs VALUES (1, 1, 'a')"))
                    .isInstanceOf(SQLIntegrityConstraintViolationException.class)
                    .hasMessageContaining("Duplicate entry '1-1' for key 'PRIMARY'");
            assertThatThrownBy(() -> run(connection, "SELECT * FROM nowhere"))
                    .isInstanceOf(SQLSyntaxErrorException.class)
                    .hasMessageContaining("jdbc.nowhere");
            assertThatThrownBy(() -> connection.prepareStatement("SELEC 1").execute())
                    .isInstanceOf(SQLSyntaxErrorException.class);
            assertThatThrownBy(() -> driver.connect(port, "nowhere", "")).isInstanceOf(SQLException.class);
            assertThat(first(connection, "SELECT COUNT(*) FROM pairs")).isEqualTo("1");
        }
    }

    @ParameterizedTest
    @EnumSource
    void proceduresGiveRowsAndParameters(JdbcDriver driver) throws SQLException {
        try (Connection connection = emptied(driver, "")) {
            run(
                    connection,
                    "DROP PROCEDURE IF EXISTS counted",
                    "INSERT INTO pairs VALUES (1, 1, 'a'), (2, 2, 'b'), (3, 3, 'c')",
                    "CREATE PROCEDURE counted(IN low INT, OUT many INT, INOUT label VARCHAR(20)) BEGIN"
                            + " SELECT COUNT(*) INTO many FROM pairs WHERE a >= low;"
                            + " SELECT v FROM pairs WHERE a >= low ORDER BY a;"
                            + " SET label = CONCAT(label, '!'); END");
            for (int low = 2; low <= 3; low++) {
                try (CallableStatement call = connection.prepareCall("{call counted(?, ?, ?)}")) {
                    call.setInt(1, low);
                    call.registerOutParameter(2, Types.INTEGER);
                    call.setString(3, "label");
                    call.registerOutParameter(3, Types.VARCHAR);
                    assertThat(call.execute()).isTrue();
                    assertThat(column(call.getResultSet(), "v"))
                            .containsExactlyElementsOf(low == 2 ? List.of("b", "c") : List.of("c"));
                    assertThat(call.getInt(2)).isEqualTo(4 - low);
                    assertThat(call.getString(3)).isEqualTo("label!");
                }
            }
            try (ResultSet columns = connection.getMetaData().getProcedureColumns("jdbc", null, "counted", "%")) {
                assertThat(column(columns, "COLUMN_NAME")).containsExactly("low", "many", "label");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void severalStatementsAtOnce(JdbcDriver driver) throws SQLException {
        try (Connection connection = emptied(driver, "&allowMultiQueries=true");
                Statement statement = connection.createStatement()) {
            assertThat(statement.execute(
                            "INSERT INTO pairs VALUES (1, 1, 'a'), (2, 2, 'b'); SELECT COUNT(*) FROM pairs;"
                                    + " UPDATE pairs SET v = 'c'; SELECT v FROM pairs ORDER BY a"))
                    .isFalse();
            assertThat(statement.getUpdateCount()).isEqualTo(2);
            assertThat(statement.getMoreResults()).isTrue();
            assertThat(column(statement.getResultSet(), "COUNT(*)")).containsExactly("2");
            assertThat(statement.getMoreResults()).isFalse();
            assertThat(statement.getUpdateCount()).isEqualTo(2);
            assertThat(statement.getMoreResults()).isTrue();
            assertThat(column(statement.getResultSet(), "v")).containsExactly("c", "c");
            assertThat(statement.getMoreResults()).isFalse();
            assertThat(statement.getUpdateCount()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFileIsLoadedThroughTheClient(JdbcDriver driver) throws Exception {
        Path file = Files.createTempFile("acceptance", ".csv");
        try (Connection connection =
                emptied(driver, driver.connectorJ() ? "&allowLoadLocalInfile=true" : "&allowLocalInfile=true")) {
            Files.writeString(file, "1,1,one\n2,2,\"t,w,o\"\n3,3,\\N\n");
            run(
                    connection,
                    "LOAD DATA LOCAL INFILE '" + file + "' INTO TABLE pairs FIELDS TERMINATED BY ','"
                            + " OPTIONALLY ENCLOSED BY '\"' (a, b, v)");
            assertThat(first(connection, "SELECT GROUP_CONCAT(IFNULL(v, '-') ORDER BY a SEPARATOR ';') FROM pairs"))
                    .isEqualTo("one;t,w,o;-");
        } finally {
            Files.delete(file);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aConnectionIsUsedAgain(JdbcDriver driver) throws SQLException {
        try (Connection connection = emptied(driver, driver.connectorJ() ? "" : "&useResetConnection=true")) {
            assertThat(connection.isValid(5)).isTrue();
            run(connection, "SET @x = 5", "SET sql_mode = 'ANSI'", "SET TRANSACTION READ ONLY");
            if (connection instanceof JdbcConnection mysql) {
                mysql.resetServerState();
                mysql.changeUser("root", "");
            } else {
                connection.unwrap(org.mariadb.jdbc.Connection.class).reset();
            }
            run(connection, "USE jdbc");
            run(connection, "INSERT INTO pairs VALUES (9, 9, 'after a reset')", "DELETE FROM pairs");
            assertThat(first(connection, "SELECT @x")).isNull();
            connection.setCatalog("mysql");
            connection.setCatalog("jdbc");
            assertThat(first(connection, "SELECT COUNT(*) FROM pairs")).isEqualTo("0");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFloatIsAKey(JdbcDriver driver, Cluster cluster) throws SQLException {
        cluster.makeDatabase(
                "fractions",
                "CREATE TABLE fractions (d DECIMAL(20,10) NOT NULL PRIMARY KEY) "
                        + cluster.sharded("DBPARTITION BY HASH(d)"));
        try (Connection connection = driver.connect(port, "fractions", "");
                PreparedStatement insert = connection.prepareStatement("INSERT INTO fractions VALUES (?)")) {
            for (int i = 1; i < 9; i++) {
                insert.setFloat(1, i / 10f);
                insert.executeUpdate();
            }
            for (String key : columnOf(connection, "SELECT d FROM fractions")) {
                assertThat(first(connection, "SELECT COUNT(*) FROM fractions WHERE d = " + key))
                        .as(key)
                        .isEqualTo("1");
            }
        }
    }

    private static List<String> columnOf(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return column(rows, rows.getMetaData().getColumnLabel(1));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSlowStatementIsEnded(JdbcDriver driver) throws SQLException {
        try (Connection connection = emptied(driver, "");
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            assertThatThrownBy(() -> statement.executeQuery("SELECT SLEEP(20), a.id FROM (SELECT 1 AS id) a"))
                    .isInstanceOfAny(SQLTimeoutException.class, SQLException.class);
            assertThat(first(connection, "SELECT 1")).isEqualTo("1");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLongTextGoesThereAndBack(JdbcDriver driver) throws SQLException {
        String text = "0123456789abcdef".repeat(1_200_000);
        try (Connection connection = driver.connect(port, "jdbc", "&maxAllowedPacket=67108864");
                PreparedStatement select = connection.prepareStatement("SELECT ?, LENGTH(?)")) {
            run(connection, "SET @size = @@max_allowed_packet");
            boolean fits = Long.parseLong(first(connection, "SELECT @size")) >= 3L * text.length();
            if (!fits) {
                text = text.substring(0, 4_000_000);
            }
            select.setString(1, text);
            select.setString(2, text);
            try (ResultSet rows = select.executeQuery()) {
                rows.next();
                assertThat(rows.getString(1)).hasSize(text.length()).isEqualTo(text);
                assertThat(rows.getInt(2)).isEqualTo(text.length());
            }
        }
    }
}
