package drds.parser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CorpusTest {
    private final SqlParser parser = new SqlParser(ParserModes.DEFAULT);

    @Test
    void parsesAllOfMariaDbMySqlAndDrds() {
        List<String> refused = new ArrayList<>();
        for (String sql : Corpus.accepted()) {
            if (parser.parse(sql).statement() instanceof Unparsed unparsed)
                refused.add(sql + " near " + unparsed.near());
        }
        assertThat(refused).isEmpty();
    }

    @Test
    void refusesSyntaxErrorsAndSaysWhere() {
        List<String> lines = Corpus.lines("refused.sql");
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < lines.size(); i += 2) {
            String sql = lines.get(i);
            String near = lines.get(i + 1).substring(1).strip();
            if (!(parser.parse(sql).statement() instanceof Unparsed unparsed)) wrong.add("accepted: " + sql);
            else if (!unparsed.near().equals(near))
                wrong.add(sql + " near '" + unparsed.near() + "' not '" + near + "'");
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void spansOfChildrenLieInsideTheirParents() {
        for (String sql : Corpus.accepted()) {
            parser.parse(sql)
                    .statement()
                    .walk(node ->
                            node.forEachChild(child -> assertThat(node.span().covers(child.span()))
                                    .as("%s: %s in %s", sql, child, node)
                                    .isTrue()));
        }
    }

    @Test
    void theTextUnderAnExpressionParsesToTheSameTree() {
        for (String sql : Corpus.accepted()) {
            parser.parse(sql).statement().walk(node -> {
                boolean onlyInItsPlace = node instanceof Expression.Row
                        || node instanceof Expression.Keyword
                        || node instanceof Expression.MaxValue
                        || node instanceof Expression.DefaultValue;
                if (node instanceof Expression expression && !onlyInItsPlace) reparse(sql, expression);
            });
        }
    }

    private static void reparse(String sql, Expression expression) {
        String text = expression.text(sql);
        Grammar grammar = new Grammar(new Lexer(text, ParserModes.DEFAULT).tokens());
        Expression again = grammar.expressions.expression();
        assertThat(Trees.shape(again)).as("%s in %s", text, sql).isEqualTo(Trees.shape(expression));
        assertThat(grammar.tokens.atEnd()).as("all of %s", text).isTrue();
    }

    @Test
    void theTextUnderAQueryParsesToTheSameTree() {
        for (String sql : Corpus.accepted()) {
            parser.parse(sql).statement().walk(node -> {
                if (!(node instanceof Query query)) return;
                Statement again = parser.parse(query.text(sql)).statement();
                assertThat(Trees.shape(again)).as(sql).isEqualTo(Trees.shape(query));
            });
        }
    }

    @Test
    void anyPrefixOfAStatementIsParsedOrRefusedButNeverFails() {
        for (String sql : Corpus.accepted()) {
            for (int end = 0; end < sql.length(); end += 3) parser.parse(sql.substring(0, end));
        }
    }
}
