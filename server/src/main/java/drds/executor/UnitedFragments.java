package drds.executor;

import drds.atom.Backend;
import drds.atom.SessionState;
import drds.error.SqlError;
import drds.mysql.ColumnDefinition;
import drds.mysql.FieldType;
import drds.planner.Plan;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The fragments that one instance answers as one statement: a UNION ALL, ordered as the merge wants its streams. It gives the same
 * rows as the fragments do one by one, but for some types, so an instance is asked for the columns of both beforehand.
 */
final class UnitedFragments {
    private static final long NO_LIMIT = -1;

    private UnitedFragments() {}

    static String text(List<String> fragments, Plan.Merge merge) {
        if (fragments.size() == 1) {
            return fragments.getFirst();
        }
        StringBuilder sql =
                new StringBuilder(fragments.size() * (fragments.getFirst().length() + 16));
        for (int i = 0; i < fragments.size(); i++) {
            sql.append(i == 0 ? "(" : " UNION ALL (").append(fragments.get(i)).append(')');
        }
        if (!merge.order().isEmpty()) {
            sql.append(" ORDER BY ")
                    .append(merge.order().stream().map(UnitedFragments::item).collect(Collectors.joining(", ")));
        }
        long limit = limit(merge);
        if (limit != NO_LIMIT) {
            sql.append(" LIMIT ").append(limit);
        }
        return sql.toString();
    }

    private static String item(Plan.SortKey key) {
        return (key.column() + 1) + (key.descending() ? " DESC" : "");
    }

    /** What an instance need not send more of; rows that are combined afterwards are all needed. */
    private static long limit(Plan.Merge merge) {
        Long limit = merge.limit();
        boolean each =
                merge.aggregation() == null && !merge.distinct() && merge.sort().isEmpty();
        return each && limit != null && limit >= 0 && limit + merge.offset() >= 0 ? limit + merge.offset() : NO_LIMIT;
    }

    /**
     * Asks an instance whether the rows are the same in both forms. Nothing may be outstanding on the connection.
     *
     * @return the columns of one fragment, which say more than a UNION's do (tables, keys); empty where the rows would differ
     */
    static Optional<List<ColumnDefinition>> exactColumns(
            Backend backend, List<String> fragments, Plan.Merge merge, boolean binary, SessionState state) {
        try {
            List<ColumnDefinition> apart = LogicalColumns.askedOf(backend, fragments.getFirst());
            List<ColumnDefinition> together = LogicalColumns.askedOf(backend, text(fragments, merge));
            return sameRows(apart, together, binary, state) ? Optional.of(apart) : Optional.empty();
        } catch (SqlError e) {
            // It can't stand in a UNION; if the statement itself is wrong, running it tells.
            return Optional.empty();
        }
    }

    static boolean sameRows(
            List<ColumnDefinition> apart, List<ColumnDefinition> together, boolean binary, SessionState state) {
        if (apart.size() != together.size()) {
            return false;
        }
        boolean keepsDates = keepsDates(state);
        for (int i = 0; i < apart.size(); i++) {
            if (!sameValues(apart.get(i), together.get(i), binary, keepsDates)) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameValues(
            ColumnDefinition apart, ColumnDefinition together, boolean binary, boolean keepsDates) {
        if (isText(apart)) {
            return isText(together) && apart.collation() == together.collation();
        }
        boolean date = apart.type() == FieldType.DATE || apart.type() == FieldType.DATETIME;
        boolean padded = (apart.flags() & FieldType.ZEROFILL_FLAG) != 0;
        return apart.type() == together.type()
                && apart.decimals() == together.decimals()
                && apart.unsigned() == together.unsigned()
                && (keepsDates || !date)
                && (binary || !padded);
    }

    private static boolean isText(ColumnDefinition column) {
        return switch (column.type()) {
            case FieldType.VARCHAR,
                    FieldType.VAR_STRING,
                    FieldType.STRING,
                    FieldType.TINY_BLOB,
                    FieldType.BLOB,
                    FieldType.MEDIUM_BLOB,
                    FieldType.LONG_BLOB -> true;
            default -> false;
        };
    }

    /** In a UNION, stored dates that the mode wouldn't let in (2020-00-00, 2020-02-31) become 0000-00-00. */
    private static boolean keepsDates(SessionState state) {
        String mode = state.variables().get("sql_mode");
        return mode != null && mode.contains("ALLOW_INVALID_DATES") && !mode.contains("NO_ZERO_IN_DATE");
    }
}
