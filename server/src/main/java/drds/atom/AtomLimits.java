package drds.atom;

import java.time.Duration;

/**
 * @param connections to one instance, over all loops
 * @param waiting how long a statement waits for a free connection
 * @param connecting how long making a connection may take
 * @param idle an idle connection is closed after that
 * @param preparedStatements kept on one connection
 */
public record AtomLimits(
        int connections, Duration waiting, Duration connecting, Duration idle, int preparedStatements) {
    public static final AtomLimits DEFAULT =
            new AtomLimits(256, Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ofMinutes(10), 256);

    public AtomLimits {
        if (connections < 1 || preparedStatements < 1) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }
}
