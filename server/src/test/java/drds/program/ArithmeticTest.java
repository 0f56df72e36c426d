package drds.program;

import static org.assertj.core.api.Assertions.assertThat;

import drds.parser.ParserModes;
import drds.parser.ProgramStatement;
import drds.parser.SqlParser;
import java.util.Objects;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ArithmeticTest {
    private final Scope scope = Scope.outermost();

    private OptionalLong value(String expression) {
        var program = Objects.requireNonNull(
                new SqlParser(ParserModes.DEFAULT).program("CREATE FUNCTION f() RETURNS INT RETURN " + expression));
        return new Arithmetic(scope).value(((ProgramStatement.Return) program.body()).value());
    }

    @Test
    void whatLoopsCountWithNeedsNoServer() {
        scope.declare("i", "INT").set(Value.integer(5));
        assertThat(value("i + 1")).hasValue(6);
        assertThat(value("i * 2 - 3 > 6 AND NOT i = 4")).hasValue(1);
        assertThat(value("-i")).hasValue(-5);
    }

    @Test
    void whatIsNotCertainIsTheServers() {
        scope.declare("n", "INT");
        scope.declare("u", "INT UNSIGNED").set(Value.integer(5));
        scope.declare("s", "VARCHAR(5)").set(Value.string("5"));
        assertThat(value("n + 1")).isEmpty();
        assertThat(value("u - 6")).isEmpty();
        assertThat(value("s + 1")).isEmpty();
        assertThat(value("9223372036854775807 + 1")).isEmpty();
        assertThat(value("5 / 2")).isEmpty();
        assertThat(value("x + 1")).isEmpty();
    }
}
