package drds.executor;

import drds.atom.Backend;
import drds.atom.SessionState;
import drds.catalog.Catalog;
import drds.rule.KeyConversion;
import drds.transaction.Transaction;
import io.netty.buffer.ByteBuf;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one statement runs with.
 *
 * @param sql the logical statement, parameters written as literals: what tells the answer's columns; empty for a SELECT inside
 *     another statement, whose columns nobody sees
 * @param marked the same with its question marks, for the columns' names; null if it has none
 * @param state the session's state
 * @param parameters for a prepared statement whose plan still has its question marks: COM_STMT_EXECUTE's payload behind the
 *     iteration count, with the types; stays the caller's. Null for all others
 * @param keys how constants become key values in this session
 * @param status the session's status flags, asked when the answer ends
 * @param afterwards gets the connection on which the statement's own text has run well, before it goes back: to read what the
 *     statement left there (user variables, FOUND_ROWS()); null if nobody wants it
 */
public record Execution(
        String sql,
        @Nullable String marked,
        SessionState state,
        Transaction transaction,
        Catalog catalog,
        KeyConversion keys,
        @Nullable ByteBuf parameters,
        IntSupplier status,
        @Nullable Consumer<Backend> afterwards) {
    private static final String SELECT_LIMIT = "sql_select_limit";

    /** The state for what DRDS reads for itself: sql_select_limit is for the rows that the client gets, and for them alone. */
    SessionState unlimited() {
        return state.withoutVariable(SELECT_LIMIT);
    }

    /** How many rows the client wants of a SELECT without a LIMIT of its own, null for all. */
    @Nullable
    Long selectLimit() {
        OptionalLong limit = Numbers.parse(state.variables().get(SELECT_LIMIT));
        return limit.isPresent() ? Long.valueOf(limit.getAsLong()) : null;
    }

    /** The same in another state. */
    Execution at(SessionState other) {
        return new Execution(sql, marked, other, transaction, catalog, keys, parameters, status, afterwards);
    }

    /** The same in another transaction. */
    public Execution in(Transaction other) {
        return new Execution(sql, marked, state, other, catalog, keys, parameters, status, afterwards);
    }

    /** For a SELECT inside the statement, whose rows DRDS reads: text in utf8mb4; its plan has its text. */
    Execution reading(Transaction on) {
        SessionState utf8 = unlimited().withVariable("character_set_results", "'utf8mb4'");
        return new Execution("", null, utf8, on, catalog, keys, null, status, null);
    }
}
