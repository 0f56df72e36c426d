package drds.session;

import drds.mysql.ColumnDefinition;
import drds.mysql.FieldType;
import drds.parser.Expression;
import drds.parser.Limit;
import drds.parser.Literal;
import drds.parser.ShowStatement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** SHOW WARNINGS, SHOW ERRORS and their counts, from what the session remembers. */
final class WarningsShow {
    private WarningsShow() {}

    static MemoryResult answer(ShowStatement show, Diagnostics diagnostics) {
        boolean errors = show.kind() == ShowStatement.Kind.ERRORS;
        List<Diagnostics.Condition> conditions = errors ? diagnostics.errors() : diagnostics.conditions();
        if (show.modifiers().contains(ShowStatement.Modifier.COUNT)) {
            long count = errors ? conditions.size() : diagnostics.warningCount();
            String name = errors ? "@@session.error_count" : "@@session.warning_count";
            return MemoryResult.builder().column(count(name)).row(count).build();
        }
        MemoryResult.Builder result = MemoryResult.builder()
                .column(column("Level", FieldType.VAR_STRING, 28))
                .column(number("Code"))
                .column(column("Message", FieldType.VAR_STRING, 2048));
        Limit limit = show.limit();
        long offset = limit == null ? 0 : number(limit.offset(), 0);
        long count = limit == null ? Long.MAX_VALUE : number(limit.count(), Long.MAX_VALUE);
        conditions.stream()
                .skip(offset)
                .limit(count)
                .forEach(condition -> result.row(condition.level(), condition.number(), condition.message()));
        return result.build();
    }

    private static long number(@Nullable Expression expression, long otherwise) {
        Long value = expression instanceof Literal.IntegerLiteral literal ? literal.asLong() : null;
        return value == null ? otherwise : value;
    }

    private static ColumnDefinition column(String name, int type, int length) {
        return new ColumnDefinition(
                "def", "", "", "", name, "", FieldType.UTF8MB4_GENERAL_CI, length, type, FieldType.NOT_NULL_FLAG, 39);
    }

    private static ColumnDefinition count(String name) {
        return new ColumnDefinition(
                "def",
                "",
                "",
                "",
                name,
                "",
                FieldType.BINARY_COLLATION,
                21,
                FieldType.LONGLONG,
                FieldType.UNSIGNED_FLAG | FieldType.BINARY_FLAG | FieldType.NUM_FLAG,
                0);
    }

    private static ColumnDefinition number(String name) {
        return new ColumnDefinition(
                "def",
                "",
                "",
                "",
                name,
                "",
                FieldType.BINARY_COLLATION,
                4,
                FieldType.LONG,
                FieldType.NOT_NULL_FLAG | FieldType.UNSIGNED_FLAG | FieldType.BINARY_FLAG | FieldType.NUM_FLAG,
                0);
    }
}
