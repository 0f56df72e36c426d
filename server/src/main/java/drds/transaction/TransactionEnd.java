package drds.transaction;

/** How a transaction ends whose changes are committed one by one. */
public interface TransactionEnd {
    /** @throws drds.error.SqlError if it could not be committed and is rolled back, or if nobody knows yet */
    void commit();

    /** Takes its changes back, now or later. */
    void rollback();
}
