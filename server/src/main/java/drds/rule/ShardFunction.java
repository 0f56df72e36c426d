package drds.rule;

import java.math.BigInteger;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** One function of DBPARTITION BY or TBPARTITION BY with its parameters: from key values to a number. */
public sealed interface ShardFunction {
    List<KeyColumn> columns();

    /** The number as an unsigned 64-bit one; values in the order of {@link #columns}. */
    long number(List<KeyValue> values);

    /**
     * How the two levels share one number: as HASH (neighbouring numbers fill one shard's tables before the next shard's) or
     * as UNI_HASH (the shard depends on the number of shards only).
     */
    boolean shardFirst();

    /** As it stands in a clause, with the columns' names as {@code name} writes them. */
    String text(Function<KeyColumn, String> name);

    /** HASH(c). */
    record Hash(KeyColumn column) implements ShardFunction {
        @Override
        public List<KeyColumn> columns() {
            return List.of(column);
        }

        @Override
        public long number(List<KeyValue> values) {
            return StableHash.of(values.getFirst());
        }

        @Override
        public boolean shardFirst() {
            return false;
        }

        @Override
        public String text(Function<KeyColumn, String> name) {
            return "HASH(" + name.apply(column) + ")";
        }
    }

    /** UNI_HASH(c). */
    record UniHash(KeyColumn column) implements ShardFunction {
        @Override
        public List<KeyColumn> columns() {
            return List.of(column);
        }

        @Override
        public long number(List<KeyValue> values) {
            return StableHash.of(values.getFirst());
        }

        @Override
        public boolean shardFirst() {
            return true;
        }

        @Override
        public String text(Function<KeyColumn, String> name) {
            return "UNI_HASH(" + name.apply(column) + ")";
        }
    }

    /** RIGHT_SHIFT(c, n): the number without its last n bits; of a negative one, its absolute value's. */
    record RightShift(KeyColumn column, int bits) implements ShardFunction {
        @Override
        public List<KeyColumn> columns() {
            return List.of(column);
        }

        @Override
        public long number(List<KeyValue> values) {
            return bits >= 64 ? 0 : StableHash.of(values.getFirst()) >>> bits;
        }

        @Override
        public boolean shardFirst() {
            return true;
        }

        @Override
        public String text(Function<KeyColumn, String> name) {
            return "RIGHT_SHIFT(" + name.apply(column) + ", " + bits + ")";
        }
    }

    /** RANGE_HASH(c1, c2, n): the last n characters (digits) of either column. */
    record RangeHash(KeyColumn first, KeyColumn second, int count) implements ShardFunction {
        @Override
        public List<KeyColumn> columns() {
            return List.of(first, second);
        }

        @Override
        public long number(List<KeyValue> values) {
            KeyValue one = values.getFirst();
            KeyValue other = values.getLast();
            if (one instanceof KeyValue.Null) {
                return tail(other, second);
            }
            long number = tail(one, first);
            if (!(other instanceof KeyValue.Null) && tail(other, second) != number) {
                throw RuleErrors.disagree(this);
            }
            return number;
        }

        /** The number that one of the columns alone gives. */
        long tail(KeyValue value, KeyColumn column) {
            return switch (value) {
                case KeyValue.Int(var number) ->
                    number.abs().mod(BigInteger.TEN.pow(count)).longValue();
                case KeyValue.Text(var text, var weight) -> {
                    int[] units = WeightForm.of(column.type()).units(weight.array());
                    yield WeightForm.hash(units, Math.max(0, units.length - count), units.length);
                }
                case KeyValue.Null _, KeyValue.Time _, KeyValue.Other _ -> StableHash.of(value);
            };
        }

        @Override
        public boolean shardFirst() {
            return false;
        }

        @Override
        public String text(Function<KeyColumn, String> name) {
            return "RANGE_HASH(" + name.apply(first) + ", " + name.apply(second) + ", " + count + ")";
        }
    }

    /**
     * STR_HASH(c, start, end, type, seed): of the characters from start (from 0) up to, not including, end; (-1, k) the last
     * k, (k, -1) the first k, (-1, -1) all. Type 0: a polynomial of the characters with the seed as factor; type 1: the
     * number that the characters spell, where they are digits. Characters are the collation's weights, so strings that
     * MySQL takes as equal lie together.
     */
    record StrHash(KeyColumn column, int start, int end, int type, int seed) implements ShardFunction {
        @Override
        public List<KeyColumn> columns() {
            return List.of(column);
        }

        @Override
        public long number(List<KeyValue> values) {
            if (!(values.getFirst() instanceof KeyValue.Text(var text, var weight))) {
                return StableHash.of(values.getFirst());
            }
            int[] units = WeightForm.of(column.type()).units(weight.array());
            int length = units.length;
            int from = start >= 0 && end >= 0
                    ? Math.min(start, length)
                    : start < 0 && end >= 0 ? Math.max(0, length - end) : 0;
            int to = start >= 0 && end < 0 ? Math.min(start, length) : start >= 0 ? Math.min(end, length) : length;
            int[] part = Arrays.copyOfRange(units, from, Math.max(from, to));
            if (type == 1 && part.length > 0 && Arrays.stream(part).allMatch(unit -> unit >= '0' && unit <= '9')) {
                BigInteger number = BigInteger.ZERO;
                for (int unit : part) {
                    number = number.multiply(BigInteger.TEN).add(BigInteger.valueOf(unit - '0'));
                }
                return number.longValue() & Long.MAX_VALUE;
            }
            long hash = 0;
            for (int unit : part) {
                hash = hash * seed + unit;
            }
            return hash & Long.MAX_VALUE;
        }

        @Override
        public boolean shardFirst() {
            return false;
        }

        @Override
        public String text(Function<KeyColumn, String> name) {
            return "STR_HASH(" + name.apply(column) + ", " + start + ", " + end + ", " + type + ", " + seed + ")";
        }
    }

    /** MM(c) to YYYYDD(c), and their _OPT forms, which send neighbouring numbers to different shards. */
    record OfDate(DateUnit unit, boolean spread, KeyColumn column) implements ShardFunction {
        @Override
        public List<KeyColumn> columns() {
            return List.of(column);
        }

        @Override
        public long number(List<KeyValue> values) {
            LocalDate day = KeyDates.day(values.getFirst());
            return day == null ? 0 : unit.number(day);
        }

        @Override
        public boolean shardFirst() {
            return spread;
        }

        @Override
        public String text(Function<KeyColumn, String> name) {
            return unit + (spread ? "_OPT" : "") + "(" + name.apply(column) + ")";
        }
    }
}
