package drds.planner;

import static org.assertj.core.api.Assertions.assertThat;

import drds.parser.ParserModes;
import drds.parser.SqlParser;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Generated statements have chains that no person would write. */
class LongStatementsTest {
    private static final int LENGTH = 10_000;

    @Test
    void chainsOfOrNameTheirPartitions() {
        assertThat(plan("SELECT id FROM orders WHERE " + chain("id = %d", " OR ")))
                .isInstanceOf(Plan.Gather.class);
    }

    @Test
    void chainsOfAndKeepTheirKey() {
        assertThat(plan("SELECT id FROM orders WHERE " + chain("qty <> %d", " AND ") + " AND id = 5"))
                .isInstanceOf(Plan.Route.class);
    }

    @Test
    void longListsAndSums() {
        assertThat(plan("SELECT id FROM orders WHERE id IN (" + chain("%d", ", ") + ")"))
                .isInstanceOf(Plan.Gather.class);
        assertThat(plan("SELECT " + chain("qty + %d", " + ") + " FROM orders")).isInstanceOf(Plan.Gather.class);
    }

    private static String chain(String pattern, String separator) {
        return IntStream.range(0, LENGTH).mapToObj(pattern::formatted).collect(Collectors.joining(separator));
    }

    private static Plan plan(String sql) {
        return Planner.plan(new SqlParser(ParserModes.DEFAULT).parse(sql), Shop.context(null));
    }
}
