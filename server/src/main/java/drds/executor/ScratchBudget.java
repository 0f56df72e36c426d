package drds.executor;

import drds.error.ErrorCode;

/** How much one statement may still copy to scratch tables. */
final class ScratchBudget {
    private final ExecutorLimits limits;
    private long rowsLeft;
    private long bytesLeft;

    ScratchBudget(ExecutorLimits limits) {
        this.limits = limits;
        this.rowsLeft = limits.scratchRows();
        this.bytesLeft = limits.scratchBytes();
    }

    /** @throws drds.error.SqlError SCRATCH_LIMIT if that is more than is left */
    void take(long rows, long bytes) {
        rowsLeft -= rows;
        bytesLeft -= bytes;
        if (rowsLeft < 0 || bytesLeft < 0) {
            throw ErrorCode.SCRATCH_LIMIT.with(limits.scratchRows(), limits.scratchBytes());
        }
    }
}
