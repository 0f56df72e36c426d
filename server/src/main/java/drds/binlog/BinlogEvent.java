package drds.binlog;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a {@link BinlogReader} gives, in the log's order. */
public sealed interface BinlogEvent {
    /** A transaction begins; its changes follow. @param standalone whether it is one statement without an end of its own */
    record Begin(Gtids.Gtid gtid, boolean standalone) implements BinlogEvent {}

    /** Changed rows of one table. */
    record Rows(TableShape table, List<Change> changes) implements BinlogEvent {}

    /** The transaction that began is committed. */
    record Commit() implements BinlogEvent {}

    /** The transaction that began is not to be done. */
    record Rollback() implements BinlogEvent {}

    /** The transaction that began is prepared under that name; {@link XaEnd} tells whether it is done. */
    record XaPrepared(String xid) implements BinlogEvent {}

    record XaEnd(String xid, boolean committed) implements BinlogEvent {}

    /** A statement in the log as text: a change of a definition. */
    record Definition(String schema, String sql) implements BinlogEvent {}

    /** Nothing comes any more. @param fatal whether trying again can't help */
    record Lost(String reason, boolean fatal) implements BinlogEvent {}

    /**
     * A row's values as SQL literals, in the order of the table's columns; those that the image lacks are null.
     *
     * @param before null for an inserted row
     * @param after null for a deleted row
     */
    record Change(byte @Nullable [] @Nullable [] before, byte @Nullable [] @Nullable [] after) {}
}
