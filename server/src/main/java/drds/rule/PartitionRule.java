package drds.rule;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** MySQL's PARTITION BY read as a sharding rule: one partition of the rule for each of the clause's. */
public record PartitionRule(List<PartitionExpression> expressions, Method method) implements Rule {
    private static final int COMBINATIONS_LIMIT = 10_000;

    /** How values become partitions. */
    public sealed interface Method {
        /** HASH(expr): |value| modulo the count. */
        record Hash(boolean linear, int count) implements Method {}

        /** KEY(columns): DRDS's stable hash of them. */
        record Key(boolean linear, int count) implements Method {}

        /** @param columns whether the clause says COLUMNS */
        record Range(boolean columns, List<Part> parts) implements Method {}

        /** The same for lists; a part with no rows is DEFAULT. */
        record ListOf(boolean columns, List<Part> parts) implements Method {}
    }

    /** One named partition: RANGE has one row of bounds, LIST any number of rows. */
    public record Part(String name, List<List<Bound>> rows) {}

    /**
     * @param text as in the clause
     * @param value null for MAXVALUE
     */
    public record Bound(String text, @Nullable KeyValue value) {}

    @Override
    public List<String> columns() {
        return expressions.stream()
                .map(e -> e.column().name().toLowerCase(Locale.ROOT))
                .toList();
    }

    @Override
    public int partitions() {
        return switch (method) {
            case Method.Hash(var linear, var count) -> count;
            case Method.Key(var linear, var count) -> count;
            case Method.Range(var columns, var parts) -> parts.size();
            case Method.ListOf(var columns, var parts) -> parts.size();
        };
    }

    @Override
    public int partition(List<KeyValue> key) {
        int partition = find(key);
        if (partition < 0) {
            KeyValue first = expressions.getFirst().value(key.getFirst());
            throw RuleErrors.noPartition(
                    expressions.size() > 1
                            ? "from column_list"
                            : switch (first) {
                                case KeyValue.Null() -> "NULL";
                                case KeyValue.Int(var number) -> number.toString();
                                default -> "from column_list";
                            });
        }
        return partition;
    }

    /** -1 if no partition takes the row. */
    private int find(List<KeyValue> key) {
        List<KeyValue> values = new ArrayList<>();
        for (int i = 0; i < expressions.size(); i++) {
            values.add(expressions.get(i).value(key.get(i)));
        }
        return switch (method) {
            case Method.Hash(var linear, var count) -> slot(StableHash.of(values.getFirst()), linear, count);
            case Method.Key(var linear, var count) -> {
                long hash = 0;
                for (KeyValue value : values) {
                    hash = StableHash.combine(hash, StableHash.of(value));
                }
                yield slot(hash, linear, count);
            }
            case Method.Range(var columns, var parts) -> {
                int i = 0;
                while (i < parts.size() && !below(values, parts.get(i).rows().getFirst())) {
                    i++;
                }
                yield i < parts.size() ? i : -1;
            }
            case Method.ListOf(var columns, var parts) -> inList(values, parts);
        };
    }

    /** MySQL's powers-of-two algorithm for LINEAR, else the remainder. */
    private static int slot(long hash, boolean linear, int count) {
        if (!linear) {
            return (int) Long.remainderUnsigned(hash, count);
        }
        long mask = Long.highestOneBit(Math.max(1, count - 1)) * 2 - 1;
        if (count == 1) {
            return 0;
        }
        long slot = hash & mask;
        while (slot >= count) {
            mask >>= 1;
            slot &= mask;
        }
        return (int) slot;
    }

    private static boolean below(List<KeyValue> values, List<Bound> bounds) {
        for (int i = 0; i < values.size(); i++) {
            KeyValue bound = bounds.get(i).value();
            int order = bound == null ? -1 : KeyOrder.compare(values.get(i), bound);
            if (order != 0) {
                return order < 0;
            }
        }
        return false;
    }

    private static int inList(List<KeyValue> values, List<Part> parts) {
        int fallback = -1;
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i).rows().isEmpty()) {
                fallback = i;
            }
            for (List<Bound> row : parts.get(i).rows()) {
                boolean same = true;
                for (int j = 0; same && j < row.size(); j++) {
                    KeyValue listed = row.get(j).value();
                    same = listed != null && KeyOrder.compare(values.get(j), listed) == 0;
                }
                if (same) {
                    return i;
                }
            }
        }
        return fallback;
    }

    @Override
    public BitSet prune(Map<String, KeyConstraint> constraints) {
        BitSet exact = combinations(constraints);
        if (exact != null) {
            return exact;
        }
        BitSet result = new BitSet(partitions());
        result.set(0, partitions());
        if (method instanceof Method.Range(var columns, var parts)) {
            pruneRange(parts, constraints, result);
        }
        if (method instanceof Method.ListOf(var columns, var parts)) {
            for (int i = 0; i < parts.size(); i++) {
                List<List<Bound>> rows = parts.get(i).rows();
                boolean possible = rows.isEmpty() || rows.stream().anyMatch(row -> admits(row, constraints));
                result.set(i, possible);
            }
        }
        return result;
    }

    /** Where every column is one of few values: their partitions; a combination without one matches no row. */
    private @Nullable BitSet combinations(Map<String, KeyConstraint> constraints) {
        List<List<KeyValue>> keys = new ArrayList<>(List.of(List.of()));
        for (int i = 0; i < expressions.size(); i++) {
            List<KeyValue> values = fewValues(i, constraints);
            if (values == null || (long) keys.size() * values.size() > COMBINATIONS_LIMIT) {
                return null;
            }
            List<List<KeyValue>> longer = new ArrayList<>();
            for (List<KeyValue> key : keys) {
                for (KeyValue value : values) {
                    List<KeyValue> next = new ArrayList<>(key);
                    next.add(value);
                    longer.add(next);
                }
            }
            keys = longer;
        }
        BitSet result = new BitSet(partitions());
        for (List<KeyValue> key : keys) {
            int partition = find(key);
            if (partition >= 0) {
                result.set(partition);
            }
        }
        return result;
    }

    private @Nullable List<KeyValue> fewValues(int column, Map<String, KeyConstraint> constraints) {
        KeyConstraint constraint = constraints.get(columns().get(column));
        if (constraint instanceof KeyConstraint.OneOf(var values)) {
            return values;
        }
        boolean hashed = method instanceof Method.Hash || method instanceof Method.Key;
        if (hashed
                && constraint instanceof KeyConstraint.Between(var low, var high)
                && low instanceof KeyValue.Int(var from)
                && high instanceof KeyValue.Int(var to)
                && to.subtract(from).compareTo(BigInteger.valueOf(4L * partitions())) < 0) {
            List<KeyValue> values = new ArrayList<>();
            for (BigInteger value = from; value.compareTo(to) <= 0; value = value.add(BigInteger.ONE)) {
                values.add(new KeyValue.Int(value));
            }
            return values;
        }
        return null;
    }

    /** By the first column alone. */
    private void pruneRange(List<Part> parts, Map<String, KeyConstraint> constraints, BitSet result) {
        PartitionExpression first = expressions.getFirst();
        KeyConstraint constraint = constraints.get(columns().getFirst());
        if (constraint instanceof KeyConstraint.OneOf(var values)) {
            BitSet possible = new BitSet();
            values.forEach(value -> markRange(parts, first.value(value), first.value(value), possible));
            result.and(possible);
        } else if (constraint instanceof KeyConstraint.Between(var low, var high)
                && first.monotonic()
                && KeyOrder.isNatural(first.column().type())) {
            BitSet possible = new BitSet();
            markRange(parts, low == null ? null : first.value(low), high == null ? null : first.value(high), possible);
            result.and(possible);
        }
    }

    /** Marks every partition that can hold a row whose first value lies between the two; null is open. */
    private static void markRange(List<Part> parts, @Nullable KeyValue low, @Nullable KeyValue high, BitSet possible) {
        for (int i = 0; i < parts.size(); i++) {
            List<Bound> upper = parts.get(i).rows().getFirst();
            KeyValue end = upper.getFirst().value();
            int lowToEnd = low == null || end == null ? -1 : KeyOrder.compare(low, end);
            boolean reaches = lowToEnd < 0 || lowToEnd == 0 && upper.size() > 1;
            KeyValue begin = i == 0
                    ? null
                    : parts.get(i - 1).rows().getFirst().getFirst().value();
            boolean begins = high == null || begin == null || KeyOrder.compare(begin, high) <= 0;
            if (reaches && begins) {
                possible.set(i);
            }
        }
    }

    /** Whether a row of a list can meet all constraints. */
    private boolean admits(List<Bound> row, Map<String, KeyConstraint> constraints) {
        for (int i = 0; i < row.size(); i++) {
            PartitionExpression expression = expressions.get(i);
            KeyValue listed = row.get(i).value();
            KeyConstraint constraint = constraints.get(columns().get(i));
            if (listed == null || constraint == null) {
                continue;
            }
            boolean possible = switch (constraint) {
                case KeyConstraint.OneOf(var values) ->
                    values.stream().anyMatch(value -> KeyOrder.compare(expression.value(value), listed) == 0);
                case KeyConstraint.Between(var low, var high) ->
                    !expression.monotonic()
                            || !KeyOrder.isNatural(expression.column().type())
                            || (low == null || KeyOrder.compare(expression.value(low), listed) <= 0)
                                    && (high == null || KeyOrder.compare(listed, expression.value(high)) <= 0);
            };
            if (!possible) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean sameDistribution(Rule that) {
        return that instanceof PartitionRule other
                && sameMethod(other)
                && signature().equals(other.signature())
                && LevelRule.sameTypes(
                        expressions.stream().map(PartitionExpression::column).toList(),
                        other.expressions.stream()
                                .map(PartitionExpression::column)
                                .toList());
    }

    private boolean sameMethod(PartitionRule other) {
        return switch (method) {
            case Method.Hash hash -> hash.equals(other.method);
            case Method.Key key -> key.equals(other.method);
            case Method.Range(var columns, var parts) ->
                other.method instanceof Method.Range(var theirs, var others)
                        && values(parts).equals(values(others));
            case Method.ListOf(var columns, var parts) ->
                other.method instanceof Method.ListOf(var theirs, var others)
                        && values(parts).equals(values(others));
        };
    }

    /** The bounds' values without names and spelling. */
    private static List<List<List<Object>>> values(List<Part> parts) {
        return parts.stream()
                .map(part -> part.rows().stream()
                        .map(row -> row.stream().map(PartitionRule::comparable).toList())
                        .toList())
                .toList();
    }

    private static Object comparable(Bound bound) {
        return switch (bound.value()) {
            case null -> "MAXVALUE";
            case KeyValue.Text(var text, var weight) -> weight;
            case KeyValue value -> value;
        };
    }

    private String signature() {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < expressions.size(); i++) {
            texts.add(expressions.get(i).text("#" + i));
        }
        return String.join(",", texts);
    }

    @Override
    public String clause() {
        String inner =
                expressions.stream().map(e -> e.text(e.column().quoted())).collect(Collectors.joining(", "));
        return switch (method) {
            case Method.Hash(var linear, var count) ->
                "PARTITION BY " + (linear ? "LINEAR " : "") + "HASH (" + inner + ") PARTITIONS " + count;
            case Method.Key(var linear, var count) ->
                "PARTITION BY " + (linear ? "LINEAR " : "") + "KEY (" + inner + ") PARTITIONS " + count;
            case Method.Range(var columns, var parts) ->
                "PARTITION BY RANGE " + (columns ? "COLUMNS" : "") + "(" + inner + ") ("
                        + parts.stream().map(part -> rangeText(part, columns)).collect(Collectors.joining(", ")) + ")";
            case Method.ListOf(var columns, var parts) ->
                "PARTITION BY LIST " + (columns ? "COLUMNS" : "") + "(" + inner + ") ("
                        + parts.stream().map(PartitionRule::listText).collect(Collectors.joining(", ")) + ")";
        };
    }

    private static String rangeText(Part part, boolean columns) {
        List<Bound> bounds = part.rows().getFirst();
        boolean open = !columns && bounds.getFirst().value() == null;
        String list = bounds.stream().map(Bound::text).collect(Collectors.joining(", "));
        return "PARTITION `" + part.name() + "` VALUES LESS THAN " + (open ? "MAXVALUE" : "(" + list + ")");
    }

    private static String listText(Part part) {
        String rows = part.rows().stream()
                .map(row -> row.size() == 1
                        ? row.getFirst().text()
                        : row.stream().map(Bound::text).collect(Collectors.joining(", ", "(", ")")))
                .collect(Collectors.joining(", "));
        return "PARTITION `" + part.name() + "` " + (part.rows().isEmpty() ? "DEFAULT" : "VALUES IN (" + rows + ")");
    }
}
