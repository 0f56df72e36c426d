package drds.executor;

import drds.catalog.Table;
import drds.catalog.Table.Column;
import drds.error.SqlError;
import drds.parser.TimeFunctions;
import drds.planner.Plan;
import drds.rule.KeyLiteral;
import drds.rule.KeyType;
import drds.rule.KeyValue;
import drds.rule.Rule;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rows of an INSERT with what has to be known before they can be written: the generated numbers, the key values, and for
 * tables in several places values instead of expressions that could differ.
 */
final class InsertedRows {
    private static final Pattern DEFAULT = Pattern.compile("(?i)\\bDEFAULT");

    private final Executor executor;
    private final Execution execution;
    private final Plan.InsertRows plan;
    private final Table table;
    private final Constants constants;
    private final List<String> columns;
    private final List<List<String>> values = new ArrayList<>();
    private final List<List<KeyValue>> keys = new ArrayList<>();
    private final BitSet usedNumbers = new BitSet();
    private long firstGenerated;
    private long lastGiven;

    InsertedRows(Executor executor, Execution execution, Plan.InsertRows plan) {
        this.executor = executor;
        this.execution = execution;
        this.plan = plan;
        this.table = plan.table();
        this.constants = new Constants(execution.state().variables().getOrDefault("sql_mode", ""));
        this.columns = new ArrayList<>(plan.columns());
        plan.rows().forEach(row -> values.add(new ArrayList<>(row.values())));
    }

    /** Does what is left to be done before the rows can be written. */
    void prepare() {
        if (table.isAtHome()) {
            return;
        }
        new GeneratedNumbers().fillIn();
        if (table.kind() == Table.Kind.BROADCAST) {
            fixValues();
        } else {
            findKeys();
        }
    }

    List<String> columns() {
        return columns;
    }

    /** Each row's values as SQL, in the order of the columns. */
    List<List<String>> values() {
        return values;
    }

    /** Each row's values of the rule's columns; of a sharded table. */
    List<List<KeyValue>> keys() {
        return keys;
    }

    /** The rows that give a number which another row may have, in whatever partition. */
    BitSet usedNumbers() {
        return usedNumbers;
    }

    boolean generated() {
        return firstGenerated != 0;
    }

    /** The first generated number, 0 if there is none. */
    long firstGenerated() {
        return firstGenerated;
    }

    /** The number that the last row gives itself for its AUTO_INCREMENT column, 0 if it gives none. */
    long lastGiven() {
        return lastGiven;
    }

    /** Whether a value may depend on the time; columns that aren't given may have such a default. */
    boolean asksTime() {
        return table.columns().stream()
                        .anyMatch(column -> column.defaultExpression() != null && asksTime(column.defaultExpression()))
                || asksTime(plan.tail())
                || values.stream().flatMap(List::stream).anyMatch(InsertedRows::asksTime);
    }

    private static boolean asksTime(String expression) {
        return TimeFunctions.mayBeIn(expression) || DEFAULT.matcher(expression).find();
    }

    private int position(String column) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).equalsIgnoreCase(column)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isDefault(String value) {
        return value.strip().equalsIgnoreCase("DEFAULT");
    }

    static KeyType typeOf(Column column) {
        return KeyType.of(column.type(), column.characterSet(), column.collation());
    }

    // ---- keys ----

    /** Finds each row's key values. */
    void findKeys() {
        Rule rule = table.rule();
        if (rule == null) {
            throw new IllegalStateException("a sharded table without a rule: " + table.name());
        }
        List<Column> keyColumns = rule.columns().stream().map(this::column).toList();
        List<Integer> uncertain = new ArrayList<>();
        for (int row = 0; row < values.size(); row++) {
            List<KeyValue> key = keyOf(values.get(row), keyColumns);
            if (key == null) {
                uncertain.add(row);
            }
            keys.add(key == null ? List.of() : key);
        }
        if (!uncertain.isEmpty()) {
            evaluate(uncertain, keyColumns);
        }
    }

    private Column column(String name) {
        Column column = table.column(name);
        if (column == null) {
            throw new IllegalStateException(
                    "the rule of " + table.name() + " names a column that isn't there: " + name);
        }
        return column;
    }

    /** Null if an instance must be asked. */
    private @Nullable List<KeyValue> keyOf(List<String> row, List<Column> keyColumns) {
        List<KeyValue> key = new ArrayList<>(keyColumns.size());
        for (Column column : keyColumns) {
            Optional<KeyValue> value = keyValue(row, column);
            if (value.isEmpty()) {
                return null;
            }
            key.add(value.get());
        }
        return key;
    }

    private Optional<KeyValue> keyValue(List<String> row, Column column) {
        int position = position(column.name());
        String text = position < 0 ? "DEFAULT" : row.get(position);
        if (column.generated()) {
            return Optional.empty();
        }
        if (isDefault(text)) {
            if (column.defaultExpression() == null && !column.nullable()) {
                return Optional.empty();
            }
            text = column.defaultExpression() == null ? "NULL" : column.defaultExpression();
        }
        return constants
                .read(text)
                // NULL for a column that takes none becomes something else, or an error.
                .filter(literal -> !(literal instanceof KeyLiteral.Null) || column.nullable())
                .flatMap(literal -> execution.keys().stored(literal, typeOf(column)));
    }

    private void evaluate(List<Integer> uncertain, List<Column> keyColumns) {
        List<List<String>> rows = uncertain.stream().map(values::get).toList();
        try (RowEvaluation evaluation = new RowEvaluation(executor, execution, plan, columns)) {
            List<StoredValues.Row> evaluated = evaluation.evaluate(rows, keyColumns);
            for (int i = 0; i < uncertain.size(); i++) {
                List<String> row = values.get(uncertain.get(i));
                keys.set(uncertain.get(i), evaluated.get(i).key());
                fix(row, keyColumns, evaluated.get(i).literals());
            }
        }
    }

    /** Puts what an expression came to in its place, so that it can't come to something else where the row is written. */
    private void fix(List<String> row, List<Column> fixed, List<String> literals) {
        for (int i = 0; i < fixed.size(); i++) {
            int position = position(fixed.get(i).name());
            if (position >= 0 && !isDefault(row.get(position)) && !constants.isConstant(row.get(position))) {
                row.set(position, literals.get(i));
            }
        }
    }

    /**
     * What the rows will hold in these columns. Where an expression or a default could come to something else when the row is
     * written, it is evaluated now and the row gets its value.
     */
    List<StoredValues.Row> pin(List<Column> wanted) {
        List<StoredValues.@Nullable Row> pinned = new ArrayList<>();
        List<Integer> uncertain = new ArrayList<>();
        for (int row = 0; row < values.size(); row++) {
            StoredValues.Row known = known(values.get(row), wanted);
            pinned.add(known);
            if (known == null) {
                uncertain.add(row);
            }
        }
        if (!uncertain.isEmpty()) {
            List<List<String>> rows = uncertain.stream().map(values::get).toList();
            try (RowEvaluation evaluation = new RowEvaluation(executor, execution, plan, List.copyOf(columns))) {
                List<StoredValues.Row> evaluated = evaluation.evaluate(rows, wanted);
                for (int i = 0; i < uncertain.size(); i++) {
                    pinned.set(uncertain.get(i), evaluated.get(i));
                    List<String> literals = evaluated.get(i).literals();
                    giveMovingDefaults(values.get(uncertain.get(i)), wanted, literals);
                    fix(values.get(uncertain.get(i)), wanted, literals);
                }
            }
        }
        List<StoredValues.Row> result = new ArrayList<>();
        for (StoredValues.Row row : pinned) {
            result.add(Objects.requireNonNull(row));
        }
        return result;
    }

    private StoredValues.@Nullable Row known(List<String> row, List<Column> wanted) {
        List<KeyValue> key = new ArrayList<>();
        List<String> literals = new ArrayList<>();
        for (Column column : wanted) {
            Optional<KeyValue> value = keyValue(row, column);
            if (value.isEmpty()) {
                return null;
            }
            int position = position(column.name());
            String text = position < 0 ? "DEFAULT" : row.get(position);
            String byDefault = column.defaultExpression() == null ? "NULL" : column.defaultExpression();
            key.add(value.get());
            literals.add(isDefault(text) ? byDefault : text);
        }
        return new StoredValues.Row(List.copyOf(key), List.copyOf(literals));
    }

    /** A default such as UUID() or the time must come to the same in the row and in what is kept of it elsewhere. */
    private void giveMovingDefaults(List<String> row, List<Column> wanted, List<String> literals) {
        for (int i = 0; i < wanted.size(); i++) {
            Column column = wanted.get(i);
            String byDefault = column.defaultExpression();
            if (column.generated() || byDefault == null || constants.isConstant(byDefault)) {
                continue;
            }
            int position = position(column.name());
            if (position < 0) {
                position = columns.size();
                columns.add(column.name());
                values.forEach(one -> one.add("DEFAULT"));
            }
            if (isDefault(row.get(position))) {
                row.set(position, literals.get(i));
            }
        }
    }

    /** Equal values for all copies of a broadcast table. */
    private void fixValues() {
        List<Integer> uncertain = new ArrayList<>();
        for (int row = 0; row < values.size(); row++) {
            if (!values.get(row).stream().allMatch(value -> isDefault(value) || constants.isConstant(value))) {
                uncertain.add(row);
            }
        }
        if (uncertain.isEmpty()) {
            return;
        }
        List<Column> given = columns.stream().map(this::column).toList();
        List<List<String>> rows = uncertain.stream().map(values::get).toList();
        try (RowEvaluation evaluation = new RowEvaluation(executor, execution, plan, columns)) {
            List<StoredValues.Row> evaluated = evaluation.evaluate(rows, given);
            for (int i = 0; i < uncertain.size(); i++) {
                fix(values.get(uncertain.get(i)), given, evaluated.get(i).literals());
            }
        }
    }

    // ---- generated numbers ----

    /** AUTO_INCREMENT by MySQL's rules: NULL, 0, DEFAULT and no value at all get the next number. */
    private final class GeneratedNumbers {
        private final boolean zeroIsAValue = execution
                .state()
                .variables()
                .getOrDefault("sql_mode", "")
                .toUpperCase(Locale.ROOT)
                .contains("NO_AUTO_VALUE_ON_ZERO");

        void fillIn() {
            Column column = table.autoIncrementColumn();
            if (column == null || values.isEmpty()) {
                return;
            }
            int position = position(column.name());
            if (position < 0) {
                position = columns.size();
                columns.add(column.name());
                values.forEach(row -> row.add("NULL"));
            }
            List<List<String>> wanting = new ArrayList<>();
            List<@Nullable BigInteger> numbers = new ArrayList<>();
            for (List<String> row : values) {
                BigInteger number = given(row, position, column);
                numbers.add(number);
                lastGiven = number == null ? 0 : number.longValue();
                if (number == null) {
                    wanting.add(row);
                } else {
                    row.set(position, number.toString());
                }
            }
            raise(numbers);
            if (!wanting.isEmpty()) {
                long[] taken = executor.sequencer().take(plan.database(), table, wanting.size());
                firstGenerated = taken[0];
                for (int i = 0; i < taken.length; i++) {
                    wanting.get(i).set(position, Long.toUnsignedString(taken[i]));
                }
            }
        }

        private void raise(List<@Nullable BigInteger> numbers) {
            List<BigInteger> given =
                    numbers.stream().flatMap(Stream::ofNullable).toList();
            if (given.isEmpty()) {
                return;
            }
            Set<BigInteger> used = executor.sequencer().given(plan.database(), table, given);
            for (int row = 0; row < numbers.size(); row++) {
                BigInteger number = numbers.get(row);
                if (number != null && used.contains(number)) {
                    usedNumbers.set(row);
                }
            }
        }

        /** The number that a row gives itself; null if it wants one. */
        private @Nullable BigInteger given(List<String> row, int position, Column column) {
            String text = row.get(position);
            if (isDefault(text)) {
                return null;
            }
            Optional<KeyLiteral> literal = constants.read(text);
            if (literal.isPresent() && literal.get() instanceof KeyLiteral.Null) {
                return null;
            }
            KeyValue value = literal.flatMap(constant -> execution.keys().stored(constant, typeOf(column)))
                    .orElseGet(() -> {
                        refuseIfWrong(row, column);
                        return evaluated(text, column);
                    });
            if (!(value instanceof KeyValue.Int number)) {
                return null;
            }
            return number.value().signum() == 0 && !zeroIsAValue ? null : number.value();
        }

        /** What becomes a number only with a warning is the statement's error in strict modes. */
        private void refuseIfWrong(List<String> row, Column column) {
            if (Warnings.strict(execution.state()) && !plan.ignore()) {
                try (RowEvaluation evaluation = new RowEvaluation(executor, execution, plan, columns)) {
                    evaluation.evaluate(List.of(row), List.of(column));
                } catch (SqlError e) {
                    String text = e.message().replace(" at row 1", " at row " + (values.indexOf(row) + 1));
                    throw new SqlError(e.number(), e.sqlState(), text, e);
                }
            }
        }

        private KeyValue evaluated(String text, Column column) {
            try (RowEvaluation evaluation = new RowEvaluation(executor, execution, plan, List.of(column.name()))) {
                return evaluation.number(text, column);
            }
        }
    }
}
