package drds.parser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StatementSplitterTest {
    private static List<String> split(String sql) {
        return new SqlParser(ParserModes.DEFAULT)
                .split(sql).stream().map(span -> span.of(sql)).toList();
    }

    @Test
    void semicolonsEndStatementsButNotInStringsAndComments() {
        assertThat(split("SELECT 1; SELECT ';' /* ; */, `;` -- ;\n; /* x */ SELECT 3 ;"))
                .containsExactly("SELECT 1", "SELECT ';' /* ; */, `;` -- ;", "/* x */ SELECT 3");
    }

    @Test
    void emptyStatementsAreLeftOut() {
        assertThat(split(" ; ;; -- x\n")).isEmpty();
    }

    @Test
    void aBodyStaysTogether() {
        String procedure =
                "CREATE DEFINER=`a`@`b` PROCEDURE p(a INT) BEGIN DECLARE x INT; IF a THEN SET x = 1; ELSEIF b"
                        + " THEN BEGIN END; END IF; l: LOOP SET x = IF(a, 1, 2); LEAVE l; END LOOP; CASE a WHEN 1 THEN SELECT CASE"
                        + " WHEN 1 THEN 2 END; END CASE; WHILE a DO SET a = 0; END WHILE; END";
        assertThat(split(procedure + "; SELECT 1")).containsExactly(procedure, "SELECT 1");
        assertThat(split("CREATE TRIGGER t BEFORE INSERT ON u FOR EACH ROW SET NEW.a = 1; SELECT 2"))
                .hasSize(2);
        assertThat(split("BEGIN NOT ATOMIC SELECT 1; SELECT 2; END; SELECT 3")).hasSize(2);
        assertThat(split("BEGIN; SELECT 1; COMMIT")).hasSize(3);
    }
}
