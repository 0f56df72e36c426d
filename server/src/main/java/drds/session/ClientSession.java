package drds.session;

import drds.catalog.AccountName;
import drds.mysql.ColumnDefinition;
import drds.mysql.ResultWriter;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the frontend sees of a session. Every method but {@link #close} is called from the connection's own virtual thread, one
 * command at a time. A method that takes a {@link ResultWriter} answers through it, its errors too; the others throw
 * {@link drds.error.SqlError} for an answer that is an error.
 *
 * <p>Buffers given to a method stay the caller's: the method reads them before it returns and keeps none.
 */
public interface ClientSession {
    /**
     * The prepared statement's own number and its metadata.
     *
     * @param parameters one definition a parameter
     * @param columns empty for a statement without a result set
     */
    record Prepared(int statementId, List<ColumnDefinition> parameters, List<ColumnDefinition> columns, int warnings) {}

    /** COM_QUERY: {@code text} is what follows the command's byte (and the query attributes). May hold several statements. */
    void query(ByteBuf text, ResultWriter out);

    /** COM_STMT_PREPARE. */
    Prepared prepare(ByteBuf text);

    /**
     * COM_STMT_EXECUTE.
     *
     * @param payload what follows the statement's number: flags, iteration count, NULL bitmap, types and values
     */
    void execute(int statementId, ByteBuf payload, ResultWriter out);

    /** COM_STMT_FETCH: more rows of a cursor. */
    void fetch(int statementId, int rows, ResultWriter out);

    /** COM_STMT_SEND_LONG_DATA: has no answer; an error is told by the next execute. */
    void longData(int statementId, int parameter, ByteBuf data);

    /** COM_STMT_RESET. */
    void resetStatement(int statementId);

    /** COM_STMT_CLOSE: has no answer. */
    void closeStatement(int statementId);

    /** COM_INIT_DB. */
    void useDatabase(String name);

    /** COM_FIELD_LIST: the columns of a table, each with its default as text. */
    List<FieldWithDefault> fieldList(String table, String wildcard);

    /** A column of COM_FIELD_LIST. */
    record FieldWithDefault(ColumnDefinition column, byte @Nullable [] defaultValue) {}

    /** COM_RESET_CONNECTION: back to the state after the login, the transaction rolled back. */
    void reset();

    /** COM_CHANGE_USER, after the new account has been authenticated: as {@link #reset}, for that account. */
    void changeUser(AccountName account, String user, int collationId, @Nullable String database);

    /** COM_STATISTICS: one line. */
    String statistics();

    /** COM_PROCESS_KILL: as KILL. */
    void kill(long connectionId);

    /** COM_SET_OPTION: whether COM_QUERY may hold several statements. */
    void multiStatements(boolean allowed);

    /** The server status flags for an OK that the frontend sends itself (autocommit, in transaction). */
    int status();

    /** The session's idle limit (wait_timeout or interactive_timeout) in seconds. */
    long idleTimeoutSeconds();

    /** The client has gone, maybe while its statement runs: stops that. Called on any thread; does not wait. */
    void clientGone();

    /** The client is gone or must go: rolls back and gives everything back. Called once, by the connection's thread. */
    void close();
}
