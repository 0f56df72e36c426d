package drds.executor;

import static drds.executor.TestCluster.input;
import static drds.executor.TestCluster.residual;
import static drds.executor.TestCluster.state;
import static org.assertj.core.api.Assertions.assertThat;

import drds.catalog.Table;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A residual's copies hold exactly what the partitions hold, whatever the type. */
class CopyExactnessTest {
    private static final String ELEMENTS = "id INT UNSIGNED ZEROFILL PRIMARY KEY, t TINYINT, s SMALLINT UNSIGNED,"
            + " m MEDIUMINT, b BIGINT UNSIGNED, f FLOAT, f2 FLOAT(7,2), d DOUBLE, dc DECIMAL(40,20), bt BIT(64),"
            + " en ENUM('x','Y','é') CHARACTER SET latin1, st SET('a','b','c'),"
            + " l VARCHAR(20) CHARACTER SET latin1 COLLATE latin1_german1_ci, u2 VARCHAR(10) CHARACTER SET ucs2,"
            + " u4 VARCHAR(20), c CHAR(5), tx TEXT, bl BLOB, vb VARBINARY(300), bi BINARY(4),"
            + " dt DATETIME(6), da DATE, tm TIME(3), ts TIMESTAMP(6) NULL, ts0 TIMESTAMP NULL, y YEAR,"
            + " j JSON, g GEOMETRY, uu UUID, i6 INET6, i4 INET4, gs INT AS (t + 1) STORED,"
            + " gv VARCHAR(30) AS (CONCAT(l, 'x')) VIRTUAL, nn VARCHAR(5) NOT NULL DEFAULT 'q',"
            + " ck INT CHECK (ck > 0), KEY(l, u4), KEY(bt), KEY(tx(10)), KEY(u4, vb)";

    private static TestCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = new TestCluster();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static String values(int id, String rest) {
        return "SET sql_mode = 'ALLOW_INVALID_DATES', time_zone = 'SYSTEM', check_constraint_checks = 0;"
                + " INSERT INTO shop_000" + id % 4 + ".types SET id = " + id + ", " + rest;
    }

    @Test
    void everyTypeKeepsItsValue() throws Exception {
        Table table = cluster.sharded("types", ELEMENTS, "DBPARTITION BY HASH(id)");
        fill();
        String items = items(table);
        List<String> expected = new ArrayList<>();
        for (int id = 1; id <= 8; id++) {
            expected.addAll(
                    cluster.rows(id % 2, "SELECT " + items + " FROM shop_000" + id % 4 + ".types WHERE id = " + id));
        }
        String sql = "SELECT " + items + " FROM types ORDER BY id";
        List<String> copied = cluster.run(sql, residual(sql, input(table))).rows;
        assertThat(copied).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(copied.get(i).split("\\|"))
                    .containsExactly(expected.get(i).replace("null", "NULL").split("\\|"));
        }
    }

    @Test
    void inAnotherTimeZoneTimesAreTheSameMoments() throws Exception {
        Table table = cluster.sharded("moments", "id INT PRIMARY KEY, ts TIMESTAMP(3) NULL", "DBPARTITION BY HASH(id)");
        // An hour that New York had twice: as a local time it can't be told which.
        cluster.run(
                1,
                "SET time_zone = '+00:00'; INSERT INTO shop_0001.moments VALUES"
                        + " (1, '2023-11-05 05:30:00.001'), (5, '2023-11-05 06:30:00.002')");
        String sql = "SELECT id, UNIX_TIMESTAMP(ts), ts FROM moments ORDER BY id";
        List<String> rows = cluster.onLoop(() -> cluster.run(
                        sql,
                        residual(sql, input(table)),
                        cluster.transaction(),
                        state().withVariable("time_zone", "'-05:00'"),
                        false))
                .rows;
        assertThat(rows)
                .containsExactly(
                        "1|1699162200.001|2023-11-05 00:30:00.001", "5|1699165800.002|2023-11-05 01:30:00.002");
    }

    private static void fill() throws Exception {
        cluster.run(
                1,
                values(
                        1,
                        "t = -128, s = 65535, m = -8388608, b = 18446744073709551615, f = 1.17549e-38,"
                                + " f2 = 12345.67, d = 1.7976931348623157e308, dc = -12345678901234567890.12345678901234567890,"
                                + " bt = 0xffffffffffffffff, en = 'é', st = 'a,c', l = 'ÄÖß', u2 = 'aü€', u4 = '😀ü ', c = 'ab',"
                                + " tx = 'it''s \\\\ a \"text\"\\n', bl = X'00FF27225C0A1A', vb = X'00', bi = X'41',"
                                + " dt = '9999-12-31 23:59:59.999999', da = '2023-02-31', tm = '-838:59:59.999',"
                                + " ts = '2030-01-01 00:00:01.000001', ts0 = '1970-01-02 00:00:01', y = 2155,"
                                + " j = '{\"a\": [1, 2.50, \"ü\"]}', g = ST_GeomFromText('POINT(1.5 2.25)', 4326),"
                                + " uu = '123e4567-e89b-12d3-a456-426655440000', i6 = '2001:db8::ff00:42:8329', i4 = '1.2.3.4', ck = 5"));
        cluster.run(0, values(2, "t = 0"));
        cluster.run(
                1,
                values(
                        3,
                        "dt = '0000-00-00', da = '0000-00-00', ts = '0000-00-00', ts0 = 0, y = 0,"
                                + " en = '', st = '', l = '', bl = '', tx = '', f = -0.0, d = -0.0, nn = '', ck = -5"));
        cluster.run(0, values(4, "f = 3.40282e38, d = 5e-324, f2 = 0.01, en = 'Y', bt = b'101', st = 'a,b,c'"));
        cluster.run(
                1,
                values(5, "f = 16777217, d = 0.1, da = '2020-00-00', dt = '2020-00-15 10:00:00', tm = '00:00:00.001'"));
        cluster.run(
                0,
                values(
                        6,
                        "f = 0.1, d = 1e15, u4 = REPEAT('x', 20), vb = REPEAT('ab', 150),"
                                + " g = ST_GeomFromText('POLYGON((0 0,0 1,1 1,0 0))')"));
        cluster.run(1, values(7, "d = 123456789012345678, en = 99, l = '\\\\0\\0\\''"));
        cluster.run(0, values(8, "d = 1e16, u2 = '', dt = '2020-02-02 02:02:02'"));
    }

    /** Each column as it is shown and as it is stored. */
    private static String items(Table table) {
        List<String> items = new ArrayList<>();
        for (Table.Column column : table.columns()) {
            String name = column.name();
            switch (column.dataType()) {
                case "geometry" -> items.add("HEX(" + name + "), ST_SRID(" + name + ")");
                case "bit", "blob", "varbinary", "binary" -> items.add("HEX(" + name + ")");
                case "float" -> items.add(name + ", CAST(" + name + " AS DOUBLE)");
                case "enum", "set" -> items.add(name + ", " + name + "+0, HEX(" + name + ")");
                case "varchar", "char", "text" -> items.add("HEX(" + name + "), CHARSET(" + name + ")");
                default -> items.add(name);
            }
        }
        return String.join(", ", items);
    }
}
