package drds.executor;

import static org.assertj.core.api.Assertions.assertThat;

import drds.executor.Outcome.Diagnostic;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergedWarningsTest {
    private static Diagnostic truncated(String value) {
        return new Diagnostic("Warning", 1292, "Truncated incorrect DOUBLE value: '" + value + "'");
    }

    private static int told(String value, String sql) {
        List<Diagnostic> each = List.of(truncated(value));
        return MergedWarnings.of(List.of(each, each, List.of()), sql).size();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "a, SELECT 'a' + 0 FROM t",
                "a, SELECT \"a\" + 0 FROM t",
                "1.5, SELECT DATE(1.5) FROM t",
                "-7, SELECT TIME(-7) FROM t"
            })
    void whatAConstantCausesIsToldOnce(String value, String sql) {
        assertThat(told(value, sql)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "a, SELECT a + 0 FROM t",
                "a, SELECT s + 0 FROM t WHERE s <> 'banana'",
                "``, SELECT s + 0 FROM t",
                "``, SELECT s + 0 FROM t WHERE s <> ''",
                "1, SELECT DATE(s) FROM t WHERE n = 10",
                "1, SELECT DATE(s) FROM t1",
                "1, SELECT DATE(s) FROM t WHERE n = 0.1"
            })
    void whatRowsCauseIsToldForEach(String value, String sql) {
        assertThat(told(value, sql)).isEqualTo(2);
    }
}
