package drds.executor;

import drds.mysql.ColumnRewrite;
import drds.parser.SqlText;
import drds.planner.Plan;

/** Names in SQL text. */
final class Names {
    private Names() {}

    static String quoted(String identifier) {
        return SqlText.identifier(identifier);
    }

    static String quoted(String schema, String table) {
        return quoted(schema) + "." + quoted(table);
    }

    /** What pass-through puts back. */
    static ColumnRewrite rewrite(Plan.Names names) {
        if (names.renamings().isEmpty()) {
            return ColumnRewrite.NONE;
        }
        return new ColumnRewrite(names.renamings().stream()
                .map(r -> new ColumnRewrite.Renaming(r.schema(), r.table(), r.logicalDatabase(), r.logicalTable()))
                .toList());
    }
}
