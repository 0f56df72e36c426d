package drds.parser;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What binds closer; the right side has been found to give MariaDB's own results. */
class PrecedenceTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            quoteCharacter = '"',
            value = {
                "2 BETWEEN 1 AND 3 = 1 > ((2 BETWEEN 1 AND 3) = 1)",
                "a OR b AND c XOR d > (a OR ((b AND c) XOR d))",
                "a || b && c > (a || (b && c))",
                "NOT a = b > (NOT (a = b))",
                "NOT a AND b > ((NOT a) AND b)",
                "! a = b > ((! a) = b)",
                "a = b IS NULL > ((a = b) IS NULL)",
                "a = b = c > ((a = b) = c)",
                "a BETWEEN b AND c AND d > ((a BETWEEN b AND c) AND d)",
                "a BETWEEN b AND c IN (d) > (a BETWEEN b AND (c IN (d)))",
                "a BETWEEN b AND c BETWEEN d AND e > (a BETWEEN b AND (c BETWEEN d AND e))",
                "a LIKE b LIKE c > ((a LIKE b) LIKE c)",
                "a LIKE b NOT LIKE c > (a LIKE (b NOT LIKE c))",
                "a IN (1) IN (0) > ((a IN (1)) IN (0))",
                "a | b & c << d + e * f ^ g > (a | (b & (c << (d + (e * (f ^ g))))))",
                "a - b - c > ((a - b) - c)",
                "a DIV b MOD c / d % e > ((((a DIV b) MOD c) / d) % e)",
                "-a ^ 2 > ((-a) ^ 2)",
                "- a * b > ((- a) * b)",
                "~a + b > ((~a) + b)",
                "BINARY a = b > ((BINARY a) = b)",
                "a COLLATE c = b > ((a COLLATE c) = b)",
                "-a COLLATE c > (-(a COLLATE c))",
                "@a := b + c > (@a := (b + c))",
                "d + INTERVAL a + 1 DAY > (d + (INTERVAL (a + 1) DAY))",
                "a = b LIKE c > (a = (b LIKE c))",
                "a IS NOT TRUE = b > ((a IS NOT TRUE) = b)",
            })
    void isMariaDbs(String expression, String parenthesized) {
        assertThat(tree(expression, ParserModes.DEFAULT)).isEqualTo(parenthesized);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "a || b ^ c > ((a || b) ^ c)",
                "- a || b > ((- a) || b)",
                "a OR b || c > (a OR (b || c))",
            })
    void pipesJoinStringsUnderPipesAsConcat(String expression, String parenthesized) {
        assertThat(tree(expression, ParserModes.of("PIPES_AS_CONCAT"))).isEqualTo(parenthesized);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "NOT a BETWEEN b AND c > ((NOT a) BETWEEN b AND c)",
                "NOT a = b > ((NOT a) = b)",
            })
    void notBindsCloserUnderHighNotPrecedence(String expression, String parenthesized) {
        assertThat(tree(expression, ParserModes.of("HIGH_NOT_PRECEDENCE"))).isEqualTo(parenthesized);
    }

    private static String tree(String expression, ParserModes modes) {
        return Trees.parenthesized(new SqlParser(modes).parse("SELECT " + expression))
                .replace("(@a)", "@a")
                .substring("SELECT ".length());
    }
}
