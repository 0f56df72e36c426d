package drds.planner;

import drds.analyzer.Column;
import drds.analyzer.Source;
import drds.analyzer.TableUse;
import drds.catalog.Table;
import drds.error.ErrorCode;
import drds.parser.DataChange;
import drds.parser.Expression;
import drds.parser.Expression.ColumnReference;
import drds.parser.ParsedStatement;
import drds.parser.TableReference;
import drds.parser.Update;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** UPDATE of one table or of several joined. */
final class UpdatePlanner {
    private final ChangePlanner change;
    private final Update update;
    private final boolean single;

    UpdatePlanner(StatementPlanner planner, ParsedStatement parsed, Update original) {
        this.change = new ChangePlanner(planner, parsed);
        this.update = change.analysis().statement() instanceof Update expanded ? expanded : original;
        this.single = update.tables() instanceof TableReference.TableName;
    }

    Plan plan() {
        Map<TableUse, List<DataChange.ColumnValue>> changes = changes();
        List<TableUse> targets = List.copyOf(changes.keySet());
        boolean keyChange = changes.entrySet().stream().anyMatch(e -> changesKey(e.getKey(), e.getValue()));
        ChangePlanner.Clauses clauses = new ChangePlanner.Clauses(
                update.with(), update.tables(), update.where(), update.orderBy(), update.limit());
        Plan inPlace = change.inPlace(targets, single, keyChange, clauses);
        if (inPlace != null) {
            if (update.returning() != null && !(inPlace instanceof Plan.Route)) {
                throw ErrorCode.NOT_SUPPORTED.with("RETURNING over several partitions");
            }
            return inPlace;
        }
        if (update.returning() != null || update.portion() != null) {
            throw ErrorCode.NOT_SUPPORTED.with("RETURNING or FOR PORTION OF over several partitions");
        }
        return readFirst(changes, clauses, keyChange);
    }

    /** The assignments by the tables that they change. */
    private Map<TableUse, List<DataChange.ColumnValue>> changes() {
        Map<TableUse, List<DataChange.ColumnValue>> changes = new LinkedHashMap<>();
        for (DataChange.ColumnValue value : update.values()) {
            TableUse target = target(value.column());
            if (target != null) {
                changes.computeIfAbsent(target, t -> new ArrayList<>()).add(value);
            } else if (change.analysis().tables().stream()
                    .anyMatch(t -> t.isSharded() || t.place() == TableUse.Place.EVERYWHERE)) {
                throw ErrorCode.UNKNOWN_COLUMN.with(
                        value.column().text(change.analysis().source()), "SET");
            }
        }
        return changes;
    }

    private @Nullable TableUse target(Expression column) {
        if (!(column instanceof ColumnReference reference)) {
            return null;
        }
        Column found = change.analysis().column(reference);
        if (found != null) {
            return found.source() instanceof TableUse use ? use : null;
        }
        List<Source> sources = change.block().sources();
        return sources.size() == 1 && sources.get(0) instanceof TableUse use && use.table() == null ? use : null;
    }

    private static boolean changesKey(TableUse target, List<DataChange.ColumnValue> values) {
        return values.stream()
                .anyMatch(v -> target.table() != null
                        && InsertPlanner.isKey(target.definition(), v.column())
                        && !InsertPlanner.sameColumn(v.column(), v.value()));
    }

    private Plan readFirst(
            Map<TableUse, List<DataChange.ColumnValue>> changes, ChangePlanner.Clauses clauses, boolean keyChange) {
        change.requireWritable(List.copyOf(changes.keySet()));
        refuseOrderOfAssignments();
        List<String> items = new ArrayList<>();
        List<Plan.Target> writes = new ArrayList<>();
        changes.forEach((target, values) -> writes.add(target(target, values, items)));
        return new Plan.ReadThenWrite(
                change.select(items, clauses),
                writes,
                update.modifiers().contains(DataChange.Modifier.IGNORE),
                keyChange
                        ? "rows can move to another partition"
                        : "which rows change, or to what, can't be told in each place alone");
    }

    /** MySQL's later assignments see what earlier ones set; a SELECT's items don't. */
    private void refuseOrderOfAssignments() {
        List<Column> set = new ArrayList<>();
        for (DataChange.ColumnValue value : update.values()) {
            value.value().walk(node -> {
                if (node instanceof ColumnReference reference
                        && set.contains(change.analysis().column(reference))) {
                    throw ErrorCode.NOT_SUPPORTED.with(
                            "using a column's new value in a later assignment of an UPDATE over several partitions");
                }
            });
            if (value.column() instanceof ColumnReference reference) {
                Column column = change.analysis().column(reference);
                if (column != null) {
                    set.add(column);
                }
            }
        }
    }

    private Plan.Target target(TableUse target, List<DataChange.ColumnValue> values, List<String> items) {
        Table table = target.definition();
        boolean moves = changesKey(target, values);
        List<String> keys = ChangePlanner.keyColumns(table);
        int firstKey = items.size();
        keys.forEach(k -> items.add(column(target, k)));
        int firstValue = items.size();
        List<String> columns = new ArrayList<>();
        if (moves) {
            for (Table.Column column : table.columns()) {
                if (!column.generated()) {
                    columns.add(column.name());
                    DataChange.ColumnValue value = assigned(values, column.name());
                    items.add(value == null ? kept(target, column, values) : value(target, value, items.size()));
                }
            }
        } else {
            for (DataChange.ColumnValue value : values) {
                Table.Column column = definition(table, value);
                if (!column.generated()) {
                    columns.add(column.name());
                    items.add(value(target, value, items.size()));
                }
            }
        }
        return new Plan.Target(String.valueOf(target.database()), table, keys, firstKey, columns, firstValue, moves);
    }

    /** A moved row is a new one for its instance, so its ON UPDATE is done here: only where the row changes, as MySQL has it. */
    private String kept(TableUse target, Table.Column column, List<DataChange.ColumnValue> values) {
        String old = column(target, column.name());
        if (column.onUpdate() == null) {
            return old;
        }
        String same = values.stream()
                .map(value -> {
                    Table.Column assigned = definition(target.definition(), value);
                    String before = column(target, assigned.name());
                    String after = value.value() instanceof Expression.DefaultValue
                            ? "DEFAULT(" + before + ")"
                            : "(" + value.value().text(change.analysis().source()) + ")";
                    String equal = before + " <=> " + after;
                    return assigned.characterSet() == null
                            ? equal
                            : equal + " AND BINARY " + before + " <=> BINARY " + after;
                })
                .collect(Collectors.joining(" AND "));
        return "IF(" + same + ", " + old + ", " + column.onUpdate() + ")";
    }

    private static Table.Column definition(Table table, DataChange.ColumnValue value) {
        Table.Column column = value.column() instanceof ColumnReference reference
                ? table.column(reference.column().text())
                : null;
        if (column == null) {
            throw new IllegalStateException("an assignment without its column");
        }
        return column;
    }

    /** The last assignment to a column counts. */
    private static DataChange.@Nullable ColumnValue assigned(List<DataChange.ColumnValue> values, String name) {
        DataChange.ColumnValue found = null;
        for (DataChange.ColumnValue value : values) {
            if (value.column() instanceof ColumnReference reference
                    && reference.column().is(name)) {
                found = value;
            }
        }
        return found;
    }

    private String value(TableUse target, DataChange.ColumnValue value, int ordinal) {
        Table.Column column = definition(target.definition(), value);
        String text = value.value() instanceof Expression.DefaultValue
                ? "DEFAULT(" + column(target, column.name()) + ")"
                : "(" + value.value().text(change.analysis().source()) + ")";
        return text + " AS `new " + ordinal + "`";
    }

    private static String column(TableUse target, String name) {
        return Sql.quote(target.correlationName()) + "." + Sql.quote(name);
    }
}
