package drds.atom;

import drds.error.SqlError;

/** An instance's answer to one statement. */
public sealed interface Response {
    /** Whether the same statement has another answer (a procedure, several statements in one text). */
    boolean moreResults();

    record Ok(long affectedRows, long lastInsertId, int status, int warnings, String info) implements Response {
        @Override
        public boolean moreResults() {
            return (status & drds.mysql.ServerStatus.MORE_RESULTS) != 0;
        }
    }

    /** The connection is as good as before. */
    record Err(SqlError error) implements Response {
        @Override
        public boolean moreResults() {
            return false;
        }
    }

    /** Rows follow: read them to the end. {@link ResultSet#moreResults} is known then. */
    record Rows(ResultSet rows) implements Response {
        @Override
        public boolean moreResults() {
            return rows.moreResults();
        }
    }
}
