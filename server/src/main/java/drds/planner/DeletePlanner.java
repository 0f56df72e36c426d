package drds.planner;

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
        boolean indexed = targets.stream()
                .anyMatch(target -> target.table() != null
                        && !target.definition().storedIndexes().isEmpty());
        Plan inPlace =
                change.inPlace(targets, delete.targets().isEmpty(), indexed, delete.returning() != null, clauses);
        if (inPlace != null) {
            return inPlace;
        }
        if (delete.portion() != null) {
            throw ErrorCode.NOT_SUPPORTED.with("FOR PORTION OF over several partitions");
        }
        return change.rehearsal(
                targets,
                clauses,
                false,
                delete.returning() != null
                        ? "what is returned comes from several places"
                        : indexed
                                ? "entries of global indexes go with the rows"
                                : "which rows go can't be told in each place alone");
    }

    private List<TableUse> targets() {
        List<TableUse> targets = new ArrayList<>();
        if (delete.targets().isEmpty()) {
            return change.tables();
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
}
