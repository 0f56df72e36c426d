package drds.parser;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InsertLexerTest {
    private final InsertLexer lexer = new InsertLexer(ParserModes.DEFAULT);

    private static byte[] bytes(String sql) {
        return sql.getBytes(StandardCharsets.UTF_8);
    }

    private String head(String sql) {
        int end = lexer.headEnd(bytes(sql), 0, bytes(sql).length);
        return end < 0 ? "none" : sql.substring(0, end);
    }

    /** The rows with what stands in their second place; empty if they are for the parser. */
    private List<String> rows(InsertLexer by, String rows) {
        byte[] text = bytes(rows);
        int values = by.valuesOfRow(text, 0, text.length);
        RowTexts read = new RowTexts(1);
        List<String> all = new ArrayList<>();
        if (!by.rows(text, 0, text.length, values, read)) {
            return all;
        }
        for (int row = 0; row < read.count(); row++) {
            String value = part(text, read.valueStart(row, 0), read.valueEnd(row, 0));
            all.add(part(text, read.start(row), read.end(row)) + " " + read.kind(row, 0) + " " + value);
        }
        return all;
    }

    private static String part(byte[] text, int from, int to) {
        return new String(text, from, to - from, StandardCharsets.UTF_8);
    }

    @Test
    void aHeadEndsBehindValues() {
        assertThat(head("INSERT INTO t VALUES (1)")).isEqualTo("INSERT INTO t VALUES");
        assertThat(head("insert ignore `t`(a,`values`)value(1)")).isEqualTo("insert ignore `t`(a,`values`)value");
        assertThat(head(" REPLACE INTO d.t (a, b)\nVALUES\n(1,2)")).isEqualTo(" REPLACE INTO d.t (a, b)\nVALUES");
        assertThat(head("INSERT INTO d.values VALUES (1)")).isEqualTo("INSERT INTO d.values VALUES");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO t SET a = 1",
                "INSERT INTO t SELECT 1",
                "INSERT /* hint */ INTO t VALUES (1)",
                "INSERT INTO t (\"a\") VALUES (1)",
                "UPDATE t SET a = 1",
                "INSERT"
            })
    void otherStatementsHaveNone(String sql) {
        assertThat(head(sql)).isEqualTo("none");
    }

    @Test
    void rowsAreReadWithTheValuesWanted() {
        assertThat(rows(lexer, " (1, 'a'), ( -2 ,\"it\"\"s\" ),(3,NULL) ; "))
                .containsExactly(
                        "(1, 'a') STRING 'a'", "( -2 ,\"it\"\"s\" ) CONSTANT \"it\"\"s\"", "(3,NULL) NULL NULL");
        assertThat(rows(lexer, "('),(', +17, 'ä\\'')")).containsExactly("('),(', +17, 'ä\\'') INTEGER +17");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.5",
                ".5",
                "1.",
                "1e3",
                "1.5E-3",
                "0x1f",
                "X'1f'",
                "b'01'",
                "N'x'",
                "_utf8mb4'x'",
                "_binary X'00'",
                "TRUE",
                "DATE '2024-02-29'",
                "'a\\\\'"
            })
    void constantsAreTakenAsTheyAre(String value) {
        assertThat(rows(lexer, "(1, " + value + ")")).containsExactly("(1, " + value + ") CONSTANT " + value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"NOW()", "now(6)", "CURRENT_TIMESTAMP", "current_date()"})
    void theTimeIsNoted(String value) {
        assertThat(rows(lexer, "(1, " + value + ")")).containsExactly("(1, " + value + ") TIME " + value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(1, 2) ON DUPLICATE KEY UPDATE a = 1",
                "(1, 2), (3)",
                "(1, 2),",
                "(1, 2",
                "(1, 'a' 'b')",
                "(1, a)",
                "(1, 1 + 1)",
                "(1, 1a)",
                "(1, --1)",
                "(1, (2))",
                "(1, f())",
                "(1, 2 /* x */)",
                "(1, 2) AS n",
                "(1, 'open)",
                "(1, .)",
                "(1, 1e)",
                "(1, @a)",
                "(1, ?)",
                "(1, 2); SELECT 1"
            })
    void allElseIsForTheParser(String rows) {
        assertThat(rows(lexer, rows)).isEmpty();
    }

    @Test
    void modesDecideWhatAStringIs() {
        InsertLexer ansi = new InsertLexer(ParserModes.of("ANSI_QUOTES,NO_BACKSLASH_ESCAPES"));
        assertThat(rows(ansi, "(1, \"a\")")).isEmpty();
        assertThat(rows(ansi, "('\\', 'b')")).containsExactly("('\\', 'b') STRING 'b'");
        assertThat(rows(lexer, "('\\', 'b')")).isEmpty();
    }
}
