package drds.session;

import drds.catalog.Catalog;
import drds.parser.ParserModes;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What is known of INSERTs by their heads, for all sessions. It counts for one catalog, current database and mode only. */
final class InsertShapes {
    /** When there are more, all are forgotten: what is in use comes back at once. */
    private static final int LIMIT = 4096;

    private final Map<Long, Entry> entries = new ConcurrentHashMap<>();

    private record Entry(byte[] head, String database, ParserModes modes, Catalog catalog, InsertShape shape) {}

    /** Null if nothing is known. @param end of the head */
    @Nullable
    InsertShape find(byte[] text, int end, String database, ParserModes modes, Catalog catalog) {
        Entry entry = entries.get(key(text, end, database));
        return entry != null
                        && entry.catalog == catalog
                        && entry.modes.equals(modes)
                        && entry.database.equals(database)
                        && Arrays.equals(entry.head, 0, entry.head.length, text, 0, end)
                ? entry.shape
                : null;
    }

    void remember(byte[] text, int end, String database, ParserModes modes, Catalog catalog, InsertShape shape) {
        if (entries.size() >= LIMIT) {
            entries.clear();
        }
        entries.put(key(text, end, database), new Entry(Arrays.copyOf(text, end), database, modes, catalog, shape));
    }

    private static long key(byte[] text, int end, String database) {
        int hash = 1;
        for (int i = 0; i < end; i++) {
            hash = 31 * hash + text[i];
        }
        return ((long) hash << 32) ^ database.hashCode() ^ end;
    }
}
