package drds.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drds.error.SqlError;
import java.math.BigInteger;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LevelRuleTest {
    private static final List<KeyColumn> COLUMNS = List.of(
            new KeyColumn("id", KeyType.of("bigint(20) unsigned", null, null)),
            new KeyColumn("buyer", KeyType.BIGINT),
            new KeyColumn("day", KeyType.DATE),
            new KeyColumn("at", KeyType.DATETIME),
            new KeyColumn("code", KeyType.of("varchar(20)", "utf8mb4", "utf8mb4_bin")),
            new KeyColumn("other", KeyType.of("varchar(40)", "utf8mb4", "utf8mb4_bin")));
    private static final KeyConversion CONVERSION = new KeyConversion(Collations.BINARY_ONLY, null);
    private static final ClauseReader READER = new ClauseReader(COLUMNS, List.of("id"), 4, CONVERSION::stored);

    @Test
    void hashOnBothLevelsCutsOneRemainder() {
        Rule rule = READER.read("dbpartition by hash(`id`) tbpartition by hash(id) tbpartitions 2");
        assertThat(rule.partitions()).isEqualTo(8);
        for (int v = 0; v < 20; v++) {
            assertThat(rule.partition(List.of(KeyValue.Int.of(v)))).isEqualTo(v % 8);
        }
    }

    @Test
    void hashOnTwoColumnsTakesEachByItself() {
        Rule rule = READER.read("DBPARTITION BY HASH(id) TBPARTITION BY HASH(buyer) TBPARTITIONS 3");
        assertThat(rule.columns()).containsExactly("id", "buyer");
        assertThat(rule.partition(List.of(KeyValue.Int.of(7), KeyValue.Int.of(5))))
                .isEqualTo(3 * 3 + 2);
    }

    @Test
    void uniHashKeepsTheShardWhateverTheTables() {
        Rule two = READER.read("DBPARTITION BY UNI_HASH(id) TBPARTITION BY UNI_HASH(id) TBPARTITIONS 2");
        Rule three = READER.read("DBPARTITION BY UNI_HASH(id) TBPARTITION BY UNI_HASH(id) TBPARTITIONS 3");
        for (long v = 0; v < 100; v++) {
            List<KeyValue> key = List.of(KeyValue.Int.of(v));
            assertThat(two.partition(key) / 2).isEqualTo((int) (v % 4)).isEqualTo(three.partition(key) / 3);
            assertThat(two.partition(key) % 2).isEqualTo((int) (v / 4 % 2));
        }
    }

    @Test
    void negativeNumbersCountAsTheirAbsoluteValue() {
        Rule rule = READER.read("DBPARTITION BY HASH(buyer)");
        assertThat(rule.partition(List.of(KeyValue.Int.of(-7)))).isEqualTo(3);
        assertThat(rule.partition(List.of(KeyValue.Int.of(Long.MIN_VALUE)))).isZero();
    }

    @Test
    void unsignedNumbersKeepAll64Bits() {
        Rule rule = READER.read("DBPARTITION BY HASH(id)");
        BigInteger most = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
        assertThat(rule.partition(List.of(new KeyValue.Int(most)))).isEqualTo(3);
    }

    @Test
    void nullLiesWhereZeroAndTheEmptyStringLie() {
        for (String clause : List.of("HASH(id)", "UNI_HASH(code)", "RIGHT_SHIFT(id, 3)", "STR_HASH(code, -1, 4)")) {
            assertThat(READER.read("DBPARTITION BY " + clause).partition(List.of(new KeyValue.Null())))
                    .isZero();
        }
        assertThat(READER.read("DBPARTITION BY HASH(code)").partition(List.of(text(""))))
                .isZero();
    }

    @Test
    void rightShiftDropsTheLastBits() {
        Rule rule = READER.read("DBPARTITION BY RIGHT_SHIFT(id, 8) TBPARTITION BY RIGHT_SHIFT(id, 8) TBPARTITIONS 2");
        assertThat(rule.partition(List.of(KeyValue.Int.of(256 * 5 + 77)))).isEqualTo(1 * 2 + 1);
        assertThat(
                        rule
                                .prune(Map.of(
                                        "id", new KeyConstraint.Between(KeyValue.Int.of(256), KeyValue.Int.of(511))))
                                .stream()
                                .toArray())
                .containsExactly(2);
    }

    @Test
    void rangeHashFindsARowByEitherColumn() {
        Rule rule = READER.read("DBPARTITION BY RANGE_HASH(id, buyer, 3)");
        int partition = rule.partition(List.of(KeyValue.Int.of(5_123), KeyValue.Int.of(77_123)));
        assertThat(partition).isEqualTo(123 % 4);
        assertThat(rule.prune(Map.of("buyer", one(KeyValue.Int.of(9_123)))).stream()
                        .toArray())
                .containsExactly(partition);
        assertThat(rule.partition(List.of(new KeyValue.Null(), KeyValue.Int.of(123))))
                .isEqualTo(partition);
        assertThat(rule.prune(Map.of("buyer", one(new KeyValue.Null()))).cardinality())
                .isEqualTo(4);
        assertThatThrownBy(() -> rule.partition(List.of(KeyValue.Int.of(1), KeyValue.Int.of(2))))
                .isInstanceOf(SqlError.class);
    }

    @Test
    void rangeHashOfTextsTakesTheLastCharacters() {
        Rule rule = READER.read("DBPARTITION BY RANGE_HASH(code, other, 2)");
        int one = rule.partition(List.of(text("äbcÄÖ"), text("xÄÖ")));
        assertThat(rule.partition(List.of(text("ÄÖ"), new KeyValue.Null()))).isEqualTo(one);
    }

    @Test
    void strHashTakesAPart() {
        Rule last = READER.read("DBPARTITION BY STR_HASH(code, -1, 2, 1)");
        assertThat(last.partition(List.of(text("ab07")))).isEqualTo(3);
        Rule first = READER.read("DBPARTITION BY STR_HASH(code, 2, -1, 1)");
        assertThat(first.partition(List.of(text("13xy")))).isEqualTo(1);
        Rule middle = READER.read("DBPARTITION BY STR_HASH(code, 1, 3, 1, 31)");
        assertThat(middle.partition(List.of(text("x10y")))).isEqualTo(2);
        Rule text = READER.read("DBPARTITION BY STR_HASH(code)");
        assertThat(text.partition(List.of(text("ab")))).isEqualTo(('a' * 31 + 'b') % 4);
        assertThat(first.partition(List.of(text("")))).isZero();
    }

    @Test
    void dateFunctionsCountWhatTheySay() {
        KeyValue day = time("2024-02-29T00:00");
        assertThat(tableOf("MM(day) TBPARTITIONS 12", day)).isEqualTo(2);
        assertThat(tableOf("DD(day) TBPARTITIONS 31", day)).isEqualTo(29);
        assertThat(tableOf("WEEK(day) TBPARTITIONS 7", day)).isEqualTo(5);
        assertThat(tableOf("WEEK(day) TBPARTITIONS 7", time("2024-03-03T00:00")))
                .isEqualTo(1);
        assertThat(tableOf("MMDD(day) TBPARTITIONS 366", day)).isEqualTo(60);
        assertThat(tableOf("MMDD(day) TBPARTITIONS 366", time("2024-12-31T00:00")))
                .isZero();
        assertThat(READER.read("DBPARTITION BY YYYYMM(at)").partition(List.of(time("2024-02-29T13:00"))))
                .isEqualTo((2024 * 12 + 2) % 4);
        assertThat(READER.read("DBPARTITION BY YYYYDD(at)").partition(List.of(time("2024-02-29T13:00"))))
                .isEqualTo((2024 * 366 + 60) % 4);
        assertThat(READER.read("DBPARTITION BY YYYYWEEK(at)").partition(List.of(time("2024-01-07T00:00"))))
                .isEqualTo((2024 * 54 + 1) % 4);
    }

    @Test
    void optFormsSpreadNeighbouringMonths() {
        Rule plain = READER.read("DBPARTITION BY YYYYMM(at) TBPARTITION BY YYYYMM(at) TBPARTITIONS 3");
        Rule spread = READER.read("DBPARTITION BY YYYYMM_OPT(at) TBPARTITION BY YYYYMM_OPT(at) TBPARTITIONS 3");
        List<KeyValue> january = List.of(time("2024-01-05T00:00"));
        List<KeyValue> february = List.of(time("2024-02-05T00:00"));
        assertThat(plain.partition(january) / 3).isEqualTo(plain.partition(february) / 3);
        assertThat(spread.partition(january) / 3).isNotEqualTo(spread.partition(february) / 3);
    }

    @Test
    void zeroDatesAndNullHaveAPlace() {
        Rule rule = READER.read("DBPARTITION BY YYYYMM(at)");
        assertThat(rule.partition(List.of(new KeyValue.Null()))).isZero();
        assertThat(rule.partition(List.of(new KeyValue.Other("0000-00-00 00:00:00"))))
                .isEqualTo(1);
        assertThat(rule.partition(List.of(new KeyValue.Other("2024-13-00")))).isBetween(0, 3);
    }

    @Test
    void rangesOfDatesPrune() {
        Rule rule = READER.read("DBPARTITION BY HASH(id) TBPARTITION BY MM(day) TBPARTITIONS 12");
        KeyConstraint spring = new KeyConstraint.Between(time("2024-03-01T00:00"), time("2024-05-31T00:00"));
        assertThat(rule.prune(Map.of("day", spring, "id", one(KeyValue.Int.of(2)))).stream()
                        .toArray())
                .containsExactly(2 * 12 + 3, 2 * 12 + 4, 2 * 12 + 5);
        assertThat(rule.prune(Map.of("day", new KeyConstraint.Between(time("2024-03-01T00:00"), null)))
                        .cardinality())
                .isEqualTo(48);
    }

    @Test
    void nothingIsLeftOfAnEmptyList() {
        Rule rule = READER.read("DBPARTITION BY HASH(id)");
        assertThat(rule.prune(Map.of("id", new KeyConstraint.OneOf(List.of()))).isEmpty())
                .isTrue();
    }

    @Test
    void hashWithoutAColumnTakesThePrimaryKey() {
        assertThat(READER.read("DBPARTITION BY HASH()").clause()).isEqualTo("DBPARTITION BY HASH(`id`)");
    }

    @Test
    void clausesAreReadBack() {
        for (String clause : List.of(
                "DBPARTITION BY HASH(`id`)",
                "DBPARTITION BY HASH(`id`) DBPARTITIONS 2 TBPARTITION BY MMDD(`day`) TBPARTITIONS 10",
                "DBPARTITION BY UNI_HASH(`id`) TBPARTITION BY UNI_HASH(`id`) TBPARTITIONS 2",
                "DBPARTITION BY RIGHT_SHIFT(`id`, 8)",
                "DBPARTITION BY RANGE_HASH(`code`, `other`, 4) TBPARTITION BY RANGE_HASH(`code`, `other`, 4) TBPARTITIONS 3",
                "DBPARTITION BY STR_HASH(`code`, -1, 4, 1, 31)",
                "DBPARTITION BY YYYYWEEK_OPT(`at`) TBPARTITION BY YYYYWEEK_OPT(`at`) TBPARTITIONS 5")) {
            Rule rule = READER.read(clause);
            assertThat(rule.clause()).isEqualTo(clause);
            assertThat(READER.read(rule.clause())).isEqualTo(rule);
        }
    }

    @Test
    void sameDistributionAsksForTheSameFunctionsAndTypes() {
        Rule id = READER.read("DBPARTITION BY HASH(id)");
        assertThat(id.sameDistribution(READER.read("DBPARTITION BY HASH(buyer)")))
                .isTrue();
        assertThat(id.sameDistribution(READER.read("DBPARTITION BY UNI_HASH(buyer)")))
                .isFalse();
        assertThat(id.sameDistribution(READER.read("DBPARTITION BY HASH(code)")))
                .isFalse();
        assertThat(id.sameDistribution(READER.read("DBPARTITION BY HASH(buyer) DBPARTITIONS 2")))
                .isFalse();
        assertThat(id.sameDistribution(READER.read("DBPARTITION BY HASH(id) TBPARTITION BY HASH(id) TBPARTITIONS 2")))
                .isFalse();
        assertThat(READER.read("DBPARTITION BY HASH(id) TBPARTITION BY HASH(id) TBPARTITIONS 2")
                        .sameDistribution(
                                READER.read("DBPARTITION BY HASH(id) TBPARTITION BY HASH(buyer) TBPARTITIONS 2")))
                .isFalse();
    }

    @Test
    void badClausesAreRefused() {
        for (String clause : List.of(
                "DBPARTITION BY HASH(nowhere)",
                "DBPARTITION BY HASH(id) DBPARTITIONS 5",
                "DBPARTITION BY HASH(id) TBPARTITION BY HASH(id) TBPARTITIONS 0",
                "DBPARTITION BY MM(day)",
                "DBPARTITION BY HASH(id) TBPARTITION BY MM(day) TBPARTITIONS 13",
                "DBPARTITION BY HASH(id) TBPARTITION BY MM(id) TBPARTITIONS 12",
                "DBPARTITION BY RIGHT_SHIFT(code, 2)",
                "DBPARTITION BY RANGE_HASH(id, code, 2)",
                "DBPARTITION BY NOTHING(id)",
                "DBPARTITION BY HASH(id) rubbish",
                "TBPARTITION BY HASH(id)")) {
            assertThatThrownBy(() -> READER.read(clause)).as(clause).isInstanceOf(SqlError.class);
        }
    }

    private static int tableOf(String clause, KeyValue day) {
        return READER.read("DBPARTITION BY HASH(id) TBPARTITION BY " + clause)
                .partition(List.of(new KeyValue.Null(), day));
    }

    private static KeyConstraint one(KeyValue value) {
        return new KeyConstraint.OneOf(List.of(value));
    }

    private static KeyValue time(String text) {
        return new KeyValue.Time(LocalDateTime.parse(text));
    }

    private static KeyValue text(String text) {
        return CONVERSION
                .stored(new KeyLiteral.Text(text), COLUMNS.get(4).type())
                .orElseThrow();
    }
}
