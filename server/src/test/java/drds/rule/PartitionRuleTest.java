package drds.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drds.error.SqlError;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PartitionRuleTest {
    private static final List<KeyColumn> COLUMNS = List.of(
            new KeyColumn("id", KeyType.BIGINT),
            new KeyColumn("day", KeyType.DATE),
            new KeyColumn("region", KeyType.of("varchar(20)", "utf8mb4", "utf8mb4_bin")),
            new KeyColumn("price", KeyType.of("decimal(10,2)", null, null)));
    private static final KeyConversion CONVERSION = new KeyConversion(Collations.BINARY_ONLY, null);
    private static final ClauseReader READER = new ClauseReader(COLUMNS, List.of("id"), 4, CONVERSION::stored);

    private static final String BY_YEAR = "PARTITION BY RANGE (YEAR(`day`)) (PARTITION `a` VALUES LESS THAN (2020), "
            + "PARTITION `b` VALUES LESS THAN (2024), PARTITION `c` VALUES LESS THAN MAXVALUE)";
    private static final String BY_REGION =
            "PARTITION BY LIST COLUMNS(`region`) (PARTITION `e` VALUES IN ('east', 'far'), "
                    + "PARTITION `w` VALUES IN ('west', NULL), PARTITION `rest` DEFAULT)";
    private static final String BY_TWO = "PARTITION BY RANGE COLUMNS(`id`, `day`) "
            + "(PARTITION `a` VALUES LESS THAN (10, '2024-01-01'), PARTITION `b` VALUES LESS THAN (10, MAXVALUE), "
            + "PARTITION `c` VALUES LESS THAN (MAXVALUE, MAXVALUE))";

    @Test
    void hashTakesTheRemainder() {
        Rule rule = READER.read("PARTITION BY HASH(id) PARTITIONS 6");
        assertThat(rule.partition(List.of(KeyValue.Int.of(-8)))).isEqualTo(2);
        assertThat(rule.partition(List.of(new KeyValue.Null()))).isZero();
        assertThat(READER.read("PARTITION BY HASH(id)").partitions()).isEqualTo(4);
        assertThat(READER.read("PARTITION BY HASH(MONTH(day)) PARTITIONS 12").partition(List.of(day("2024-07-01"))))
                .isEqualTo(7);
    }

    @Test
    void linearHashUsesPowersOfTwo() {
        Rule rule = READER.read("PARTITION BY LINEAR HASH(id) PARTITIONS 6");
        // the manual's example: 2003 -> 3, 1998 -> 2
        assertThat(rule.partition(List.of(KeyValue.Int.of(2003)))).isEqualTo(3);
        assertThat(rule.partition(List.of(KeyValue.Int.of(1998)))).isEqualTo(2);
        assertThat(READER.read("PARTITION BY LINEAR HASH(id) PARTITIONS 1").partition(List.of(KeyValue.Int.of(5))))
                .isZero();
        for (int v = 0; v < 100; v++) {
            assertThat(READER.read("PARTITION BY LINEAR HASH(id) PARTITIONS 8").partition(List.of(KeyValue.Int.of(v))))
                    .isEqualTo(v % 8);
        }
    }

    @Test
    void keyTakesSeveralColumnsOrThePrimaryKey() {
        Rule rule = READER.read("PARTITION BY KEY(id, region) PARTITIONS 16");
        assertThat(rule.partition(List.of(KeyValue.Int.of(1), text("a")))).isBetween(0, 15);
        assertThat(READER.read("PARTITION BY KEY() PARTITIONS 3").columns()).containsExactly("id");
        assertThat(rule.prune(Map.of("id", one(KeyValue.Int.of(1)))).cardinality())
                .isEqualTo(16);
        assertThat(rule.prune(Map.of("id", one(KeyValue.Int.of(1)), "region", one(text("a"))))
                        .cardinality())
                .isEqualTo(1);
    }

    @Test
    void rangeOfAnExpression() {
        Rule rule = READER.read(BY_YEAR);
        assertThat(rule.partition(List.of(day("2019-12-31")))).isZero();
        assertThat(rule.partition(List.of(day("2020-01-01")))).isEqualTo(1);
        assertThat(rule.partition(List.of(day("2024-01-01")))).isEqualTo(2);
        assertThat(rule.partition(List.of(new KeyValue.Null()))).isZero();
        assertThat(rule.prune(Map.of("day", new KeyConstraint.Between(day("2019-06-01"), day("2020-06-01")))).stream()
                        .toArray())
                .containsExactly(0, 1);
        assertThat(rule.prune(Map.of("day", new KeyConstraint.Between(day("2024-06-01"), null))).stream()
                        .toArray())
                .containsExactly(2);
    }

    @Test
    void rangeColumnsComparesTuples() {
        Rule rule = READER.read(BY_TWO);
        assertThat(rule.partition(List.of(KeyValue.Int.of(10), day("2023-12-31"))))
                .isZero();
        assertThat(rule.partition(List.of(KeyValue.Int.of(10), day("2024-01-01"))))
                .isEqualTo(1);
        assertThat(rule.partition(List.of(KeyValue.Int.of(11), day("2020-01-01"))))
                .isEqualTo(2);
        assertThat(rule.prune(Map.of("id", one(KeyValue.Int.of(10)))).stream().toArray())
                .contains(0, 1);
        assertThat(rule.prune(Map.of("id", one(KeyValue.Int.of(11)))).stream().toArray())
                .containsExactly(2);
    }

    @Test
    void aValueWithoutAPartitionIs1526() {
        Rule rule = READER.read("PARTITION BY RANGE (id) (PARTITION p VALUES LESS THAN (10))");
        assertThatThrownBy(() -> rule.partition(List.of(KeyValue.Int.of(10))))
                .hasMessage("Table has no partition for value 10");
        assertThat(rule.prune(Map.of("id", one(KeyValue.Int.of(10)))).isEmpty()).isTrue();
    }

    @Test
    void listFindsItsConstantsAndTheDefault() {
        Rule rule = READER.read(BY_REGION);
        assertThat(rule.partition(List.of(text("far  ")))).isZero();
        assertThat(rule.partition(List.of(new KeyValue.Null()))).isEqualTo(1);
        assertThat(rule.partition(List.of(text("north")))).isEqualTo(2);
        assertThat(rule.prune(Map.of("region", new KeyConstraint.OneOf(List.of(text("west"), text("x"))))).stream()
                        .toArray())
                .containsExactly(1, 2);
    }

    @Test
    void decimalsCompareAsNumbers() {
        Rule rule = READER.read("PARTITION BY RANGE COLUMNS(price) (PARTITION a VALUES LESS THAN (9.50),"
                + " PARTITION b VALUES LESS THAN (100), PARTITION c VALUES LESS THAN (MAXVALUE))");
        assertThat(rule.partition(List.of(new KeyValue.Other("10")))).isEqualTo(1);
        assertThat(rule.partition(List.of(new KeyValue.Other("9.5")))).isEqualTo(1);
        assertThat(rule.partition(List.of(new KeyValue.Other("-100")))).isZero();
    }

    @Test
    void boundsMayBeCalls() {
        Rule rule =
                READER.read("PARTITION BY RANGE (TO_DAYS(day)) (PARTITION a VALUES LESS THAN (TO_DAYS('2024-01-01')),"
                        + " PARTITION b VALUES LESS THAN (MAXVALUE) ENGINE = InnoDB COMMENT 'x')");
        assertThat(rule.partition(List.of(day("2023-12-31")))).isZero();
        assertThat(rule.partition(List.of(day("2024-01-01")))).isEqualTo(1);
        assertThat(new PartitionExpression(PartitionExpression.Function.TO_DAYS, COLUMNS.get(1), 0)
                        .value(day("2007-10-07")))
                .isEqualTo(KeyValue.Int.of(733321));
    }

    @Test
    void clausesAreReadBack() {
        for (String clause : List.of(
                BY_YEAR,
                BY_REGION,
                BY_TWO,
                "PARTITION BY HASH (`id`) PARTITIONS 6",
                "PARTITION BY HASH (MOD(`id`, 7)) PARTITIONS 6",
                "PARTITION BY LINEAR KEY (`id`, `region`) PARTITIONS 6")) {
            Rule rule = READER.read(clause);
            assertThat(READER.read(rule.clause())).isEqualTo(rule);
            assertThat(READER.read(rule.clause()).clause()).isEqualTo(rule.clause());
        }
    }

    @Test
    void badClausesGiveMySqlsErrors() {
        assertError(
                "PARTITION BY RANGE (id) (PARTITION a VALUES LESS THAN (2), PARTITION b VALUES LESS THAN (2))", 1493);
        assertError("PARTITION BY LIST (id) (PARTITION a VALUES IN (2), PARTITION b VALUES IN (2))", 1495);
        assertError("PARTITION BY RANGE (id)", 1492);
        assertError("PARTITION BY HASH (id) PARTITIONS 0", 1504);
        assertError("PARTITION BY HASH (nowhere) PARTITIONS 2", 1488);
        assertError("PARTITION BY HASH (YEAR(id)) PARTITIONS 2", 1564);
        assertError(
                "PARTITION BY RANGE (id) (PARTITION a VALUES LESS THAN (2), PARTITION A VALUES LESS THAN (3))", 1517);
        assertError("PARTITION BY RANGE COLUMNS (id, day) (PARTITION a VALUES LESS THAN (2))", 1653);
        assertError("PARTITION BY RANGE COLUMNS (id) (PARTITION a VALUES LESS THAN ('x'))", 1654);
    }

    @Test
    void sameDistributionLooksAtBounds() {
        Rule rule = READER.read(BY_YEAR);
        assertThat(rule.sameDistribution(READER.read(BY_YEAR.replace("`a`", "`z`"))))
                .isTrue();
        assertThat(rule.sameDistribution(READER.read(BY_YEAR.replace("2020", "2021"))))
                .isFalse();
        assertThat(READER.read("PARTITION BY HASH(id) PARTITIONS 4")
                        .sameDistribution(READER.read("PARTITION BY KEY(id) PARTITIONS 4")))
                .isFalse();
    }

    private static void assertError(String clause, int number) {
        assertThatThrownBy(() -> READER.read(clause))
                .as(clause)
                .isInstanceOfSatisfying(
                        SqlError.class, e -> assertThat(e.number()).isEqualTo(number));
    }

    private static KeyConstraint one(KeyValue value) {
        return new KeyConstraint.OneOf(List.of(value));
    }

    private static KeyValue day(String text) {
        return new KeyValue.Time(LocalDateTime.parse(text + "T00:00"));
    }

    private static KeyValue text(String text) {
        return CONVERSION
                .stored(new KeyLiteral.Text(text), COLUMNS.get(2).type())
                .orElseThrow();
    }
}
