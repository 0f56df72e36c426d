package drds.parser;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShapeLexerTest {
    private final ShapeLexer lexer = new ShapeLexer(ParserModes.DEFAULT);

    private boolean read(String sql) {
        byte[] bytes = ("__" + sql).getBytes(StandardCharsets.UTF_8);
        return lexer.read(bytes, 2, bytes.length - 2);
    }

    private List<String> literals(String sql) {
        assertThat(read(sql)).as(sql).isTrue();
        byte[] bytes = ("__" + sql).getBytes(StandardCharsets.UTF_8);
        List<String> list = new ArrayList<>();
        for (int i = 0; i < lexer.literalCount(); i++) {
            int start = lexer.literalStart(i);
            list.add(new String(bytes, start, lexer.literalEnd(i) - start, StandardCharsets.UTF_8));
        }
        return list;
    }

    private boolean sameShape(String one, String other) {
        assertThat(read(one)).as(one).isTrue();
        byte[] shape = lexer.copyOfShape();
        long hash = lexer.hash();
        assertThat(read(other)).as(other).isTrue();
        assertThat(lexer.hash() == hash).isEqualTo(lexer.hasShape(shape));
        return lexer.hasShape(shape);
    }

    @Test
    void findsTheLiterals() {
        assertThat(
                        literals(
                                "SELECT a1, `2`, t.3 FROM t WHERE a=1 AND b = -2.5 AND c IN ('x', \"it's\", 'a\\'b''c') LIMIT 3, 4"))
                .containsExactly("1", "2.5", "'x'", "\"it's\"", "'a\\'b''c'", "3", "4");
        assertThat(lexer.literalKind(1)).isEqualTo(ShapeLexer.Kind.DECIMAL);
        assertThat(lexer.literalKind(2)).isEqualTo(ShapeLexer.Kind.STRING);
        assertThat(literals("SELECT 1e3, .5, 1a, 0x1F, x'1F', @a1, @@x2, 'ü'")).containsExactly("1e3", ".5", "'ü'");
    }

    @Test
    void statementsOfOneShapeDifferInLiteralsAndWhiteSpaceOnly() {
        assertThat(sameShape("SELECT * FROM t WHERE id = 1", " SELECT  *\nFROM t WHERE id = 234;"))
                .isTrue();
        assertThat(sameShape("SELECT * FROM t WHERE id = 1", "SELECT * FROM t WHERE id = '1'"))
                .isFalse();
        assertThat(sameShape("SELECT * FROM t WHERE id = 1", "SELECT * FROM t WHERE id = ?"))
                .isFalse();
        assertThat(sameShape("SELECT * FROM t WHERE id = 1", "SELECT * FROM T WHERE id = 1"))
                .isFalse();
        assertThat(sameShape("SELECT /* a */ 1", "SELECT /* b */ 1")).isFalse();
        assertThat(sameShape("SELECT a FROM t ORDER BY 1", "SELECT a FROM t ORDER BY 2"))
                .isFalse();
        assertThat(sameShape("SELECT a FROM t ORDER BY a, 1", "SELECT a FROM t ORDER BY a, 2"))
                .isFalse();
        assertThat(sameShape("SELECT a FROM t ORDER BY a LIMIT 1, 2", "SELECT a FROM t ORDER BY a LIMIT 3, 4"))
                .isTrue();
        assertThat(sameShape("SELECT 1 AS 'a'", "SELECT 1 AS 'b'")).isFalse();
    }

    @Test
    void trickyStatementsAreNothingForACache() {
        assertThat(read("SELECT 1 /*! + 1 */")).isFalse();
        assertThat(read("SELECT 1; SELECT 2")).isFalse();
        assertThat(read("SELECT _latin1'x'")).isFalse();
        assertThat(read("SELECT N'x'")).isFalse();
        assertThat(read("SELECT 'a' 'b'")).isFalse();
        assertThat(read("SELECT 'a")).isFalse();
        assertThat(read("SELECT a 'b' FROM t")).isFalse();
        assertThat(read("SELECT 1".repeat(10_000))).isFalse();
    }

    @Test
    void theLiteralsOfTheTreeAreAmongThem() {
        SqlParser parser = new SqlParser(ParserModes.DEFAULT);
        for (String sql : Corpus.accepted()) {
            boolean ascii = sql.chars().allMatch(c -> c < 128);
            if (!ascii || !sql.matches("(?is)(SELECT|UPDATE|INSERT|REPLACE|DELETE) .*") || !read(sql)) continue;
            List<Integer> ends = new ArrayList<>();
            for (int i = 0; i < lexer.literalCount(); i++) ends.add(lexer.literalEnd(i) - 2);
            parser.parse(sql).statement().walk(node -> {
                boolean literal = node instanceof Literal.IntegerLiteral
                        || node instanceof Literal.DecimalLiteral
                        || node instanceof Literal.FloatLiteral
                        || node instanceof Literal.StringLiteral
                        || node instanceof Literal.TemporalLiteral temporal && sql.charAt(temporal.start()) != '{';
                // Integers in ORDER BY and GROUP BY may be positions and are part of the shape.
                boolean ordered = sql.toUpperCase(java.util.Locale.ROOT).lastIndexOf("BY", node.start()) >= 0;
                if (literal && !ordered) assertThat(ends).as(sql + node).contains(node.end());
            });
        }
    }
}
