package drds.rule;

import java.math.BigInteger;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.function.LongToIntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * DBPARTITION BY and TBPARTITION BY. One function on both levels gives one number n for both: shard and table are
 * {@code n % (D*T)} cut into two, or, for functions like UNI_HASH, {@code n % D} and {@code (n div D) % T}. Two functions
 * give {@code n % D} and {@code m % T}.
 *
 * @param tableFunction null where there is one table a shard
 * @param shards D
 * @param shardsGiven whether the clause says DBPARTITIONS
 * @param tables T
 */
public record LevelRule(
        ShardFunction shardFunction, @Nullable ShardFunction tableFunction, int shards, boolean shardsGiven, int tables)
        implements Rule {

    /** More numbers than this aren't enumerated to prune. */
    private static final int NUMBERS_LIMIT = 4096;

    @Override
    public List<String> columns() {
        // For each statement that asks several partitions, so without the map.
        List<String> names = new ArrayList<>(2);
        addNames(shardFunction, names);
        if (tableFunction != null) {
            addNames(tableFunction, names);
        }
        return names;
    }

    private static void addNames(ShardFunction function, List<String> names) {
        for (KeyColumn column : function.columns()) {
            String name = lower(column);
            if (!names.contains(name)) {
                names.add(name);
            }
        }
    }

    /** The columns with their types, in the order of {@link #columns}. */
    public List<KeyColumn> keyColumns() {
        LinkedHashMap<String, KeyColumn> all = new LinkedHashMap<>();
        shardFunction.columns().forEach(c -> all.putIfAbsent(lower(c), c));
        if (tableFunction != null) {
            tableFunction.columns().forEach(c -> all.putIfAbsent(lower(c), c));
        }
        return List.copyOf(all.values());
    }

    @Override
    public int partitions() {
        return shards * tables;
    }

    @Override
    public int partition(List<KeyValue> key) {
        long number =
                shardFunction.number(key.subList(0, shardFunction.columns().size()));
        if (tableFunction == null) {
            return modulo(number, shards);
        }
        if (isJoint()) {
            return joint(number);
        }
        List<String> names = columns();
        List<KeyValue> values = new ArrayList<>();
        for (KeyColumn column : tableFunction.columns()) {
            values.add(key.get(names.indexOf(lower(column))));
        }
        return modulo(number, shards) * tables + modulo(tableFunction.number(values), tables);
    }

    /** One number for both levels. */
    private boolean isJoint() {
        return tableFunction != null && tableFunction.equals(shardFunction);
    }

    private int joint(long number) {
        return shardFunction.shardFirst()
                ? modulo(number, shards) * tables + modulo(Long.divideUnsigned(number, shards), tables)
                : modulo(number, shards * tables);
    }

    private static int modulo(long number, int divisor) {
        return number >= 0 ? (int) (number % divisor) : (int) Long.remainderUnsigned(number, divisor);
    }

    @Override
    public BitSet prune(Map<String, KeyConstraint> constraints) {
        if (tableFunction == null) {
            return places(shardFunction, constraints, shards, n -> modulo(n, shards));
        }
        if (isJoint()) {
            return places(shardFunction, constraints, partitions(), this::joint);
        }
        BitSet inShards = places(shardFunction, constraints, shards, n -> modulo(n, shards));
        BitSet inTables = places(tableFunction, constraints, tables, n -> modulo(n, tables));
        BitSet result = new BitSet(partitions());
        inShards.stream().forEach(s -> inTables.stream().forEach(t -> result.set(s * tables + t)));
        return result;
    }

    /**
     * Where the numbers go that the function can give under the constraints.
     *
     * @param count how many places there are
     */
    private static BitSet places(
            ShardFunction function, Map<String, KeyConstraint> constraints, int count, LongToIntFunction place) {
        BitSet result = new BitSet(count);
        int[] found = new int[1];
        boolean told = numbers(function, constraints, number -> {
            int at = place.applyAsInt(number);
            found[0] += result.get(at) ? 0 : 1;
            result.set(at);
            return found[0] < count;
        });
        if (!told) {
            result.set(0, count);
        }
        return result;
    }

    /**
     * All numbers that the function can give under the constraints.
     *
     * @param sink takes each, perhaps more than once, until it says false: it need not know more
     * @return false if they can't be told
     */
    private static boolean numbers(ShardFunction function, Map<String, KeyConstraint> constraints, LongPredicate sink) {
        if (function instanceof ShardFunction.RangeHash range) {
            Set<Long> first = tails(range, range.first(), constraints);
            Set<Long> second = tails(range, range.second(), constraints);
            if (first != null && second != null) {
                first.retainAll(second);
            }
            Set<Long> both = first != null ? first : second;
            return both != null && all(both.stream(), sink);
        }
        return switch (constraints.get(lower(function.columns().getFirst()))) {
            case null -> false;
            case KeyConstraint.OneOf(var values) ->
                all(values.stream().map(value -> function.number(List.of(value))), sink);
            case KeyConstraint.Between(var low, var high) -> between(function, low, high, sink);
        };
    }

    private static boolean all(Stream<Long> numbers, LongPredicate sink) {
        boolean _ = numbers.allMatch(sink::test);
        return true;
    }

    /** What one of RANGE_HASH's columns says; a column that may be NULL says nothing of the other. */
    private static @Nullable Set<Long> tails(
            ShardFunction.RangeHash function, KeyColumn column, Map<String, KeyConstraint> constraints) {
        if (!(constraints.get(lower(column)) instanceof KeyConstraint.OneOf(var values))
                || values.stream().anyMatch(KeyValue.Null.class::isInstance)) {
            return null;
        }
        Set<Long> numbers = new LinkedHashSet<>();
        values.forEach(value -> numbers.add(function.tail(value, column)));
        return numbers;
    }

    private static boolean between(
            ShardFunction function, @Nullable KeyValue low, @Nullable KeyValue high, LongPredicate sink) {
        if (low instanceof KeyValue.Int(var from) && high instanceof KeyValue.Int(var to)) {
            return integers(function, from, to, sink);
        }
        if (function instanceof ShardFunction.OfDate date
                && low instanceof KeyValue.Time(var from)
                && high instanceof KeyValue.Time(var to)) {
            return days(date, from.toLocalDate(), to.toLocalDate(), sink);
        }
        return false;
    }

    private static boolean integers(ShardFunction function, BigInteger from, BigInteger to, LongPredicate sink) {
        BigInteger step = BigInteger.ONE;
        if (function instanceof ShardFunction.RightShift(var column, var bits)) {
            step = BigInteger.ONE.shiftLeft(bits);
        }
        if (to.subtract(from).divide(step).compareTo(BigInteger.valueOf(NUMBERS_LIMIT)) > 0) {
            return false;
        }
        if (from.signum() <= 0 && to.signum() >= 0 && !sink.test(0)) {
            return true;
        }
        for (BigInteger value = from; value.compareTo(to) < 0; value = value.add(step)) {
            if (!sink.test(function.number(List.of(new KeyValue.Int(value))))) {
                return true;
            }
        }
        if (from.compareTo(to) <= 0) {
            boolean _ = sink.test(function.number(List.of(new KeyValue.Int(to))));
        }
        return true;
    }

    private static boolean days(ShardFunction.OfDate function, LocalDate from, LocalDate to, LongPredicate sink) {
        if (from.isAfter(to)) {
            return true;
        }
        if (function.unit().steps(from, to) > NUMBERS_LIMIT) {
            return false;
        }
        boolean more = true;
        for (LocalDate day = from;
                more && !day.isAfter(to);
                day = function.unit().next(day)) {
            more = sink.test(function.unit().number(day));
        }
        return true;
    }

    @Override
    public boolean sameDistribution(Rule that) {
        return that instanceof LevelRule other
                && shards == other.shards
                && tables == other.tables
                && signature().equals(other.signature())
                && sameTypes(keyColumns(), other.keyColumns());
    }

    static boolean sameTypes(List<KeyColumn> ours, List<KeyColumn> theirs) {
        if (ours.size() != theirs.size()) {
            return false;
        }
        for (int i = 0; i < ours.size(); i++) {
            if (!ours.get(i).type().comparesLike(theirs.get(i).type())) {
                return false;
            }
        }
        return true;
    }

    /** The functions with their columns' positions for names. */
    private String signature() {
        List<String> names = columns();
        String shard = shardFunction.text(c -> "#" + names.indexOf(lower(c)));
        return tableFunction == null ? shard : shard + " " + tableFunction.text(c -> "#" + names.indexOf(lower(c)));
    }

    @Override
    public String clause() {
        StringBuilder clause = new StringBuilder("DBPARTITION BY ").append(shardFunction.text(KeyColumn::quoted));
        if (shardsGiven) {
            clause.append(" DBPARTITIONS ").append(shards);
        }
        if (tableFunction != null) {
            clause.append(" TBPARTITION BY ")
                    .append(tableFunction.text(KeyColumn::quoted))
                    .append(" TBPARTITIONS ")
                    .append(tables);
        }
        return clause.toString();
    }

    private static String lower(KeyColumn column) {
        return column.name().toLowerCase(java.util.Locale.ROOT);
    }
}
