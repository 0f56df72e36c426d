package drds.atom;

/** Is told of statements that instances have answered for whoever uses a connection. */
public interface StatementWatch {
    /**
     * A statement's answer has been read to its end.
     *
     * @param group as the user of the connection calls the instance's Group
     * @param instance the instance's name
     * @param text the statement: a String, or its bytes in the connection's character set
     * @param startNanos when it was sent, or when the one sent before it was answered
     * @param rows how many came, or were changed
     * @param bytes how long the answer was
     * @param waited whether it was sent alone, so that its answer took a round trip of its own
     */
    void answered(
            String group,
            String instance,
            Object text,
            long startNanos,
            long endNanos,
            long rows,
            long bytes,
            boolean waited);
}
