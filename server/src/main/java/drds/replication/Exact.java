package drds.replication;

import drds.atom.SessionState;
import drds.transaction.Work;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The states of connections that carry rows from one instance to another without changing a bit of them. */
final class Exact {
    /** Values come as they are stored. */
    static final SessionState READING = SessionState.INITIAL
            .withVariable("sql_mode", "''")
            .withVariable("time_zone", "'+00:00'")
            .withVariable("tx_isolation", "'REPEATABLE-READ'")
            .withVariable("character_set_results", "NULL")
            .withVariable("character_set_client", "'binary'")
            .withVariable("character_set_connection", "'binary'");

    /** What is written was right where it came from: nothing is judged again. */
    static final SessionState WRITING = READING.withVariable("sql_mode", "'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'")
            .withVariable("foreign_key_checks", "0")
            .withVariable("check_constraint_checks", "0");

    private Exact() {}

    static String text(byte @Nullable [] value) {
        return value == null ? "" : new String(value, StandardCharsets.UTF_8);
    }

    /** The one value of an answer. */
    static String value(Work work, String sql) {
        List<byte @Nullable []> found = work.column(sql);
        return found.isEmpty() ? "" : text(found.getFirst());
    }
}
