package drds.planner;

import drds.analyzer.Source;
import drds.analyzer.TableUse;
import drds.error.ErrorCode;
import drds.parser.Delete;
import drds.parser.ParsedStatement;
import java.util.ArrayList;
import java.util.List;

/** DELETE in both forms. */
final class DeletePlanner {
    private final ChangePlanner change;
    private final Delete delete;

    DeletePlanner(StatementPlanner planner, ParsedStatement parsed, Delete original) {
        this.change = new ChangePlanner(planner, parsed);
        this.delete = change.analysis().statement() instanceof Delete expanded ? expanded : original;
    }

    Plan plan() {
        List<TableUse> targets = targets();
        ChangePlanner.Clauses clauses = new ChangePlanner.Clauses(
                delete.with(), delete.tables(), delete.where(), delete.orderBy(), delete.limit());
        Plan inPlace = change.inPlace(targets, delete.targets().isEmpty(), false, clauses);
        if (inPlace != null) {
            if (delete.returning() != null && !(inPlace instanceof Plan.Route)) {
                throw ErrorCode.NOT_SUPPORTED.with("RETURNING over several partitions");
            }
            return inPlace;
        }
        if (delete.returning() != null || delete.portion() != null) {
            throw ErrorCode.NOT_SUPPORTED.with("RETURNING or FOR PORTION OF over several partitions");
        }
        return readFirst(targets, clauses);
    }

    private List<TableUse> targets() {
        List<TableUse> targets = new ArrayList<>();
        if (delete.targets().isEmpty()) {
            for (Source source : change.block().sources()) {
                if (source instanceof TableUse use) {
                    targets.add(use);
                }
            }
            return targets;
        }
        for (Delete.Target target : delete.targets()) {
            String schema = target.name().schema() == null
                    ? null
                    : target.name().schema().text();
            TableUse use = change.source(target.name().name().text(), schema);
            if (use == null) {
                throw ErrorCode.UNKNOWN_MULTI_DELETE.with(target.name().name().text());
            }
            targets.add(use);
        }
        return targets;
    }

    private Plan readFirst(List<TableUse> targets, ChangePlanner.Clauses clauses) {
        change.requireWritable(targets);
        List<String> items = new ArrayList<>();
        List<Plan.Target> writes = new ArrayList<>();
        for (TableUse target : targets) {
            List<String> keys = ChangePlanner.keyColumns(target.definition());
            writes.add(new Plan.Target(
                    String.valueOf(target.database()),
                    target.definition(),
                    keys,
                    items.size(),
                    List.of(),
                    items.size() + keys.size(),
                    false));
            keys.forEach(k -> items.add(Sql.quote(target.correlationName()) + "." + Sql.quote(k)));
        }
        return new Plan.ReadThenWrite(
                change.select(items, clauses),
                writes,
                delete.modifiers().contains(drds.parser.DataChange.Modifier.IGNORE),
                "which rows go can't be told in each place alone");
    }
}
