package drds.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever a row holds: its partition is among those that any condition it meets leaves. */
class PruneSoundnessTest {
    private static final List<KeyColumn> COLUMNS = List.of(
            new KeyColumn("a", KeyType.BIGINT),
            new KeyColumn("b", KeyType.BIGINT),
            new KeyColumn("d", KeyType.DATETIME),
            new KeyColumn("s", KeyType.of("varchar(20)", "utf8mb4", "utf8mb4_bin")));
    private static final KeyConversion CONVERSION = new KeyConversion(Collations.BINARY_ONLY, null);
    private static final ClauseReader READER = new ClauseReader(COLUMNS, List.of("a"), 4, CONVERSION::stored);
    private static final List<String> CLAUSES = List.of(
            "DBPARTITION BY HASH(a) TBPARTITION BY HASH(a) TBPARTITIONS 3",
            "DBPARTITION BY HASH(a) TBPARTITION BY HASH(s) TBPARTITIONS 3",
            "DBPARTITION BY UNI_HASH(a) TBPARTITION BY UNI_HASH(a) TBPARTITIONS 5",
            "DBPARTITION BY RIGHT_SHIFT(a, 3) TBPARTITION BY RIGHT_SHIFT(a, 3) TBPARTITIONS 5",
            "DBPARTITION BY STR_HASH(s, -1, 2) TBPARTITION BY MM(d) TBPARTITIONS 12",
            "DBPARTITION BY YYYYMM(d) TBPARTITION BY DD(d) TBPARTITIONS 31",
            "DBPARTITION BY YYYYWEEK(d) TBPARTITION BY YYYYWEEK(d) TBPARTITIONS 9",
            "DBPARTITION BY YYYYDD_OPT(d) TBPARTITION BY YYYYDD_OPT(d) TBPARTITIONS 100",
            "DBPARTITION BY HASH(d) TBPARTITION BY WEEK(d) TBPARTITIONS 7",
            "DBPARTITION BY HASH(b) TBPARTITION BY MMDD(d) TBPARTITIONS 366",
            "PARTITION BY HASH(a DIV 7) PARTITIONS 11",
            "PARTITION BY LINEAR KEY(a, s) PARTITIONS 11",
            "PARTITION BY RANGE(TO_DAYS(d)) (PARTITION p0 VALUES LESS THAN (TO_DAYS('2023-02-01')), PARTITION p1 VALUES"
                    + " LESS THAN (TO_DAYS('2023-03-01')), PARTITION p2 VALUES LESS THAN MAXVALUE)",
            "PARTITION BY RANGE COLUMNS(a, d) (PARTITION p0 VALUES LESS THAN (-5, '2023-02-01'), PARTITION p1 VALUES"
                    + " LESS THAN (0, '2024-02-01'), PARTITION p2 VALUES LESS THAN (0, MAXVALUE),"
                    + " PARTITION p3 VALUES LESS THAN (MAXVALUE, MAXVALUE))",
            "PARTITION BY LIST(a % 3) (PARTITION p0 VALUES IN (0), PARTITION p1 VALUES IN (1, -1), PARTITION p2 DEFAULT)",
            "PARTITION BY LIST COLUMNS(a, b) (PARTITION p0 VALUES IN ((0, 1), (1, 1)), PARTITION p1 VALUES IN ((2, NULL)),"
                    + " PARTITION p2 DEFAULT)");

    @Test
    void noRowIsPrunedAway() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (String clause : CLAUSES) {
            Rule rule = READER.read(clause);
            for (int i = 0; i < 3000; i++) {
                Map<String, KeyValue> row = new HashMap<>();
                Map<String, KeyConstraint> constraints = new HashMap<>();
                for (String column : List.of("a", "b", "d", "s")) {
                    KeyValue value = value(column, random);
                    row.put(column, value);
                    if (random.nextInt(3) > 0) {
                        constraints.put(column, met(column, value, random));
                    }
                }
                int partition =
                        rule.partition(rule.columns().stream().map(row::get).toList());
                assertThat(partition).isBetween(0, rule.partitions() - 1);
                assertThat(rule.prune(constraints).get(partition))
                        .as(
                                "seed %s, %s: %s lies in %s, %s leaves %s",
                                seed, clause, row, partition, constraints, rule.prune(constraints))
                        .isTrue();
            }
        }
    }

    private static KeyConstraint met(String column, KeyValue value, Random random) {
        if (random.nextBoolean() || value instanceof KeyValue.Null || column.equals("s") && random.nextBoolean()) {
            List<KeyValue> values = new ArrayList<>(List.of(value));
            for (int i = random.nextInt(3); i > 0; i--) {
                values.add(value(column, random));
            }
            return new KeyConstraint.OneOf(values);
        }
        KeyValue low = random.nextInt(5) == 0 ? null : value(column, random);
        KeyValue high = random.nextInt(5) == 0 ? null : value(column, random);
        boolean bounds =
                !(low instanceof KeyValue.Null || high instanceof KeyValue.Null || isUnreal(low) || isUnreal(high));
        boolean lowFits = low == null || KeyOrder.compare(low, value) <= 0;
        boolean highFits = high == null || KeyOrder.compare(value, high) <= 0;
        return bounds && lowFits && highFits
                ? new KeyConstraint.Between(low, high)
                : isUnreal(value) ? new KeyConstraint.Between(null, null) : new KeyConstraint.Between(value, value);
    }

    private static boolean isUnreal(KeyValue value) {
        return value instanceof KeyValue.Other;
    }

    private static KeyValue value(String column, Random random) {
        if (random.nextInt(20) == 0) {
            return new KeyValue.Null();
        }
        return switch (column) {
            case "a" -> KeyValue.Int.of(random.nextInt(40) - 20);
            case "b" -> new KeyValue.Int(new BigInteger(64, random));
            case "d" -> date(random);
            default -> {
                String text = Integer.toString(random.nextInt(500), 36);
                yield CONVERSION
                        .stored(new KeyLiteral.Text(text), COLUMNS.get(3).type())
                        .orElseThrow();
            }
        };
    }

    private static KeyValue date(Random random) {
        if (random.nextInt(10) == 0) {
            return new KeyValue.Other(
                    List.of("0000-00-00 00:00:00", "2023-00-10 00:00:00", "2023-02-30 01:00:00", "2023-12-00 00:00:00")
                            .get(random.nextInt(4)));
        }
        LocalDateTime time =
                LocalDate.of(2022, 11, 1).plusDays(random.nextInt(500)).atTime(random.nextInt(24), 0);
        return new KeyValue.Time(time);
    }
}
