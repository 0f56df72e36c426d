package drds.executor;

import drds.atom.Backend;
import drds.atom.ResultSet;
import drds.catalog.Table.Column;
import drds.error.ErrorCode;
import drds.mysql.TextRow;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Does to a table's rows what a statement did to their copies: first the rows go that are gone or that have another place or
 * other values in a unique key, then those change that stay where they are, then the new ones come. So no order of changes
 * can make two rows meet that don't meet in the end.
 */
final class Differences {
    private static final int ROWS_BY_KEY = 200;
    private static final int ROWS = 5000;

    private final Executor executor;
    private final Execution execution;
    private final Backend scratch;
    private final RehearsedTable table;
    private final RowPlaces places;

    Differences(Executor executor, Execution execution, Backend scratch, RehearsedTable table) {
        this.executor = executor;
        this.execution = execution;
        this.scratch = scratch;
        this.table = table;
        this.places = new RowPlaces(table.table(), execution.keys().collations());
    }

    /** A row of an answer: where it was, where it is, and whether it must go and come again if it was and is. */
    private record Move(@Nullable Integer from, @Nullable Integer to, boolean unique) {
        boolean stays() {
            return from != null && from.equals(to) && !unique;
        }
    }

    private interface Row {
        void write(ByteBuf row, TextRow view, int at, ByteBuf sql);
    }

    void leave() {
        boolean known = !table.identity().isEmpty();
        List<Column> columns = known ? table.identity() : table.stored();
        List<RowCondition> conditions =
                columns.stream().map(column -> new RowCondition(column, !known)).toList();
        boolean list = known && columns.size() == 1;
        String first = list ? conditions.getFirst().name() + " IN (" : "";
        PlacedChanges.Form form = new PlacedChanges.Form(
                name -> "DELETE FROM " + name + " WHERE " + first,
                list ? "," : " OR ",
                list ? ")" : known ? "" : " LIMIT 1",
                list ? ROWS : known ? ROWS_BY_KEY : 1,
                1);
        run(table.gone(places), form, known, true, (row, view, at, sql) -> {
            if (list) {
                conditions.getFirst().value(row, view.offset(at), view.length(at), sql);
                return;
            }
            for (int i = 0; i < conditions.size(); i++) {
                PlacedChanges.text(sql, i == 0 ? "(" : " AND ");
                conditions.get(i).write(row, view.offset(at + i), view.length(at + i), sql);
            }
            sql.writeByte(')');
        });
    }

    void change() {
        if (table.identity().isEmpty()) {
            return;
        }
        String values = table.stored().stream()
                .map(column -> Names.quoted(column.name()))
                .map(name -> name + " = VALUES(" + name + ")")
                .collect(Collectors.joining(", "));
        PlacedChanges.Form form =
                new PlacedChanges.Form(this::insertHead, ",", " ON DUPLICATE KEY UPDATE " + values, ROWS, 2);
        run(table.changed(places), form, true, null, this::values);
    }

    void come() {
        PlacedChanges.Form form = new PlacedChanges.Form(this::insertHead, ",", "", ROWS, 1);
        run(table.come(places), form, !table.identity().isEmpty(), false, this::values);
    }

    private String insertHead(String name) {
        return "INSERT INTO " + name + " ("
                + table.stored().stream()
                        .map(column -> Names.quoted(column.name()))
                        .collect(Collectors.joining(", "))
                + ") VALUES ";
    }

    private void values(ByteBuf row, TextRow view, int at, ByteBuf sql) {
        List<LoadedColumn> columns = table.columns();
        for (int i = 0; i < columns.size(); i++) {
            sql.writeByte(i == 0 ? '(' : ',');
            columns.get(i).write(row, view.offset(at + i), view.length(at + i), sql);
        }
        sql.writeByte(')');
    }

    /**
     * @param known whether the rows have an identity
     * @param leaving true for rows that go from their old place, false for those that come to a new one, null for those that
     *     stay
     */
    private void run(String query, PlacedChanges.Form form, boolean known, @Nullable Boolean leaving, Row writer) {
        PlacedChanges changes = new PlacedChanges(executor, execution, scratch.loop(), table, form);
        try {
            ResultSet rows = scratch.query(query);
            TextRow view = new TextRow();
            for (ByteBuf row = rows.next(); row != null; row = rows.next()) {
                try {
                    view.reset(row, rows.columns().size());
                    write(row, view, known, leaving, writer, changes);
                } finally {
                    row.release();
                }
            }
            changes.flush();
        } finally {
            changes.abandon();
        }
    }

    private void write(
            ByteBuf row, TextRow view, boolean known, @Nullable Boolean leaving, Row writer, PlacedChanges changes) {
        execution.transaction().throwIfKilled();
        int at;
        Integer place;
        if (known) {
            Move move = move(view);
            if (move.stays() != (leaving == null)) {
                return;
            }
            if (leaving != null && leaving && move.to != null && table.table().cascading()) {
                throw ErrorCode.NOT_SUPPORTED.with("a change of the shard key or of a unique key of '"
                        + table.table().name() + "', which is the parent in a foreign key with ON DELETE");
            }
            at = 2 * places.count() + 3;
            place = leaving == null || leaving ? move.from : move.to;
        } else {
            at = places.count();
            place = places.place(view, 0);
        }
        if (place != null) {
            changes.add(place, sql -> writer.write(row, view, at, sql));
        }
    }

    private Move move(TextRow view) {
        int at = 2 * places.count();
        boolean gone = isTrue(view, at);
        boolean fresh = isTrue(view, at + 1);
        return new Move(
                fresh ? null : places.place(view, 0),
                gone ? null : places.place(view, places.count()),
                isTrue(view, at + 2));
    }

    private static boolean isTrue(TextRow view, int at) {
        byte[] value = view.bytes(at);
        return value != null && value[0] == '1';
    }
}
