package drds.executor;

import drds.catalog.Table;
import java.math.BigInteger;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;

/** Where the values of AUTO_INCREMENT columns of tables in several places come from. */
public interface Sequencer {
    /**
     * Takes consecutive numbers.
     *
     * @return the first of them
     * @throws drds.error.SqlError 167 or 1467 if there are no more
     */
    long next(String database, Table table, int count);

    /** Takes numbers that need not follow each other. */
    default long[] take(String database, Table table, int count) {
        long first = next(database, table, count);
        return LongStream.range(first, first + count).toArray();
    }

    /** A statement gives this value itself: numbers taken later are greater. */
    void raise(String database, Table table, BigInteger value);

    /**
     * A statement gives these values itself, to a table whose numbers are kept unique over all partitions: numbers taken later
     * are greater. Until {@link #done} no other statement of this server has them on its way; another that has is waited for.
     *
     * @return those that a row may have already: all others were neither handed out nor given before
     * @throws drds.error.SqlError 1205 if another statement has one of them on its way for too long
     */
    default Set<BigInteger> given(String database, Table table, List<BigInteger> values) {
        values.stream().reduce(BigInteger::max).ifPresent(most -> raise(database, table, most));
        return Set.of();
    }

    /** The rows of this thread's statement with the numbers that it has taken or given are written, or never will be. */
    default void done() {}
}
