package drds.planner;

import drds.analyzer.Analysis;
import drds.catalog.Catalog;
import drds.catalog.Database;
import drds.catalog.Table;
import drds.error.ErrorCode;
import drds.parser.DataChange;
import drds.parser.LoadData;
import drds.parser.ParsedStatement;
import drds.parser.QualifiedName;
import org.jspecify.annotations.Nullable;

/** LOAD DATA, DO and HANDLER: at home where only tables that are whole there are meant. */
final class OtherChanges {
    private OtherChanges() {}

    static Plan plan(StatementPlanner planner, ParsedStatement parsed, String what) {
        QualifiedName target = target(parsed);
        Table table = target == null ? null : table(target, planner.context());
        Analysis analysis = planner.analyze(parsed);
        FunctionReach.refuse(analysis, planner.context());
        if (analysis.hasSharded() || table != null && !table.isAtHome()) {
            throw ErrorCode.NOT_SUPPORTED.with(what);
        }
        return planner.home(parsed, true, "only tables of the home schema are named");
    }

    private static @Nullable QualifiedName target(ParsedStatement parsed) {
        return switch (parsed.statement()) {
            case LoadData load -> load.table();
            case DataChange.Handler handler -> handler.table();
            default -> null;
        };
    }

    private static @Nullable Table table(QualifiedName name, PlanningContext context) {
        Catalog catalog = context.catalog();
        String databaseName = name.schema() != null ? name.schema().text() : context.currentDatabase();
        if (databaseName == null) {
            throw ErrorCode.NO_DATABASE_SELECTED.with();
        }
        Database database = catalog.database(databaseName);
        if (database == null) {
            throw ErrorCode.NO_SUCH_TABLE.with(databaseName, name.name().text());
        }
        return database.table(name.name().text());
    }
}
