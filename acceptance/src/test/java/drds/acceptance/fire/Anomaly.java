package drds.acceptance.fire;

/** What a history may show, by the names of Adya's thesis and of the papers on list-append checking. */
enum Anomaly {
    /** A transaction doesn't read what it has appended itself. */
    INTERNAL,
    /** Two reads of a list of which neither is the beginning of the other, or a number that nobody appended. */
    INCOMPATIBLE_ORDER,
    /** An append that was acknowledged is not there. */
    LOST_APPEND,
    /** Some of a transaction's appends are there, others are not. */
    HALF_DONE,
    /** Dirty write: a circle of writes. */
    G0,
    /** A read of what was rolled back. */
    G1A,
    /** A read of what was not the transaction's last word. */
    G1B,
    /** A circle of writes and reads of what was written. */
    G1C,
    /** A transaction is seen in one place and not in another by the same reader. */
    FRACTURED_READ,
    /** Two read a list alike and both append to it: each overlooks the other. */
    LOST_UPDATE,
    /** Another circle with one overlooked write (read skew). */
    G_SINGLE,
    /** Two readers see two transactions in different orders. */
    LONG_FORK,
    /** Any other circle with overlooked writes (write skew). */
    G2
}
