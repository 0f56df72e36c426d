package drds.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The harness itself: a test that can't fail proves nothing. */
class HarnessTest {
    private static final int STATEMENTS_WANTED = 1_200;
    private static final Answer.Column NUMBER = column("n", 3, Answer.Column.UNSIGNED);

    @TempDir
    private Path folder;

    private static Answer.Column column(String name, int type, int flags) {
        return new Answer.Column("db", "t", "t", name, name, 63, 11, type, flags, 0);
    }

    private TestFile file(String text) throws IOException {
        Path path = Files.writeString(folder.resolve("a.test"), text);
        return TestFile.read(path);
    }

    private static TestFile.Step step(String sql, Map<String, String> directives) {
        return new TestFile.Step(1, sql, "main", false, new TestFile.Directives(directives), List.of());
    }

    private static Answer.Rows rows(Answer.Column column, String... cells) {
        return new Answer.Rows(
                List.of(column), Arrays.stream(cells).map(List::of).toList(), 0, 2);
    }

    private static boolean agree(TestFile.Step step, Answer reference, Answer drds) {
        return new Comparison(false).difference(step, reference, drds).isEmpty();
    }

    @Test
    void theCorpusIsLargeAndEveryFileCanBeRead() throws IOException {
        int statements = 0;
        for (Path file : RunTests.filesIn(Path.of("src/test/resources"))) {
            statements += TestFile.read(file).steps().size();
        }
        assertThat(statements).isGreaterThan(STATEMENTS_WANTED);
    }

    @Test
    void readsStatementsWithTheirLinesAndDirectives() throws IOException {
        TestFile file = file("""
                -- a comment
                --shard t by (a)
                SELECT 'a;b', "c;d", `e;f` -- not; here
                  FROM t;
                # another
                --error 1054
                SELECT /* ; */ x;
                --connection b found-rows
                --parameters 1, 'it''s, two', NULL, 2.5, 1e3
                SELECT ?;
                """);
        assertThat(file.shards()).containsExactly(Map.entry("t", "HASH(a)"));
        assertThat(file.steps()).extracting(TestFile.Step::line).containsExactly(3, 7, 10);
        assertThat(file.steps().get(1).argument("error")).contains("1054");
        assertThat(file.steps().get(1).sql()).isEqualTo("SELECT /* ; */ x");
        TestFile.Step last = file.steps().getLast();
        assertThat(last.connection()).isEqualTo("b");
        assertThat(last.foundRows()).isTrue();
        assertThat(last.parameters())
                .containsExactly(List.of(
                        new Parameter.Whole(1),
                        new Parameter.Text("it's, two"),
                        new Parameter.Null(),
                        new Parameter.Decimal("2.5"),
                        new Parameter.Real(1000)));
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThatThrownBy(() -> file("--sorte\nSELECT 1;"))
                .hasMessageContaining("a.test:1")
                .hasMessageContaining("--sorte");
        assertThatThrownBy(() -> file("\nSELECT 1"))
                .hasMessageContaining("a.test:2")
                .hasMessageContaining("no end");
        assertThatThrownBy(() -> file("--shard t (a)\nSELECT 1;")).hasMessageContaining("by");
    }

    @Test
    void onlyAnOrderByOutsideOfParenthesesOrdersTheRows() {
        assertThat(Text.endsWithOrderBy("SELECT a FROM t ORDER BY a")).isTrue();
        assertThat(Text.endsWithOrderBy("(SELECT a FROM t) UNION (SELECT 1)\norder  by 1 LIMIT 2"))
                .isTrue();
        assertThat(Text.endsWithOrderBy("SELECT a FROM (SELECT a FROM t ORDER BY a) x"))
                .isFalse();
        assertThat(Text.endsWithOrderBy("SELECT SUM(a) OVER (ORDER BY b) FROM t"))
                .isFalse();
        assertThat(Text.endsWithOrderBy("SELECT 'order by a', `order by` FROM t"))
                .isFalse();
    }

    @Test
    void eachTopologyAppendsItsClause() throws IOException {
        TestFile file = file("""
                --shard a by (x)
                --shard2 a by YYYYMM(d)
                --shard2 b by HASH(x) TBPARTITION BY MM(d) TBPARTITIONS 12
                --broadcast2 c
                SELECT 1;
                """);
        String a = "CREATE TABLE a (x INT, d DATE)";
        assertThat(Topology.ONE.statement(file, a)).isEqualTo(a);
        assertThat(Topology.SPREAD.statement(file, a)).isEqualTo(a + " DBPARTITION BY HASH(x)");
        assertThat(Topology.OTHERKEYS.statement(file, a))
                .isEqualTo(a + " DBPARTITION BY YYYYMM(d) TBPARTITION BY YYYYMM(d) TBPARTITIONS 2");
        assertThat(Topology.OTHERKEYS.statement(file, "create table if not exists `b` (x int)"))
                .endsWith("DBPARTITION BY HASH(x) TBPARTITION BY MM(d) TBPARTITIONS 12");
        assertThat(Topology.OTHERKEYS.statement(file, "CREATE TABLE c (x INT)")).endsWith(" BROADCAST");
        assertThat(Topology.SPREAD.statement(file, "CREATE TABLE a LIKE b")).isEqualTo("CREATE TABLE a LIKE b");
        assertThat(Topology.SPREAD.statement(file, "CREATE TABLE c (x INT)")).isEqualTo("CREATE TABLE c (x INT)");
    }

    @Test
    void rowsAreAMultisetUnlessTheStatementOrdersThem() {
        TestFile.Step loose = step("SELECT n FROM t", Map.of());
        TestFile.Step ordered = step("SELECT n FROM t ORDER BY n", Map.of());
        assertThat(agree(loose, rows(NUMBER, "1", "2", "2"), rows(NUMBER, "2", "1", "2")))
                .isTrue();
        assertThat(agree(loose, rows(NUMBER, "1", "2", "2"), rows(NUMBER, "2", "1", "1")))
                .isFalse();
        assertThat(agree(ordered, rows(NUMBER, "1", "2"), rows(NUMBER, "2", "1")))
                .isFalse();
        assertThat(agree(
                        step("SELECT n FROM t ORDER BY n", Map.of("unsorted", "")),
                        rows(NUMBER, "1", "2"),
                        rows(NUMBER, "2", "1")))
                .isTrue();
    }

    @Test
    void columnsMustBeOfTheSameNameAndType() {
        TestFile.Step step = step("SELECT n FROM t", Map.of());
        assertThat(agree(step, rows(NUMBER, "1"), rows(column("N", 3, Answer.Column.UNSIGNED), "1")))
                .isFalse();
        assertThat(agree(step, rows(NUMBER, "1"), rows(column("n", 8, Answer.Column.UNSIGNED), "1")))
                .isFalse();
        assertThat(agree(step, rows(NUMBER, "1"), rows(column("n", 3, 0), "1"))).isFalse();
        assertThat(agree(
                        step("SELECT n FROM t", Map.of("no-types", "")),
                        rows(NUMBER, "1"),
                        rows(column("n", 8, 0), "1")))
                .isTrue();
    }

    @Test
    void okPacketsMustAgreeInEveryField() {
        TestFile.Step step = step("UPDATE t SET n = 1", Map.of());
        var done = new Answer.Done(2, 7, 1, 2, "Rows matched: 2  Changed: 2  Warnings: 1");
        assertThat(agree(step, done, done)).isTrue();
        for (Answer other : new ArrayList<Answer>(List.of(
                new Answer.Done(1, 7, 1, 2, done.info()),
                new Answer.Done(2, 8, 1, 2, done.info()),
                new Answer.Done(2, 7, 0, 2, done.info()),
                new Answer.Done(2, 7, 1, 3, done.info()),
                new Answer.Done(2, 7, 1, 2, ""),
                rows(NUMBER),
                new Answer.Lost("gone")))) {
            assertThat(agree(step, done, other)).as("%s", other).isFalse();
        }
    }

    @Test
    void errorsMustBeExpectedAndAgreeInNumberStateAndNames() {
        TestFile.Step step = step("SELECT x", Map.of("error", "1054"));
        var wanted = new Answer.Failure(1054, "42S22", "Unknown column 'x' in 'SELECT'");
        assertThat(agree(step, wanted, new Answer.Failure(1054, "42S22", "ERR-CODE: Unknown column 'x' in 'SELECT'")))
                .isTrue();
        assertThat(agree(step, wanted, new Answer.Failure(1054, "42S22", "Unknown column 'y' in 'SELECT'")))
                .isFalse();
        assertThat(agree(step, wanted, new Answer.Failure(1054, "HY000", wanted.message())))
                .isFalse();
        assertThat(agree(step, wanted, new Answer.Failure(1105, "42S22", wanted.message())))
                .isFalse();
        assertThat(agree(step, wanted, rows(NUMBER, "1"))).isFalse();
        assertThat(agree(step, rows(NUMBER, "1"), rows(NUMBER, "1")))
                .as("an error that doesn't come")
                .isFalse();
        assertThat(agree(step("SELECT x", Map.of()), wanted, wanted))
                .as("an error without --error")
                .isFalse();
    }
}
