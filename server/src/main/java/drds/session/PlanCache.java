package drds.session;

import drds.catalog.Catalog;
import drds.parser.ParserModes;
import drds.parser.ShapeLexer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What is known of statements' shapes, for all sessions. A shape counts for one catalog, current database and mode only. */
final class PlanCache {
    /** When there are more, all are forgotten: what is in use comes back at once. */
    private static final int LIMIT = 4096;

    private final Map<Long, Entry> entries = new ConcurrentHashMap<>();

    private final Map<PreparedKey, Prepared> prepared = new ConcurrentHashMap<>();

    private record PreparedKey(String sql, String database, ParserModes modes) {}

    private record Prepared(Catalog catalog, RoutedShape routed) {}

    private record Entry(byte[] shape, String database, ParserModes modes, Catalog catalog, RoutedShape routed) {}

    /** Null if the shape is not known. */
    @Nullable
    RoutedShape find(ShapeLexer lexer, String database, ParserModes modes, Catalog catalog) {
        Entry entry = entries.get(key(lexer, database));
        return entry != null
                        && entry.catalog == catalog
                        && entry.modes.equals(modes)
                        && entry.database.equals(database)
                        && lexer.hasShape(entry.shape)
                ? entry.routed
                : null;
    }

    void remember(ShapeLexer lexer, String database, ParserModes modes, Catalog catalog, RoutedShape routed) {
        if (entries.size() >= LIMIT) {
            entries.clear();
        }
        entries.put(key(lexer, database), new Entry(lexer.copyOfShape(), database, modes, catalog, routed));
    }

    /** The same for a statement with question marks. */
    @Nullable
    RoutedShape findPrepared(String sql, String database, ParserModes modes, Catalog catalog) {
        Prepared known = prepared.get(new PreparedKey(sql, database, modes));
        return known != null && known.catalog == catalog ? known.routed : null;
    }

    void rememberPrepared(String sql, String database, ParserModes modes, Catalog catalog, RoutedShape routed) {
        if (prepared.size() >= LIMIT) {
            prepared.clear();
        }
        prepared.put(new PreparedKey(sql, database, modes), new Prepared(catalog, routed));
    }

    private static long key(ShapeLexer lexer, String database) {
        return lexer.hash() ^ database.hashCode() * 0x9E3779B97F4A7C15L;
    }
}
