package drds.planner;

import drds.analyzer.Column;
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
        boolean known = changes.values().stream().mapToInt(List::size).sum()
                == update.values().size();
        // MySQL says what is wrong with a column that isn't known to be a table's.
        List<TableUse> targets = known ? List.copyOf(changes.keySet()) : change.tables();
        boolean keyChange = !known || changes.entrySet().stream().anyMatch(e -> changesKey(e.getKey(), e.getValue()));
        boolean indexChange = changes.entrySet().stream().anyMatch(e -> changesIndex(e.getKey(), e.getValue()));
        ChangePlanner.Clauses clauses = new ChangePlanner.Clauses(
                update.with(), update.tables(), update.where(), update.orderBy(), update.limit());
        Plan inPlace = change.inPlace(targets, single, keyChange || indexChange, update.returning() != null, clauses);
        if (inPlace != null) {
            return inPlace;
        }
        if (update.portion() != null) {
            throw ErrorCode.NOT_SUPPORTED.with("FOR PORTION OF over several partitions");
        }
        return change.rehearsal(
                targets,
                clauses,
                update.modifiers().contains(DataChange.Modifier.IGNORE)
                        && changes.entrySet().stream().anyMatch(e -> changesUnique(e.getKey(), e.getValue())),
                keyChange
                        ? "rows can move to another partition"
                        : indexChange
                                ? "entries of global indexes change with the rows"
                                : "which rows change, or to what, can't be told in each place alone");
    }

    /** The assignments by the tables that they change, as far as those are known. */
    private Map<TableUse, List<DataChange.ColumnValue>> changes() {
        Map<TableUse, List<DataChange.ColumnValue>> changes = new LinkedHashMap<>();
        for (DataChange.ColumnValue value : update.values()) {
            TableUse target = target(value.column());
            if (target != null) {
                changes.computeIfAbsent(target, t -> new ArrayList<>()).add(value);
            } else if (!change.isColumn(value.column())) {
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
        List<TableUse> tables = change.tables();
        return change.block().sources().size() == 1
                        && tables.size() == 1
                        && tables.getFirst().table() == null
                ? tables.getFirst()
                : null;
    }

    private static boolean changesUnique(TableUse target, List<DataChange.ColumnValue> values) {
        return target.table() != null
                && target.definition().keys().stream()
                        .filter(Table.Key::unique)
                        .flatMap(key -> key.columns().stream())
                        .anyMatch(name -> values.stream()
                                .anyMatch(value -> value.column() instanceof ColumnReference reference
                                        && reference.column().is(name)));
    }

    private static boolean changesKey(TableUse target, List<DataChange.ColumnValue> values) {
        return values.stream()
                .anyMatch(v ->
                        target.table() != null && InsertPlanner.movesRows(target.definition(), v.column(), v.value()));
    }

    /** Whether what global indexes hold, or must check, may change. */
    private static boolean changesIndex(TableUse target, List<DataChange.ColumnValue> values) {
        if (target.table() == null || target.definition().globalIndexes().isEmpty()) {
            return false;
        }
        return target.definition()
                .changesIndexes(values.stream()
                        .filter(value -> value.column() instanceof ColumnReference)
                        .map(value ->
                                ((ColumnReference) value.column()).column().text())
                        .toList());
    }
}
