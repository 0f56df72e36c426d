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
        return keyColumns().stream()
                .map(c -> c.name().toLowerCase(java.util.Locale.ROOT))
                .toList();
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
        Set<Long> numbers = numbers(shardFunction, constraints);
        BitSet result = new BitSet(partitions());
        if (tableFunction == null || isJoint()) {
            if (numbers == null) {
                result.set(0, partitions());
            } else {
                numbers.forEach(n -> result.set(tableFunction == null ? modulo(n, shards) : joint(n)));
            }
            return result;
        }
        BitSet inShards = remainders(numbers, shards);
        BitSet inTables = remainders(numbers(tableFunction, constraints), tables);
        inShards.stream().forEach(s -> inTables.stream().forEach(t -> result.set(s * tables + t)));
        return result;
    }

    private static BitSet remainders(@Nullable Set<Long> numbers, int divisor) {
        BitSet result = new BitSet(divisor);
        if (numbers == null) {
            result.set(0, divisor);
        } else {
            numbers.forEach(n -> result.set(modulo(n, divisor)));
        }
        return result;
    }

    /** All numbers that the function can give under the constraints; null if they can't be told. */
    private static @Nullable Set<Long> numbers(ShardFunction function, Map<String, KeyConstraint> constraints) {
        if (function instanceof ShardFunction.RangeHash range) {
            Set<Long> first = tails(range, range.first(), constraints);
            Set<Long> second = tails(range, range.second(), constraints);
            if (first != null && second != null) {
                first.retainAll(second);
            }
            return first != null ? first : second;
        }
        return switch (constraints.get(lower(function.columns().getFirst()))) {
            case null -> null;
            case KeyConstraint.OneOf(var values) -> {
                Set<Long> numbers = new LinkedHashSet<>();
                values.forEach(value -> numbers.add(function.number(List.of(value))));
                yield numbers;
            }
            case KeyConstraint.Between(var low, var high) -> between(function, low, high);
        };
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

    private static @Nullable Set<Long> between(
            ShardFunction function, @Nullable KeyValue low, @Nullable KeyValue high) {
        if (low instanceof KeyValue.Int(var from) && high instanceof KeyValue.Int(var to)) {
            return integers(function, from, to);
        }
        if (function instanceof ShardFunction.OfDate date
                && low instanceof KeyValue.Time(var from)
                && high instanceof KeyValue.Time(var to)) {
            return days(date, from.toLocalDate(), to.toLocalDate());
        }
        return null;
    }

    private static @Nullable Set<Long> integers(ShardFunction function, BigInteger from, BigInteger to) {
        Set<Long> numbers = new LinkedHashSet<>();
        BigInteger step = BigInteger.ONE;
        if (function instanceof ShardFunction.RightShift(var column, var bits)) {
            step = BigInteger.ONE.shiftLeft(bits);
        }
        if (to.subtract(from).divide(step).compareTo(BigInteger.valueOf(NUMBERS_LIMIT)) > 0) {
            return null;
        }
        for (BigInteger value = from; value.compareTo(to) < 0; value = value.add(step)) {
            numbers.add(function.number(List.of(new KeyValue.Int(value))));
        }
        if (from.compareTo(to) <= 0) {
            numbers.add(function.number(List.of(new KeyValue.Int(to))));
        }
        if (from.signum() <= 0 && to.signum() >= 0) {
            numbers.add(0L);
        }
        return numbers;
    }

    private static @Nullable Set<Long> days(ShardFunction.OfDate function, LocalDate from, LocalDate to) {
        Set<Long> numbers = new LinkedHashSet<>();
        if (from.isAfter(to)) {
            return numbers;
        }
        if (function.unit().steps(from, to) > NUMBERS_LIMIT) {
            return null;
        }
        for (LocalDate day = from; !day.isAfter(to); day = function.unit().next(day)) {
            numbers.add(function.unit().number(day));
        }
        return numbers;
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
