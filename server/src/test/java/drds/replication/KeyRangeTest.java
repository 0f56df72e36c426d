package drds.replication;

import static org.assertj.core.api.Assertions.assertThat;

import drds.binlog.TableShape;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KeyRangeTest {
    private static final KeyRange RANGE =
            new KeyRange(new TableShape("s", "t", List.of(column("a"), column("b")), List.of(0, 1), false));

    private static TableShape.Column column(String name) {
        return new TableShape.Column(name, TableShape.Kind.SIGNED, "", 0, false);
    }

    private static String where(@Nullable List<String> after, @Nullable List<String> bound) {
        return new String(RANGE.where(after, bound), StandardCharsets.UTF_8);
    }

    @Test
    void aWholeTableNeedsNoCondition() {
        assertThat(where(null, null)).isEmpty();
    }

    @Test
    void whatLiesBehindAKeyIsFoundByTheFirstColumnsIndex() {
        assertThat(where(List.of("1", "2"), null)).isEqualTo(" WHERE `a` >= 1 AND (`a` > 1 OR `a` = 1 AND `b` > 2)");
    }

    @Test
    void nullStandsBeforeAllValues() {
        assertThat(where(List.of("NULL", "2"), null))
                .isEqualTo(" WHERE TRUE AND (`a` IS NOT NULL OR `a` IS NULL AND `b` > 2)");
        assertThat(where(null, List.of("1", "2")))
                .isEqualTo(" WHERE (`a` <= 1 OR `a` IS NULL) AND ((`a` < 1 OR `a` IS NULL) OR `a` = 1 AND"
                        + " (`b` < 2 OR `b` IS NULL) OR `a` = 1 AND `b` = 2)");
    }
}
