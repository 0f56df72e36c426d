package drds.transaction;

/** Where a commit over several instances has come to. */
public enum CommitStep {
    /** All branches are prepared and the decision is written, not committed: a crash from here on needs recovery. */
    PREPARED,
    /** The decision is committed. */
    DECIDED,
    /** All branches are committed, or left to recovery. */
    FINISHED
}
