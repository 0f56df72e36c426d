package drds.executor.merge;

/** What must be collected in memory is more than its limit; the statement has to be answered in another way. */
public final class TooManyRows extends RuntimeException {
    private static final long serialVersionUID = 1;

    public TooManyRows() {
        super("more rows than may be collected in memory", null, false, false);
    }
}
