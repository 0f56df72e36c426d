package drds.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Clients that are programs of their own: the mariadb command line, mariadb-dump, node's mysql2, PyMySQL. */
@ExtendWith(ClusterExtension.class)
class ProgramsTest {
    private static final Path HERE = Path.of("").toAbsolutePath();
    private static final String DEBIAN = "apt-get install ";

    @BeforeAll
    static void makeDatabases(Cluster cluster) throws Exception {
        try (var client = new Client(cluster.drdsPort(), "root", "", 0)) {
            for (String name : List.of("clients", "dumped", "restored")) {
                succeeds(client, "DROP DATABASE IF EXISTS " + name);
                succeeds(client, "CREATE DATABASE " + name);
            }
        }
    }

    private static void succeeds(Client client, String sql) {
        assertThat(client.query(sql)).as(sql).isInstanceOf(Answer.Done.class);
    }

    @Test
    void nodesMysql2(Cluster cluster) throws Exception {
        Program.required("node", "Node.js 20 or later");
        Path folder = HERE.resolve("node");
        if (!Files.isDirectory(folder.resolve("node_modules/mysql2"))) {
            Program.run(
                            folder,
                            "",
                            List.of(Program.required("npm", "it comes with Node.js"), "ci", "--no-audit", "--no-fund"))
                    .expectSuccess();
        }
        assertThat(Program.run(folder, "", script(cluster, "node", "client.mjs"))
                        .expectSuccess())
                .contains("mysql2 agrees");
    }

    @Test
    void pyMySql(Cluster cluster) throws Exception {
        String python = "/usr/bin/python3";
        Program.required("python3", DEBIAN + "python3");
        assertThat(Program.run(HERE, "", List.of(python, "-c", "import pymysql"))
                        .errors())
                .as(DEBIAN + "python3-pymysql")
                .isEmpty();
        assertThat(Program.run(HERE.resolve("python"), "", script(cluster, python, "client.py"))
                        .expectSuccess())
                .contains("PyMySQL agrees");
    }

    private static List<String> script(Cluster cluster, String interpreter, String file) {
        return List.of(
                interpreter,
                file,
                String.valueOf(cluster.drdsPort()),
                "clients",
                cluster.sharded("DBPARTITION BY HASH(id)"));
    }

    @Test
    void mariadbCommandLineWithAScript(Cluster cluster) throws Exception {
        String out = mariadb(cluster, List.of("clients"), """
                DROP TABLE IF EXISTS cli;
                CREATE TABLE cli (id INT NOT NULL PRIMARY KEY, name VARCHAR(20)) %s;
                INSERT INTO cli VALUES (1, 'one'), (2, NULL), (3, 'tab\\there');
                SELECT * FROM cli ORDER BY id;
                DELIMITER //
                SELECT COUNT(*) FROM cli//
                DELIMITER ;
                SHOW TABLES LIKE 'cli';
                """.formatted(cluster.sharded("DBPARTITION BY HASH(id)")))
                .expectSuccess();
        assertThat(out).isEqualTo("""
                id\tname
                1\tone
                2\tNULL
                3\ttab\\there
                COUNT(*)
                3
                Tables_in_clients (cli)
                cli
                """);
    }

    @Test
    void mariadbCommandLineAsATable(Cluster cluster) throws Exception {
        String out = mariadb(cluster, List.of("-t", "-vvv", "clients"), """
                CREATE TABLE IF NOT EXISTS cli2 (id INT NOT NULL PRIMARY KEY, name VARCHAR(20)) %s;
                REPLACE INTO cli2 VALUES (1, 'one'), (2, 'two');
                SELECT id, name FROM cli2 ORDER BY id;
                UPDATE cli2 SET name = 'x' WHERE id < 3;
                \\s
                """.formatted(
                                cluster.sharded("DBPARTITION BY HASH(id)")))
                .expectSuccess();
        assertThat(out)
                .contains("""
                +----+------+
                | id | name |
                +----+------+
                |  1 | one  |
                |  2 | two  |
                +----+------+
                2 rows in set""", "Rows matched: 2  Changed: 2  Warnings: 0", "Current database:\tclients", "Uptime:");
    }

    /** Without -A the client asks for the columns of every table of the database when it starts. */
    @Test
    void mariadbCommandLineCompletesNames(Cluster cluster) throws Exception {
        String out = mariadb(cluster, List.of("--auto-rehash", "-N"), """
                USE clients;
                SELECT DATABASE();
                """).expectSuccess();
        assertThat(out).isEqualTo("clients\n");
    }

    @Test
    void mariadbCommandLineTellsErrors(Cluster cluster) throws Exception {
        Program program = mariadb(cluster, List.of("clients"), "SELECT 1;\nSELECT * FROM missing;\nSELECT 2;\n");
        assertThat(program.exitCode()).isEqualTo(1);
        assertThat(program.output()).isEqualTo("1\n1\n");
        assertThat(program.errors()).contains("ERROR 1146 (42S02) at line 2", "clients.missing");
        assertThat(mariadb(cluster, List.of("nowhere"), "").errors()).contains("ERROR 1049 (42000)");
        Program xml =
                mariadb(cluster, List.of("--force", "--xml", "clients"), "SELECT * FROM missing; SELECT 2 AS two;");
        assertThat(xml.output()).contains("<field name=\"two\">2</field>");
    }

    @Test
    void mariadbCommandLineLoadsAFile(Cluster cluster) throws Exception {
        Path file = Files.createTempFile("acceptance", ".tsv");
        try {
            Files.writeString(file, "1\tone\n2\t\\N\n3\tthree\n4\tfo\\tur\n");
            String out = mariadb(cluster, List.of("--local-infile=1", "-N", "clients"), """
                    CREATE TABLE IF NOT EXISTS loaded (id INT NOT NULL PRIMARY KEY, name VARCHAR(20)) %s;
                    TRUNCATE TABLE loaded;
                    LOAD DATA LOCAL INFILE '%s' INTO TABLE loaded;
                    SELECT * FROM loaded ORDER BY id;
                    """.formatted(
                                    cluster.sharded("DBPARTITION BY HASH(id)"), file))
                    .expectSuccess();
            assertThat(out).isEqualTo("1\tone\n2\tNULL\n3\tthree\n4\tfo\\tur\n");
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void dumpOfADatabaseCanBeLoadedIntoAnother(Cluster cluster) throws Exception {
        mariadb(cluster, List.of("dumped"), """
                CREATE TABLE people (id INT NOT NULL AUTO_INCREMENT, name VARCHAR(30) NOT NULL, born DATE, photo BLOB, note TEXT,
                    rank ENUM('a', 'b'), worth DECIMAL(12,3), seen TIMESTAMP NULL, PRIMARY KEY (id), KEY by_name (name)) %s;
                CREATE TABLE towns (code CHAR(3) NOT NULL PRIMARY KEY, name VARCHAR(30)) %s;
                CREATE TABLE plain (id BIGINT NOT NULL PRIMARY KEY, doc JSON, ratio DOUBLE, bits BIT(5));
                CREATE VIEW young AS SELECT id, name FROM people WHERE born > '2000-01-01';
                INSERT INTO people (name, born, photo, note, rank, worth, seen) VALUES
                    ('Zoë', '2001-02-03', 0x00FF27, 'it''s; a "note"\\n', 'a', 1.5, '2024-01-01 00:00:00'), ('', NULL, NULL, NULL, NULL, NULL, NULL);
                INSERT INTO people (name, worth) VALUES ('c', 3), ('d', 4), ('e', 5), ('f', 6), ('g', 7), ('h', 8);
                INSERT INTO towns VALUES ('BRN', 'Bern'), ('OSL', 'Oslo');
                INSERT INTO plain VALUES (9007199254740993, '{"a": [1]}', 0.1, b'10101'), (-1, NULL, NULL, NULL);
                """.formatted(
                                cluster.sharded("DBPARTITION BY HASH(id)"), cluster.sharded("BROADCAST")))
                .expectSuccess();

        String dump = dump(cluster, "--single-transaction", "--order-by-primary", "dumped")
                .expectSuccess();
        assertThat(dump)
                .contains("CREATE TABLE `people`", "CREATE TABLE `towns`", "INSERT INTO `plain`", "-- Dump completed");
        mariadb(cluster, List.of("restored"), dump).expectSuccess();

        for (String table : List.of("people", "towns", "plain", "young")) {
            String rows = "SELECT * FROM " + table + " ORDER BY 1";
            assertThat(mariadb(cluster, List.of("restored"), rows).expectSuccess())
                    .as(table)
                    .isEqualTo(mariadb(cluster, List.of("dumped"), rows).expectSuccess());
        }
        assertThat(withoutTimes(dump(cluster, "--single-transaction", "--order-by-primary", "restored")
                                .expectSuccess())
                        .replace("restored", "dumped"))
                .isEqualTo(withoutTimes(dump));
    }

    @Test
    void dumpWithLocksAndByDatabase(Cluster cluster) throws Exception {
        assertThat(dump(cluster, "--databases", "clients", "--no-data").expectSuccess())
                .contains("CREATE DATABASE", "USE `clients`");
        assertThat(dump(
                                cluster,
                                "--lock-tables",
                                "--complete-insert",
                                "--skip-extended-insert",
                                "--hex-blob",
                                "clients")
                        .expectSuccess())
                .contains("-- Dump completed");
    }

    private static String withoutTimes(String dump) {
        return dump.replaceAll("(?m)^-- .*$", "").replaceAll(" AUTO_INCREMENT=\\d+", "");
    }

    private static Program mariadb(Cluster cluster, List<String> options, String script) throws InterruptedException {
        return program(cluster, Program.required("mariadb", DEBIAN + "mariadb-client"), options, script);
    }

    private static Program dump(Cluster cluster, String... options) throws InterruptedException {
        return program(cluster, Program.required("mariadb-dump", DEBIAN + "mariadb-client"), List.of(options), "");
    }

    private static Program program(Cluster cluster, String name, List<String> options, String input)
            throws InterruptedException {
        var command = new ArrayList<>(List.of(
                name,
                "--no-defaults",
                "-h127.0.0.1",
                "-P" + cluster.drdsPort(),
                "-uroot",
                "--default-character-set=utf8mb4"));
        command.addAll(options);
        return Program.run(HERE, input, command);
    }
}
