package drds.executor;

/**
 * What statements may use.
 *
 * @param collectedBytes what a gather may hold in memory; beyond that it becomes a residual
 * @param connectionsPerGroup how many connections to one Group an ordered merge may read from at the same time
 * @param besideConnections how many connections all ordered merges together may hold beside their first ones
 * @param scratchRows how many rows a residual may copy
 * @param scratchBytes how many bytes a residual may copy
 * @param batchBytes how long the statements are that copy or write rows
 */
public record ExecutorLimits(
        long collectedBytes,
        int connectionsPerGroup,
        int besideConnections,
        long scratchRows,
        long scratchBytes,
        int batchBytes) {
    public static final ExecutorLimits DEFAULT = new ExecutorLimits(32L << 20, 4, 64, 50_000_000, 8L << 30, 1 << 20);

    public ExecutorLimits {
        if (collectedBytes < 1
                || connectionsPerGroup < 1
                || besideConnections < 0
                || scratchRows < 1
                || scratchBytes < 1
                || batchBytes < 1) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }
}
