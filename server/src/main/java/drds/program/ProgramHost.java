package drds.program;

import drds.catalog.Database;
import drds.mysql.ColumnDefinition;
import drds.mysql.ResultWriter;
import drds.parser.Node;
import drds.parser.ParserModes;
import drds.parser.QualifiedName;
import drds.parser.StoredProgram;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The session that a program runs in. */
public interface ProgramHost {
    /** A program that was found. @param tree its text read, null if that has something that DRDS doesn't know */
    record Found(
            String database,
            Database.Program program,
            @Nullable StoredProgram tree) {}

    /** What a block on the home instance gave; text in UTF-8. */
    record Answer(List<ColumnDefinition> columns, List<byte[] @Nullable []> rows, List<Raised> warnings) {}

    /** Undoes what {@link #enter} changed. */
    interface Entered extends AutoCloseable {
        @Override
        void close();
    }

    /** @param kind PROCEDURE or FUNCTION @return null if there is none */
    @Nullable
    Found find(String kind, QualifiedName name);

    /** The name with its database. */
    String fullName(QualifiedName name);

    /** The session takes on the program's database, modes and character sets. */
    Entered enter(Found program);

    /** Runs a statement as if the client had sent it; an error is thrown, and what it leaves behind is {@link #conditions}. */
    void run(String sql, ResultWriter out);

    /** Runs a query for the program itself. */
    CursorRows rows(String sql);

    /** Runs a block that names no table on the home instance, beside the session's transaction. */
    Answer onHome(String block);

    /** Whether only the session can compute it: it reads tables, or calls what is not on the home instance alone. */
    boolean isSessions(Node expression);

    /** Runs such a block for its rows, which go to {@code out} in the client's character set. */
    void show(String block, ResultWriter out);

    /**
     * The text with what only the session knows (LAST_INSERT_ID() ...) in the place of its functions.
     *
     * @param head what makes a statement of it
     */
    String withOwnValues(String head, String text);

    /** What the last statement had to tell. */
    List<Raised> conditions();

    /** The same if the statement at hand told it; none that an earlier one left. */
    List<Raised> fresh();

    /** Makes this what the last statement had to tell. */
    void conditions(List<Raised> conditions);

    /** Begins a statement of the program's own: what those before told stays until it tells something itself. */
    void clearConditions();

    long rowCount();

    /** Says so for ROW_COUNT(). */
    void rowCount(long rows);

    /** @param literal null for NULL */
    void setUserVariable(String name, @Nullable String literal);

    ParserModes modes();

    /** collation_connection's value. */
    String connectionCollation();

    /** max_sp_recursion_depth. */
    int recursionLimit();

    /** The session's status flags. */
    int status();

    /** @throws drds.error.SqlError 1317 if KILL was called, or the client is gone */
    void checkKilled();
}
