package drds.executor.merge;

import static drds.executor.merge.Rows.all;
import static drds.executor.merge.Rows.column;
import static drds.executor.merge.Rows.decimal;
import static drds.executor.merge.Rows.unsigned;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drds.mysql.ColumnDefinition;
import drds.mysql.FieldType;
import drds.planner.Plan.Aggregation;
import drds.planner.Plan.Aggregation.Output;
import drds.planner.Plan.SortKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MergeTest {
    private static final List<ColumnDefinition> INTS = List.of(column(FieldType.LONG), column(FieldType.LONG));
    private static final SortKey FIRST = new SortKey(0, -1, false);
    private static final SortKey FIRST_DOWN = new SortKey(0, -1, true);

    private static RowOrder order(List<ColumnDefinition> columns, SortKey... keys) {
        return RowOrder.of(List.of(keys), columns, false).orElseThrow();
    }

    private static List<String> sorted(ColumnDefinition column, boolean descending, String... values) {
        List<ColumnDefinition> columns = List.of(column);
        RowOrder order = order(columns, new SortKey(0, -1, descending));
        return all(new SortedRows(new Rows(columns, values), order, new CollectedRows(100_000)));
    }

    @Test
    void nullsComeFirstAndLastInDescendingOrder() {
        assertThat(sorted(column(FieldType.LONG), false, "2", "NULL", "-1")).containsExactly("NULL", "-1", "2");
        assertThat(sorted(column(FieldType.LONG), true, "2", "NULL", "-1")).containsExactly("2", "-1", "NULL");
    }

    @Test
    void eachTypeComparesAsMySqlDoes() {
        assertThat(sorted(unsigned(), false, "18446744073709551615", "9", "10"))
                .containsExactly("9", "10", "18446744073709551615");
        assertThat(sorted(decimal(2), false, "10.00", "9.50", "-0.01", "123456789012345678901234567890.12"))
                .containsExactly("-0.01", "9.50", "10.00", "123456789012345678901234567890.12");
        assertThat(sorted(column(FieldType.DOUBLE), false, "1e20", "-1e-5", "2", "1e3"))
                .containsExactly("-1e-5", "2", "1e3", "1e20");
        assertThat(sorted(column(FieldType.TIME), false, "100:00:00", "-01:00:00", "09:00:00.5", "-00:30:00"))
                .containsExactly("-01:00:00", "-00:30:00", "09:00:00.5", "100:00:00");
        assertThat(sorted(column(FieldType.DATETIME), false, "2024-01-10 00:00:00", "0000-00-00 00:00:00"))
                .containsExactly("0000-00-00 00:00:00", "2024-01-10 00:00:00");
    }

    @Test
    void zeroHasOneSign() {
        List<ColumnDefinition> doubles = List.of(column(FieldType.DOUBLE));
        assertThat(all(new DistinctRows(new Rows(doubles, "-0", "0"), order(doubles, FIRST))))
                .containsExactly("-0");
    }

    @Test
    void textComparesByItsWeight() {
        List<ColumnDefinition> columns = List.of(column(FieldType.VAR_STRING), column(FieldType.VAR_STRING));
        RowOrder order = order(columns, new SortKey(0, 1, false));
        assertThat(all(new SortedRows(new Rows(columns, "b|B", "A|A", "a|A"), order, new CollectedRows(10_000))))
                .containsExactly("A|A", "a|A", "b|B");
        assertThat(RowOrder.of(List.of(FIRST), columns, false))
                .as("text without a weight")
                .isEmpty();
    }

    @Test
    void whatOnlyTheInstanceCanCompareIsNotCompared() {
        ColumnDefinition enumeration =
                new ColumnDefinition("def", "", "", "", "e", "", 45, 4, FieldType.STRING, FieldType.ENUM_FLAG, 0);
        assertThat(RowOrder.of(List.of(new SortKey(0, 0, false)), List.of(enumeration), false))
                .isEmpty();
        List<ColumnDefinition> floats = List.of(column(FieldType.FLOAT));
        assertThat(RowOrder.of(List.of(FIRST), floats, false))
                .as("a float's text")
                .isEmpty();
        assertThat(RowOrder.of(List.of(FIRST), floats, true))
                .as("a whole float")
                .isPresent();
    }

    @Test
    void orderedStreamsBecomeOne() {
        long seed = Long.getLong("drds.seed", System.nanoTime());
        Random random = new Random(seed);
        List<String> expected = new ArrayList<>();
        List<RowSource> streams = new ArrayList<>();
        for (int stream = 0; stream < 5; stream++) {
            List<Integer> values = new ArrayList<>();
            for (int i = random.nextInt(20); i > 0; i--) {
                values.add(random.nextInt(10));
            }
            values.sort(Comparator.reverseOrder());
            int number = stream;
            List<String> rows =
                    values.stream().map(value -> value + "|" + number).toList();
            expected.addAll(rows);
            streams.add(new Rows(INTS, rows.toArray(String[]::new)));
        }
        expected.sort(Comparator.comparingInt((String row) -> -Integer.parseInt(row.split("\\|")[0]))
                .thenComparing(row -> row.split("\\|")[1]));
        assertThat(all(new OrderedMerge(streams, order(INTS, FIRST_DOWN))))
                .as("seed " + seed)
                .isEqualTo(expected);
    }

    @Test
    void limitsSkipAndEnd() {
        Rows rows = new Rows(INTS, "1|1", "2|2", "3|3", "4|4");
        assertThat(all(new LimitedRows(rows, 1, 2L))).containsExactly("2|2", "3|3");
        assertThat(rows.next()).as("the row behind the limit is not read").isNotNull();
        assertThat(all(new LimitedRows(new Rows(INTS, "1|1", "2|2"), 1, null))).containsExactly("2|2");
        assertThat(all(new LimitedRows(new Rows(INTS, "1|1"), 5, 3L))).isEmpty();
        assertThat(all(new LimitedRows(new Rows(INTS, "1|1"), 0, 0L))).isEmpty();
    }

    @Test
    void whatIsCollectedHasALimit() {
        RowSource sorted =
                new SortedRows(new Rows(INTS, "1|1", "2|2", "3|3"), order(INTS, FIRST), new CollectedRows(200));
        assertThatThrownBy(sorted::next).isInstanceOf(TooManyRows.class);
    }

    // ---- aggregates ----

    private static List<String> aggregated(
            List<ColumnDefinition> fragment,
            List<SortKey> keys,
            List<ColumnDefinition> results,
            List<Output> outputs,
            String... rows) {
        return all(AggregatedRows.of(new Rows(fragment, rows), new Aggregation(keys, outputs), results, false, 20)
                .orElseThrow());
    }

    @Test
    void partialsOfEachGroupAreCombined() {
        ColumnDefinition number = column(FieldType.LONGLONG);
        List<ColumnDefinition> fragment = List.of(number, number, decimal(2), number, number);
        assertThat(aggregated(
                        fragment,
                        List.of(FIRST),
                        List.of(number, number, decimal(2), number, number),
                        List.of(
                                new Output.First(0),
                                new Output.Count(1),
                                new Output.Sum(2),
                                new Output.Min(3, -1),
                                new Output.Max(4, -1)),
                        "NULL|1|1.50|5|5",
                        "NULL|2|NULL|NULL|7",
                        "1|1|99999999999999999999.99|3|NULL",
                        "1|0|0.01|2|NULL"))
                .containsExactly("NULL|3|1.50|5|7", "1|1|100000000000000000000.00|2|NULL");
    }

    @Test
    void withoutRowsThereIsNoGroup() {
        ColumnDefinition number = column(FieldType.LONGLONG);
        assertThat(aggregated(List.of(number), List.of(FIRST), List.of(number), List.of(new Output.First(0))))
                .isEmpty();
    }

    /** The expected values are MariaDB's own. */
    @Test
    void averagesAreCutAndRoundedAsMariaDbDoes() {
        assertThat(average(0, 4, "2|3")).isEqualTo("0.6667");
        assertThat(average(5, 9, "0.00002|3")).isEqualTo("0.000006666");
        assertThat(average(7, 11, "0.0000002|3")).isEqualTo("0.00000006667");
        assertThat(average(2, 6, "-2.00|3")).isEqualTo("-0.666667");
        assertThat(average(2, 6, "NULL|0")).isEqualTo("NULL");
    }

    private static String average(int sumScale, int scale, String row) {
        return aggregated(
                        List.of(decimal(sumScale), column(FieldType.LONGLONG)),
                        List.of(),
                        List.of(decimal(scale)),
                        List.of(new Output.Avg(0, 1)),
                        row)
                .getFirst();
    }

    @Test
    void concatenationsEndAtTheirLimitBetweenCharacters() {
        List<ColumnDefinition> text = List.of(column(FieldType.VAR_STRING));
        List<Output> concat = List.of(new Output.GroupConcat(0, "-"));
        assertThat(aggregated(text, List.of(), text, concat, "a", "NULL", "b")).containsExactly("a-b");
        assertThat(aggregated(text, List.of(), text, concat, "123456789012345678é", "x"))
                .containsExactly("123456789012345678é");
        assertThat(aggregated(text, List.of(), text, concat, "1234567890123456789é"))
                .containsExactly("1234567890123456789");
    }

    @Test
    void bitsHave64OfThem() {
        List<ColumnDefinition> bits = List.of(unsigned());
        assertThat(aggregated(bits, List.of(), bits, List.of(new Output.BitAnd(0)), "18446744073709551615", "12"))
                .containsExactly("12");
        assertThat(aggregated(bits, List.of(), bits, List.of(new Output.BitOr(0)), "9223372036854775808", "1"))
                .containsExactly("9223372036854775809");
        assertThat(aggregated(bits, List.of(), bits, List.of(new Output.BitXor(0)), "7", "2"))
                .containsExactly("5");
    }

    @Test
    void doublesAreWrittenAsMariaDbDoes() {
        assertThat(DoubleText.of(1e15, 31)).isEqualTo("1e15");
        assertThat(DoubleText.of(1e14, 31)).isEqualTo("100000000000000");
        assertThat(DoubleText.of(1e14 / 3, 31)).isEqualTo("33333333333333.332");
        assertThat(DoubleText.of(0.1 + 0.2, 31)).isEqualTo("0.30000000000000004");
        assertThat(DoubleText.of(1e-15, 31)).isEqualTo("0.000000000000001");
        assertThat(DoubleText.of(1e-16, 31)).isEqualTo("1e-16");
        assertThat(DoubleText.of(1.2345678901234568e17, 31)).isEqualTo("1.2345678901234568e17");
        assertThat(DoubleText.of(-0.0, 31)).isEqualTo("-0");
        assertThat(DoubleText.of(2.675, 2)).isEqualTo("2.67");
    }
}
