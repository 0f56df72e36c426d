package drds.replication;

/** What somebody can wish of a job that runs. */
public enum Wish {
    PAUSE,
    CONTINUE,
    CANCEL,
    REVERSE,
    COMPLETE
}
