package drds.catalog;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rule of throttling: so many of the statements that it fits may run at the same time on each node.
 *
 * @param database {@code *} for any
 * @param table {@code *} for any
 * @param user {@code *} or {@code %} for any
 * @param host with the wildcards of LIKE
 * @param keywords all of them are in the statement's text, whatever their case; empty for any text
 * @param template the statement with question marks for its constants; null for any
 * @param maxConcurrency how many run
 * @param waitQueueSize how many wait, 0 for none: others are refused
 * @param waitTimeoutSeconds how long they wait before they are refused
 * @param createdMillis since 1970
 */
public record CclRule(
        String name,
        String database,
        String table,
        String user,
        String host,
        Kind kind,
        List<String> keywords,
        @Nullable String template,
        int maxConcurrency,
        int waitQueueSize,
        int waitTimeoutSeconds,
        long createdMillis) {
    /** Statements that rules are for; INSERT is REPLACE too. */
    public enum Kind {
        SELECT,
        INSERT,
        UPDATE,
        DELETE
    }

    public CclRule {
        keywords = List.copyOf(keywords);
    }
}
