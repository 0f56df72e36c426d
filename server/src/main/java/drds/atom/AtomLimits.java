package drds.atom;

import java.time.Duration;

/**
 * @param connections to one instance, over all loops
 * @param waiting how long a statement waits for a free connection
 * @param connecting how long making a connection may take
 * @param kept so many idle connections stay open however long, over all loops
 * @param idle a further idle connection is closed after that
 * @param answer how long an instance may keep silent while a client's statement waits for it; zero for no limit
 * @param preparedStatements kept on one connection
 */
public record AtomLimits(
        int connections,
        Duration waiting,
        Duration connecting,
        int kept,
        Duration idle,
        Duration answer,
        int preparedStatements) {
    public static final AtomLimits DEFAULT = new AtomLimits(
            256, Duration.ofSeconds(10), Duration.ofSeconds(5), 4, Duration.ofMinutes(10), Duration.ZERO, 256);

    public AtomLimits {
        if (connections < 1 || kept < 0 || preparedStatements < 1) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }
}
