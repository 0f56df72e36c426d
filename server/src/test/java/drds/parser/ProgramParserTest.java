package drds.parser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;

class ProgramParserTest {
    private static StoredProgram read(String sql) {
        return Objects.requireNonNull(new SqlParser(ParserModes.DEFAULT).program(sql), sql);
    }

    private static ProgramStatement.Block block(String body) {
        return (ProgramStatement.Block)
                read("CREATE PROCEDURE p() BEGIN " + body + " END").body();
    }

    @Test
    void parametersHaveModeNameAndType() {
        StoredProgram program = read("CREATE DEFINER=`root`@`%` PROCEDURE `s`.`p`(a INT, OUT b DECIMAL(10,2),"
                + " INOUT c VARCHAR(5) CHARACTER SET latin1) READS SQL DATA COMMENT 'x' SELECT 1");
        assertThat(program.parameters())
                .extracting(StoredProgram.Parameter::mode)
                .containsExactly(StoredProgram.Mode.IN, StoredProgram.Mode.OUT, StoredProgram.Mode.INOUT);
        assertThat(program.parameters().get(2).type().of(program.source()))
                .isEqualTo("VARCHAR(5) CHARACTER SET latin1");
        assertThat(program.body()).isInstanceOf(ProgramStatement.Sql.class);
    }

    @Test
    void aFunctionHasWhatItReturns() {
        StoredProgram program = read("CREATE FUNCTION f(a INT) RETURNS int(11) NO SQL DETERMINISTIC RETURN a + 1");
        assertThat(program.kind()).isEqualTo(StoredProgram.Kind.FUNCTION);
        assertThat(Objects.requireNonNull(program.returns()).of(program.source()))
                .isEqualTo("int(11)");
        assertThat(program.body()).isInstanceOf(ProgramStatement.Return.class);
    }

    @Test
    void declarationsComeBeforeStatements() {
        ProgramStatement.Block block = block("DECLARE a, b INT DEFAULT 1; DECLARE c CURSOR FOR SELECT 1;"
                + " DECLARE CONTINUE HANDLER FOR NOT FOUND, SQLSTATE '42000', 1062 SET a = 2; SET b = 3;");
        assertThat(block.declarations()).hasSize(3);
        assertThat(block.declarations().get(2)).isInstanceOfSatisfying(ProgramStatement.Handler.class, handler -> {
            assertThat(handler.exit()).isFalse();
            assertThat(handler.conditions()).hasSize(3);
        });
        assertThat(block.body()).hasSize(1);
    }

    @Test
    void controlStatementsHoldTheirBodies() {
        ProgramStatement.Block block =
                block("l: LOOP IF a THEN LEAVE l; ELSEIF b THEN ITERATE l; ELSE SET c = 1; END IF;"
                        + " END LOOP l; WHILE a DO SET a = 0; END WHILE; REPEAT SET a = 1; UNTIL a END REPEAT;"
                        + " CASE a WHEN 1 THEN SELECT 1; ELSE BEGIN END; END CASE; FOR i IN 1 .. 3 DO SELECT i; END FOR;"
                        + " FOR r IN (SELECT 1 AS x) DO SELECT r.x; END FOR;");
        assertThat(block.body())
                .extracting(statement -> statement.getClass().getSimpleName())
                .containsExactly("Loop", "Loop", "Loop", "Case", "ForRange", "ForRows");
    }

    @Test
    void conditionsAreRaisedAndRead() {
        ProgramStatement.Block block = block("SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a', MYSQL_ERRNO = 1;"
                + " RESIGNAL; GET STACKED DIAGNOSTICS CONDITION 1 a = MESSAGE_TEXT, @b = MYSQL_ERRNO;");
        assertThat(block.body().get(0))
                .isInstanceOfSatisfying(
                        ProgramStatement.Signal.class,
                        signal -> assertThat(signal.items()).hasSize(2));
        assertThat(block.body().get(2)).isInstanceOfSatisfying(ProgramStatement.GetDiagnostics.class, get -> {
            assertThat(get.stacked()).isTrue();
            assertThat(get.items()).hasSize(2);
        });
    }

    @Test
    void whatIsNotKnownIsNoTree() {
        assertThat(new SqlParser(ParserModes.DEFAULT).program("CREATE PROCEDURE p() BEGIN GOTO l; END"))
                .isNull();
    }
}
