package drds.eventual;

import java.util.List;

/** Runs deferred statements as statements of the logical databases. */
public interface Applier {
    /**
     * Runs them in their order in one transaction, which takes them out of their outboxes too.
     *
     * @return whether that is done; false if one of them was not there any more, and nothing has been done then
     * @throws drds.error.SqlError if it can't be done now, or at all; nothing has been done then, or nobody knows yet
     */
    boolean apply(List<Deferred> entries);

    /** Ends the applier's session. */
    void close();
}
