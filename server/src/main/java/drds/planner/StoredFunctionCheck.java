package drds.planner;

import drds.analyzer.Analysis;
import drds.analyzer.StoredFunctionCalls;
import drds.analyzer.TableUse;
import drds.catalog.Catalog;
import drds.catalog.Database;
import drds.catalog.Table;
import drds.error.ErrorCode;
import drds.parser.FunctionCall;

/**
 * Refuses stored functions that would see an instance's tables where they mean the logical ones: they may be called at home, where
 * they and the statement name single tables only.
 */
final class StoredFunctionCheck {
    private StoredFunctionCheck() {}

    static void check(Analysis analysis, PlanningContext context) {
        Catalog catalog = context.catalog();
        boolean atHome = analysis.tables().stream().allMatch(StoredFunctionCheck::isSingle);
        for (FunctionCall call : StoredFunctionCalls.in(analysis.statement(), catalog, context.currentDatabase())) {
            Database.Program function = StoredFunctionCalls.function(call, catalog, context.currentDatabase());
            if (function != null && !(atHome && StoredFunctionCalls.isAtHome(function, catalog))) {
                throw ErrorCode.NOT_SUPPORTED.with("the stored function " + function.name()
                        + ", which reaches tables or the session, of values that a query computes for its rows");
            }
        }
    }

    private static boolean isSingle(TableUse use) {
        Table table = use.table();
        return use.view() == null
                && (use.place() == TableUse.Place.SYSTEM
                        || use.place() == TableUse.Place.HOME && (table == null || table.kind() == Table.Kind.SINGLE));
    }
}
