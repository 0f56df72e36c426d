package drds.session;

import drds.catalog.Table;
import drds.error.SqlError;
import drds.executor.InsertedText;
import drds.executor.PlacedInsert;
import drds.executor.Sequencer;
import drds.mysql.StatementCharset;
import drds.parser.RowTexts;
import drds.rule.KeyConversion;
import drds.rule.KeyLiteral;
import drds.rule.KeyType;
import drds.rule.KeyValue;
import drds.rule.Rule;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is done with INSERTs that have one head, whatever their rows are. */
sealed interface InsertShape {
    /** Each statement has to be planned. */
    record Unknown() implements InsertShape {}

    /** A shape whose rows are put where they belong without a tree. */
    sealed interface Placing extends InsertShape {
        /** The tables that the statement names. */
        Collection<HeldTables.Name> tables();

        /** How many values a row must have. */
        int columns();

        /** Whether what is put before the rows is ASCII, so that it is the same in all character sets. */
        boolean isAscii();

        /** For the rows of one statement; it has an eye on the values that this shape has to look at. */
        RowTexts newRows();

        /**
         * Puts the rows where they belong; null if the planner or an instance has to be asked.
         *
         * @param zeroIsAValue whether 0 in an AUTO_INCREMENT column is no request for a number
         * @param batchBytes how long the statements are at most, but for a row that is longer
         */
        @Nullable
        PlacedInsert place(RowTexts rows, Session session, boolean zeroIsAValue, Sequencer sequencer, int batchBytes);
    }

    /**
     * A table of the home schema: the statement goes there as it is.
     *
     * @param head the text up to the rows
     * @param numbered which column is AUTO_INCREMENT; -1 if none is given
     */
    record Home(Collection<HeldTables.Name> tables, String group, byte[] head, int columns, int numbered)
            implements Placing {
        @Override
        public boolean isAscii() {
            return StatementCharset.isAscii(head);
        }

        @Override
        public RowTexts newRows() {
            return numbered < 0 ? new RowTexts() : new RowTexts(numbered);
        }

        @Override
        public @Nullable PlacedInsert place(
                RowTexts rows, Session session, boolean zeroIsAValue, Sequencer sequencer, int batchBytes) {
            PlacedInsert.Ids ids = ids(rows);
            if (ids == null) {
                return null;
            }
            int from = rows.start(0);
            int length = rows.end(rows.count() - 1) - from;
            byte[] sql = Arrays.copyOf(head, head.length + length);
            System.arraycopy(rows.text(), from, sql, head.length, length);
            return new PlacedInsert(List.of(new PlacedInsert.Statement(group, sql)), rows.count(), ids, 0, 0, false);
        }

        /** Whether all numbers are generated or none; null if some are, or it isn't certain. */
        private PlacedInsert.@Nullable Ids ids(RowTexts rows) {
            if (numbered < 0) {
                return PlacedInsert.Ids.OF_INSTANCE;
            }
            PlacedInsert.Ids all = null;
            for (int row = 0; row < rows.count(); row++) {
                PlacedInsert.Ids one = switch (rows.kind(row, 0)) {
                    case NULL, DEFAULT -> PlacedInsert.Ids.OF_INSTANCE;
                    case INTEGER -> isZero(rows, row) ? null : PlacedInsert.Ids.OWN;
                    default -> null;
                };
                if (one == null || all != null && all != one) {
                    return null;
                }
                all = one;
            }
            return all;
        }

        private static boolean isZero(RowTexts rows, int row) {
            for (int i = rows.valueStart(row, 0); i < rows.valueEnd(row, 0); i++) {
                if (rows.text()[i] >= '1') {
                    return false;
                }
            }
            return true;
        }
    }

    /** A sharded table: each row goes to its partition. */
    final class Sharded implements Placing {
        private static final int LONG_DIGITS = 18;

        private final Collection<HeldTables.Name> tables;
        private final String database;
        private final Table table;
        private final Rule rule;
        private final List<byte[]> heads;
        private final boolean ascii;
        private final int columns;
        private final boolean appended;
        private final boolean asksTime;
        private final int[] wanted;
        private final int[] keys;
        private final KeyType[] types;
        private final boolean[] nullable;
        private final int number;
        private final @Nullable KeyType numberType;

        /**
         * @param heads by partition, each with the names of the columns and VALUES
         * @param columns how many values a row of the client's has
         * @param keys which columns the rule's columns are; the AUTO_INCREMENT column that is appended counts as the last
         * @param number which column is AUTO_INCREMENT, -1 for none
         * @param asksTime whether a column's default is the time
         */
        Sharded(
                Collection<HeldTables.Name> tables,
                String database,
                Table table,
                Rule rule,
                List<byte[]> heads,
                int columns,
                List<Integer> keys,
                int number,
                boolean asksTime) {
            this.tables = tables;
            this.database = database;
            this.table = table;
            this.rule = rule;
            this.heads = heads;
            this.ascii = heads.stream().allMatch(StatementCharset::isAscii);
            this.columns = columns;
            this.appended = number == columns;
            this.asksTime = asksTime;
            this.wanted = java.util.stream.IntStream.concat(
                            keys.stream().mapToInt(Integer::intValue), java.util.stream.IntStream.of(number))
                    .filter(column -> column >= 0 && column < columns)
                    .distinct()
                    .sorted()
                    .toArray();
            this.keys = keys.stream().mapToInt(this::index).toArray();
            this.types = new KeyType[keys.size()];
            this.nullable = new boolean[keys.size()];
            for (int i = 0; i < types.length; i++) {
                Table.Column column = column(rule.columns().get(i));
                types[i] = column.key().type();
                nullable[i] = column.nullable();
            }
            this.number = number < 0 || appended ? -1 : index(number);
            Table.Column numbered = table.autoIncrementColumn();
            this.numberType = numbered == null ? null : numbered.key().type();
        }

        private Table.Column column(String name) {
            Table.Column column = table.column(name);
            if (column == null) {
                throw new IllegalArgumentException(name + " is no column of " + table.name());
            }
            return column;
        }

        /** Where a column is among the wanted ones; -1 for the number that is appended. */
        private int index(int column) {
            return Arrays.binarySearch(wanted, column) < 0 ? -1 : Arrays.binarySearch(wanted, column);
        }

        @Override
        public Collection<HeldTables.Name> tables() {
            return tables;
        }

        @Override
        public int columns() {
            return columns;
        }

        @Override
        public boolean isAscii() {
            return ascii;
        }

        @Override
        public RowTexts newRows() {
            return new RowTexts(wanted);
        }

        @Override
        public @Nullable PlacedInsert place(
                RowTexts rows, Session session, boolean zeroIsAValue, Sequencer sequencer, int batchBytes) {
            KeyConversion conversion = session.keyConversion();
            long[] numbers = new long[rows.count()];
            long[] wants = {0, 0};
            if (numberType != null
                    && !LongWork.run(rows.text().length, () -> readNumbers(rows, numbers, wants, zeroIsAValue))) {
                return null;
            }
            int[] partitions = new int[rows.count()];
            boolean known = LongWork.run(
                    rows.text().length,
                    () -> keyHasNumber()
                            ? othersAreKnown(rows, conversion)
                            : find(rows, numbers, conversion, partitions));
            if (!known) {
                return null;
            }
            // Not before: whoever places these rows instead takes numbers of their own.
            long first = takeNumbers(wants, numbers, sequencer);
            return LongWork.run(
                    rows.text().length,
                    () -> keyHasNumber() && !find(rows, numbers, conversion, partitions)
                            ? null
                            : written(rows, numbers, partitions, first, batchBytes));
        }

        private static final int NOWHERE = -2;

        private boolean keyHasNumber() {
            return numberType != null && Arrays.stream(keys).anyMatch(key -> key == number);
        }

        /** Whether the values of all key columns but the AUTO_INCREMENT column are certain. */
        private boolean othersAreKnown(RowTexts rows, KeyConversion conversion) {
            for (int row = 0; row < rows.count(); row++) {
                for (int i = 0; i < keys.length; i++) {
                    if (keys[i] != number && keyValue(rows, row, keys[i], types[i], nullable[i], conversion) == null) {
                        return false;
                    }
                }
            }
            return true;
        }

        /** @return false if a row has no certain place */
        private boolean find(RowTexts rows, long[] numbers, KeyConversion conversion, int[] partitions) {
            for (int row = 0; row < partitions.length; row++) {
                partitions[row] = partition(rows, row, numbers[row], conversion);
                if (partitions[row] == NOWHERE) {
                    return false;
                }
            }
            return true;
        }

        /**
         * Notes the numbers that rows give themselves, 0 for those that want one.
         *
         * @param wants how many want one, and the greatest given
         * @return false if a value isn't plain
         */
        private boolean readNumbers(RowTexts rows, long[] numbers, long[] wants, boolean zeroIsAValue) {
            if (appended) {
                wants[0] = numbers.length;
                return true;
            }
            for (int row = 0; row < numbers.length; row++) {
                switch (rows.kind(row, number)) {
                    case NULL, DEFAULT -> wants[0]++;
                    case INTEGER -> {
                        long given = integer(rows, row, number);
                        if (given == NO_LONG || !fits(given) || given == 0 && zeroIsAValue) {
                            return false;
                        }
                        numbers[row] = given;
                        wants[0] += given == 0 ? 1 : 0;
                        wants[1] = Math.max(wants[1], given);
                    }
                    default -> {
                        return false;
                    }
                }
            }
            return true;
        }

        private boolean fits(long given) {
            KeyType type = numberType;
            return type != null
                    && type.kind() instanceof KeyType.Kind.Integer(BigInteger min, BigInteger max)
                    && BigInteger.valueOf(given).compareTo(min) >= 0
                    && BigInteger.valueOf(given).compareTo(max) <= 0;
        }

        /** @return the first number that was taken, 0 for none */
        private long takeNumbers(long[] wants, long[] numbers, Sequencer sequencer) {
            if (wants[1] > 0) {
                sequencer.raise(database, table, BigInteger.valueOf(wants[1]));
            }
            if (wants[0] == 0) {
                return 0;
            }
            long[] taken = sequencer.take(database, table, (int) wants[0]);
            int next = 0;
            for (int row = 0; row < numbers.length; row++) {
                if (numbers[row] == 0) {
                    // Marked, since a given number stays as it is written.
                    numbers[row] = taken[next++];
                }
            }
            return taken[0];
        }

        // ---- where a row goes ----

        private int partition(RowTexts rows, int row, long numberOfRow, KeyConversion conversion) {
            List<KeyValue> key = new ArrayList<>(keys.length);
            for (int i = 0; i < keys.length; i++) {
                KeyValue value = keys[i] == number
                        ? KeyValue.Int.of(numberOfRow)
                        : keyValue(rows, row, keys[i], types[i], nullable[i], conversion);
                if (value == null) {
                    return NOWHERE;
                }
                key.add(value);
            }
            try {
                return rule.partition(key);
            } catch (SqlError nowhere) {
                return NOWHERE;
            }
        }

        private static @Nullable KeyValue keyValue(
                RowTexts rows, int row, int index, KeyType type, boolean mayBeNull, KeyConversion conversion) {
            Optional<KeyLiteral> literal = switch (rows.kind(row, index)) {
                case INTEGER -> {
                    long value = integer(rows, row, index);
                    yield value == NO_LONG
                            ? Optional.empty()
                            : Optional.of(new KeyLiteral.Int(BigInteger.valueOf(value)));
                }
                case STRING ->
                    Optional.of(new KeyLiteral.Text(StatementCharset.UTF8.decode(Arrays.copyOfRange(
                            rows.text(), rows.valueStart(row, index) + 1, rows.valueEnd(row, index) - 1))));
                case NULL -> mayBeNull ? Optional.of(new KeyLiteral.Null()) : Optional.empty();
                default -> Optional.empty();
            };
            return literal.flatMap(known -> conversion.stored(known, type)).orElse(null);
        }

        private static final long NO_LONG = Long.MIN_VALUE;

        private static long integer(RowTexts rows, int row, int index) {
            byte[] text = rows.text();
            int from = rows.valueStart(row, index);
            int to = rows.valueEnd(row, index);
            boolean negative = text[from] == '-';
            if (negative || text[from] == '+') {
                from++;
            }
            if (to - from > LONG_DIGITS) {
                return NO_LONG;
            }
            long value = 0;
            for (int i = from; i < to; i++) {
                value = value * 10 + text[i] - '0';
            }
            return negative ? -value : value;
        }

        // ---- what is written ----

        private PlacedInsert written(RowTexts rows, long[] numbers, int[] partitions, long first, int batchBytes) {
            InsertedText[] texts = new InsertedText[heads.size()];
            for (int row = 0; row < partitions.length; row++) {
                int partition = partitions[row];
                InsertedText text = texts[partition];
                if (text == null) {
                    text = new InsertedText(
                            table.partitions().get(partition).group(),
                            heads.get(partition),
                            partitions.length == 1 ? rows.end(row) - rows.start(row) + LONG_DIGITS : 0,
                            batchBytes);
                    texts[partition] = text;
                }
                write(rows, row, numbers[row], text);
            }
            List<PlacedInsert.Statement> all = new ArrayList<>();
            for (InsertedText text : texts) {
                if (text != null) {
                    all.addAll(text.statements());
                }
            }
            return new PlacedInsert(
                    all,
                    rows.count(),
                    PlacedInsert.Ids.OWN,
                    first,
                    first == 0 && number >= 0 ? numbers[numbers.length - 1] : 0,
                    all.size() > 1 && (asksTime || rows.asksTime()));
        }

        private void write(RowTexts rows, int row, long numberOfRow, InsertedText text) {
            text.beginRow(row + 1);
            if (appended) {
                text.append(rows.text(), rows.start(row), rows.end(row) - 1);
                text.append(("," + numberOfRow + ")").getBytes(StandardCharsets.US_ASCII));
            } else if (number >= 0 && generated(rows, row)) {
                text.append(rows.text(), rows.start(row), rows.valueStart(row, number));
                text.append(Long.toString(numberOfRow).getBytes(StandardCharsets.US_ASCII));
                text.append(rows.text(), rows.valueEnd(row, number), rows.end(row));
            } else {
                text.append(rows.text(), rows.start(row), rows.end(row));
            }
        }

        private boolean generated(RowTexts rows, int row) {
            return rows.kind(row, number) != RowTexts.Kind.INTEGER || integer(rows, row, number) == 0;
        }
    }
}
