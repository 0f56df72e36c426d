package drds.eventual;

/** Takes changes back as statements of the logical databases. */
public interface Compensator {
    /**
     * Takes the changes of one entry back and the entry out of its table, in one transaction. Nothing is done if the entry isn't
     * there any more.
     *
     * @throws drds.error.SqlError if a row is not as it was left, or something else is in the way; nothing has been done then
     */
    void undo(UndoEntry entry);

    /** Ends the compensator's session. */
    void close();
}
