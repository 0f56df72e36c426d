package drds.session;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What only DRDS knows of a session at the start of a statement: the values of LAST_INSERT_ID(), ROW_COUNT() and their like.
 *
 * @param user USER(), such as {@code root@localhost}
 * @param currentUser CURRENT_USER(): the account that the login matched
 * @param lastInsertId as unsigned
 * @param kept variables that no instance knows of, by name with their values as SQL text
 */
record SessionFacts(
        long connectionId,
        String user,
        String currentUser,
        long lastInsertId,
        long rowCount,
        long foundRows,
        long warningCount,
        long errorCount,
        boolean autocommit,
        boolean inTransaction,
        ServerFacts server,
        @Nullable String database,
        Map<String, String> kept) {

    /** What is the same for all sessions of a server. */
    record ServerFacts(int port, String hostname, String versionComment, long serverId) {}
}
