package drds.transaction;

/**
 * Where a commit over several instances has come to. Tests stop it there ({@link CommitStops}); between two of them there is at
 * most one message to each instance, sent or not answered yet.
 */
public enum CommitStep {
    /** Nothing has been sent for the commit. */
    BEFORE_PREPARE,
    /** The branches are told to prepare, the decision is being written; no answer has been read. */
    PREPARING,
    /** All branches are prepared and the decision is written, not committed: a crash from here on needs recovery. */
    PREPARED,
    /** The decision's commit is sent, its answer not read. */
    DECIDING,
    /** The decision is committed. */
    DECIDED,
    /** The branches are told to commit; no answer has been read. */
    COMMITTING,
    /** All branches are committed, or left to recovery. */
    FINISHED
}
