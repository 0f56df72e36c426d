package drds.parser;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LexerTest {
    private static ParsedStatement parse(String sql, String sqlMode) {
        return new SqlParser(ParserModes.of(sqlMode)).parse(sql);
    }

    @Test
    void hintsStandAsideInTheirOrder() {
        ParsedStatement parsed = parse("/*+TDDL:node('g1')*/ SELECT /*+ NO_ICP(t) */ a FROM t /!+TDDL: scan() */", "");
        assertThat(parsed.hints())
                .extracting(Hint::kind)
                .containsExactly(Hint.Kind.DRDS, Hint.Kind.OPTIMIZER, Hint.Kind.DRDS);
        assertThat(parsed.hints()).extracting(Hint::text).containsExactly("node('g1')", "NO_ICP(t)", "scan()");
        assertThat(parsed.text()).isEqualTo("SELECT /*+ NO_ICP(t) */ a FROM t");
    }

    @Test
    void conditionalCommentsAreLiveAsInMariaDb() {
        assertThat(where("/*! WHERE 1 */")).isTrue();
        assertThat(where("/*!50001 WHERE 1 */")).isTrue();
        assertThat(where("/*!50700 WHERE 1 */")).isFalse();
        assertThat(where("/*!80000 WHERE 1 */")).isFalse();
        assertThat(where("/*!99999 WHERE 1 */")).isFalse();
        assertThat(where("/*!100100 WHERE 1 */")).isTrue();
        assertThat(where("/*!999999 WHERE 1 */")).isFalse();
        assertThat(where("/*M!50700 WHERE 1 */")).isTrue();
        assertThat(where("/*!80000 WHERE /* nested */ 1 */")).isFalse();
    }

    private static boolean where(String comment) {
        ParsedStatement parsed = parse("SELECT a FROM t " + comment, "");
        assertThat(parsed.conditionalComments()).isTrue();
        return ((Select) parsed.statement()).where() != null;
    }

    @Test
    void ansiQuotesMakeNamesOfDoubleQuotes() {
        Select.ExpressionItem text = (Select.ExpressionItem)
                ((Select) parse("SELECT \"a\"\"b\"", "").statement()).items().getFirst();
        assertThat(((Literal.StringLiteral) text.expression()).value()).isEqualTo("a\"b");
        Select.ExpressionItem name = (Select.ExpressionItem)
                ((Select) parse("SELECT \"a\"\"b\"", "ANSI_QUOTES").statement())
                        .items()
                        .getFirst();
        assertThat(((Expression.ColumnReference) name.expression()).column().text())
                .isEqualTo("a\"b");
    }

    @Test
    void backslashesAreOrdinaryUnderNoBackslashEscapes() {
        Select select =
                (Select) parse("SELECT 'a\\', 'b'", "NO_BACKSLASH_ESCAPES").statement();
        assertThat(select.items()).hasSize(2);
        Select.ExpressionItem first = (Select.ExpressionItem) select.items().getFirst();
        assertThat(((Literal.StringLiteral) first.expression()).value()).isEqualTo("a\\");
    }

    @Test
    void anErrorTellsLineAndPlace() {
        Unparsed unparsed = (Unparsed) parse("SELECT a\nFROM t\nWHERE = 1", "").statement();
        assertThat(unparsed.line()).isEqualTo(3);
        assertThat(unparsed.message()).endsWith("for the right syntax to use near '= 1' at line 3");
    }

    @Test
    void anEmptyTextIsAnEmptyStatement() {
        assertThat(parse("", "").statement()).isInstanceOf(SessionStatement.Empty.class);
        assertThat(parse(" /* x */ ; -- y", "").statement()).isInstanceOf(SessionStatement.Empty.class);
    }
}
