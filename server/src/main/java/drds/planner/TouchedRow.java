package drds.planner;

import drds.analyzer.KeyConstraints;
import drds.catalog.Database;
import drds.catalog.Table;
import drds.parser.DataChange;
import drds.parser.Delete;
import drds.parser.Expression;
import drds.parser.Expression.BinaryOperator;
import drds.parser.Expression.ColumnReference;
import drds.parser.Insert;
import drds.parser.ParsedStatement;
import drds.parser.QualifiedName;
import drds.parser.TableReference;
import drds.parser.Update;
import drds.rule.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one key value that a change of a table is about, as far as its text tells: the shard key's, or where the table isn't
 * sharded the primary key's. Two changes with different values don't meet in a row.
 */
public record TouchedRow(String database, Table table, List<KeyValue> key) {

    /** Empty where the change may touch rows of several keys, or nobody knows. The statement names no other table. */
    public static Optional<TouchedRow> of(ParsedStatement parsed, PlanningContext context) {
        return Optional.ofNullable(
                switch (parsed.statement()) {
                    case Insert insert -> new Reading(context).inserted(insert);
                    case Update update -> new Reading(context).updated(update);
                    case Delete delete ->
                        delete.targets().isEmpty()
                                ? new Reading(context)
                                        .where(
                                                delete.tables(),
                                                delete.where() == null
                                                        ? null
                                                        : delete.where().expression())
                                : null;
                    default -> null;
                });
    }

    private record Reading(PlanningContext context) {
        @Nullable
        TouchedRow updated(Update update) {
            TouchedRow row = where(
                    update.tables(),
                    update.where() == null ? null : update.where().expression());
            return row == null || changesKey(row.table, update.values()) ? null : row;
        }

        /** Rows for which {@code key = constant} stands in the condition. */
        @Nullable
        TouchedRow where(TableReference reference, @Nullable Expression condition) {
            if (condition == null || !(reference instanceof TableReference.TableName name)) {
                return null;
            }
            LiteralKeyReader reader = new LiteralKeyReader(context.keys(), null);
            return row(name.name(), column -> {
                for (Expression one : KeyConstraints.operands(condition, BinaryOperator.AND)) {
                    if (one instanceof Expression.Binary equal && equal.operator() == BinaryOperator.EQUAL) {
                        Expression constant = isColumn(equal.left(), column)
                                ? equal.right()
                                : isColumn(equal.right(), column) ? equal.left() : null;
                        Optional<KeyValue> value =
                                constant == null ? Optional.empty() : reader.compared(column, constant);
                        if (value.isPresent()) {
                            return value.get();
                        }
                    }
                }
                return null;
            });
        }

        @Nullable
        TouchedRow inserted(Insert insert) {
            List<String> names = new ArrayList<>();
            List<Expression> values = new ArrayList<>();
            switch (insert.source()) {
                case Insert.Rows rows -> {
                    if (rows.rows().size() != 1) {
                        return null;
                    }
                    insert.columns().forEach(column -> names.add(column.column().text()));
                    values.addAll(rows.rows().getFirst().items());
                }
                case Insert.Assignments assignments -> {
                    for (DataChange.ColumnValue one : assignments.values()) {
                        if (!(one.column() instanceof ColumnReference column)) {
                            return null;
                        }
                        names.add(column.column().text());
                        values.add(one.value());
                    }
                }
                case Insert.FromQuery query -> {
                    return null;
                }
            }
            LiteralKeyReader reader = new LiteralKeyReader(context.keys(), null);
            Table table = table(insert.table());
            if (table == null || meetsOthers(insert, table)) {
                return null;
            }
            if (insert.columnsSpan() == null && insert.source() instanceof Insert.Rows) {
                table.columns().stream()
                        .filter(column -> !column.invisible())
                        .forEach(column -> names.add(column.name()));
            }
            return row(insert.table(), column -> {
                for (int i = 0; i < Math.min(names.size(), values.size()); i++) {
                    if (names.get(i).equalsIgnoreCase(column.name())) {
                        return reader.stored(column, values.get(i)).orElse(null);
                    }
                }
                return null;
            });
        }

        /** Whether a row in its way may have another key. */
        private static boolean meetsOthers(Insert insert, Table table) {
            if (insert.onDuplicateKey() == null && !insert.replace()) {
                return false;
            }
            long unique = table.keys().stream().filter(Table.Key::unique).count();
            return unique > 1
                    || insert.onDuplicateKey() != null
                            && changesKey(table, insert.onDuplicateKey().values());
        }

        private static boolean changesKey(Table table, List<DataChange.ColumnValue> values) {
            return values.stream()
                    .anyMatch(value -> !(value.column() instanceof ColumnReference column)
                            || keyColumns(table).stream()
                                    .anyMatch(key ->
                                            key.equalsIgnoreCase(column.column().text())));
        }

        private interface Values {
            @Nullable
            KeyValue of(Table.Column column);
        }

        private @Nullable TouchedRow row(QualifiedName name, Values values) {
            Table table = table(name);
            if (table == null) {
                return null;
            }
            List<KeyValue> key = new ArrayList<>();
            for (String keyColumn : keyColumns(table)) {
                Table.Column column = table.column(keyColumn);
                KeyValue value = column == null ? null : values.of(column);
                if (value == null) {
                    return null;
                }
                key.add(value);
            }
            return key.isEmpty() ? null : new TouchedRow(database(name), table, List.copyOf(key));
        }

        private static List<String> keyColumns(Table table) {
            if (table.rule() != null) {
                return table.rule().columns();
            }
            return table.keys().stream()
                    .filter(key -> key.primary() && !key.prefixed())
                    .findFirst()
                    .map(Table.Key::columns)
                    .orElse(List.of());
        }

        private @Nullable Table table(QualifiedName name) {
            Database found = context.catalog().database(database(name));
            return found == null ? null : found.table(name.name().text());
        }

        private String database(QualifiedName name) {
            String current = context.currentDatabase();
            return name.schema() != null ? name.schema().text() : current == null ? "" : current;
        }

        private static boolean isColumn(Expression expression, Table.Column column) {
            return expression instanceof ColumnReference reference
                    && reference.column().text().equalsIgnoreCase(column.name());
        }
    }
}
