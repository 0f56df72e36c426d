package drds.session;

import static org.assertj.core.api.Assertions.assertThat;

import drds.parser.ParserModes;
import drds.parser.SqlParser;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SessionExpressionsTest {
    private static final SessionFacts FACTS = new SessionFacts(
            17,
            "app@10.0.0.9",
            "app@%",
            42,
            3,
            -1,
            2,
            1,
            false,
            true,
            new SessionFacts.ServerFacts(3306, "node", "DRDS", 5),
            null,
            Map.of("wait_timeout", "99"));

    @Test
    void aColumnKeepsItsNameAndMysqlsType() {
        assertThat(replaced("SELECT LAST_INSERT_ID(), id FROM t"))
                .isEqualTo("SELECT (42|0) AS `LAST_INSERT_ID()`, id FROM t");
    }

    @Test
    void anAliasStays() {
        assertThat(replaced("select connection_id() AS me")).isEqualTo("select CAST(17 AS UNSIGNED) AS me");
    }

    @Test
    void insideAnExpressionTheWholeItemIsNamed() {
        assertThat(replaced("SELECT 1 + FOUND_ROWS() FROM t"))
                .isEqualTo("SELECT 1 + CAST((-1)|0 AS SIGNED) AS `1 + FOUND_ROWS()` FROM t");
    }

    @Test
    void aConditionGetsABareNumberThatCanRoute() {
        assertThat(replaced("SELECT a FROM t WHERE id = LAST_INSERT_ID()")).isEqualTo("SELECT a FROM t WHERE id = 42");
        assertThat(replaced("INSERT INTO t VALUES (LAST_INSERT_ID(), 'x')"))
                .isEqualTo("INSERT INTO t VALUES (42, 'x')");
    }

    @Test
    void subqueriesInItemsNameNothingOutside() {
        assertThat(replaced("SELECT (SELECT ROW_COUNT()) x"))
                .isEqualTo("SELECT (SELECT CAST((3)|0 AS SIGNED) AS `ROW_COUNT()`) x");
    }

    @Test
    void variablesOfThisServer() {
        assertThat(replaced("SELECT @@autocommit, @@session.in_transaction, @@port, @@wait_timeout"))
                .isEqualTo(
                        "SELECT @@session.sql_log_off AS `@@autocommit`, (1|0) AS `@@session.in_transaction`, (3306|0) AS `@@port`,"
                                + " 99 AS `@@wait_timeout`");
        assertThat(replaced("SELECT @@global.autocommit, @@sql_mode"))
                .isEqualTo("SELECT @@global.autocommit, @@sql_mode");
    }

    @Test
    void usersAreText() {
        assertThat(replaced("SELECT CURRENT_USER() c, USER() u"))
                .isEqualTo("SELECT CONVERT('app@%' USING utf8mb3) c, CONVERT('app@10.0.0.9' USING utf8mb3) u");
    }

    @Test
    void othersStayAsTheyAre() {
        for (String sql : new String[] {"SELECT LAST_INSERT_ID(5)", "SELECT s.user() FROM t", "SELECT 'USER()'"}) {
            assertThat(SessionExpressions.occurIn(
                            new SqlParser(ParserModes.DEFAULT).parse(sql).statement(),
                            FACTS.kept().keySet()))
                    .as(sql)
                    .isFalse();
        }
    }

    private static String replaced(String sql) {
        return new SessionExpressions(FACTS, ParserModes.DEFAULT)
                .replaceIn(new SqlParser(ParserModes.DEFAULT).parse(sql));
    }
}
