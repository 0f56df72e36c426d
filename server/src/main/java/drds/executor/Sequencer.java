package drds.executor;

import drds.catalog.Table;
import java.math.BigInteger;

/** Where the values of AUTO_INCREMENT columns of tables in several places come from. */
public interface Sequencer {
    /**
     * Takes consecutive numbers.
     *
     * @return the first of them
     * @throws drds.error.SqlError 167 or 1467 if there are no more
     */
    long next(String database, Table table, int count);

    /** A statement gives this value itself: numbers taken later are greater. */
    void raise(String database, Table table, BigInteger value);
}
