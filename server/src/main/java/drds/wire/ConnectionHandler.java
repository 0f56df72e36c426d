package drds.wire;

/** What is done with an accepted connection. */
@FunctionalInterface
public interface ConnectionHandler {
    /** Runs on a virtual thread of its own, on the connection's loop; the connection is closed when it returns. */
    void handle(Connection connection);
}
