package drds.replication;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Makes statements of clients wait while a place changes. */
public interface WriteGate {
    /** Statements go on when it is closed. */
    interface Closed extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Lets nobody begin with these tables and waits for those who use them.
     *
     * @return null if somebody still used them after that time; nobody waits then
     */
    @Nullable
    Closed shut(String database, Collection<String> tables, long atMostMillis);

    /**
     * Lets nobody change a definition of these databases.
     *
     * @throws drds.error.SqlError if somebody did for longer than that
     */
    Closed holdDefinitions(Collection<String> databases, long atMostMillis);
}
