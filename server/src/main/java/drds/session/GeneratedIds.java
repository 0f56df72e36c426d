package drds.session;

import drds.catalog.Catalog;
import drds.catalog.Database;
import drds.catalog.Table;
import drds.parser.DataChange;
import drds.parser.Expression;
import drds.parser.Insert;
import drds.parser.Literal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether an INSERT has its AUTO_INCREMENT values generated. MySQL tells a client a number in both cases, but LAST_INSERT_ID()
 * changes only for generated ones.
 */
enum GeneratedIds {
    /** Every row's is. */
    ALL,
    /** No row's is. */
    NONE,
    /** Some, or it depends on values that are not written down. */
    SOME;

    static GeneratedIds of(Insert insert, Catalog catalog, @Nullable String currentDatabase) {
        String schema = insert.table().schema() == null
                ? currentDatabase
                : insert.table().schema().text();
        Database database = schema == null ? null : catalog.database(schema);
        Table table =
                database == null ? null : database.table(insert.table().name().text());
        Table.Column column = table == null ? null : table.autoIncrementColumn();
        if (table == null || column == null) {
            return ALL;
        }
        return switch (insert.source()) {
            case Insert.Rows rows -> ofRows(rows, indexOf(column, insert, table));
            case Insert.Assignments values -> ofAssignments(values, column);
            case Insert.FromQuery query -> indexOf(column, insert, table) < 0 ? ALL : SOME;
        };
    }

    /** Where the column's value stands in a row, -1 if nowhere. */
    static int indexOf(Table.Column column, Insert insert, Table table) {
        if (insert.columnsSpan() == null) {
            List<Table.Column> visible =
                    table.columns().stream().filter(c -> !c.invisible()).toList();
            return visible.indexOf(column);
        }
        for (int i = 0; i < insert.columns().size(); i++) {
            if (insert.columns().get(i).column().is(column.name())) {
                return i;
            }
        }
        return -1;
    }

    private static GeneratedIds ofRows(Insert.Rows rows, int index) {
        if (index < 0) {
            return ALL;
        }
        GeneratedIds all = null;
        for (Expression.Row row : rows.rows()) {
            GeneratedIds one = index < row.items().size() ? of(row.items().get(index)) : ALL;
            all = all == null || all == one ? one : SOME;
        }
        return all == null ? SOME : all;
    }

    private static GeneratedIds ofAssignments(Insert.Assignments values, Table.Column column) {
        for (DataChange.ColumnValue value : values.values()) {
            if (value.column() instanceof Expression.ColumnReference reference
                    && reference.column().is(column.name())) {
                return of(value.value());
            }
        }
        return ALL;
    }

    private static GeneratedIds of(Expression value) {
        return switch (value) {
            case Expression.DefaultValue none -> ALL;
            case Literal.NullLiteral none -> ALL;
            case Literal.IntegerLiteral number -> number.value().signum() == 0 ? SOME : NONE;
            case Expression.Unary negative -> negative.operand() instanceof Literal.IntegerLiteral ? NONE : SOME;
            default -> SOME;
        };
    }
}
