package drds.session;

import drds.atom.SessionState;
import drds.catalog.Catalog;
import drds.catalog.Table;
import drds.error.SqlError;
import drds.planner.TableSizes;
import drds.transaction.Backends;
import drds.transaction.Work;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The row counts that the instances' own statistics had when they were last read, in the background. */
public final class LearnedSizes implements TableSizes {
    private static final Logger LOG = LoggerFactory.getLogger(LearnedSizes.class);
    private static final Duration READ_EVERY = Duration.ofSeconds(15);

    private final Backends backends;
    private final Supplier<Catalog> catalog;

    /** By Group, schema and table. */
    private volatile Map<Place, Long> rows = Map.of();

    private long readAtNanos = System.nanoTime() - READ_EVERY.toNanos();

    private record Place(String group, String schema, String table) {}

    public LearnedSizes(Backends backends, Supplier<Catalog> catalog) {
        this.backends = backends;
        this.catalog = catalog;
    }

    /** Reads the statistics of all instances if they are old; one that doesn't answer keeps what was known. */
    public void refresh() {
        if (System.nanoTime() - readAtNanos < READ_EVERY.toNanos()) {
            return;
        }
        readAtNanos = System.nanoTime();
        Map<Place, Long> read = new HashMap<>(rows);
        for (String group : backends.groups()) {
            try {
                Map<Place, Long> there = Work.on(backends, group, SessionState.INITIAL, work -> read(group, work));
                read.keySet().removeIf(place -> place.group().equals(group));
                read.putAll(there);
            } catch (SqlError e) {
                LOG.debug("no statistics of {}: {}", group, e.message());
            }
        }
        rows = Map.copyOf(read);
    }

    private static Map<Place, Long> read(String group, Work work) {
        Map<Place, Long> read = new HashMap<>();
        List<byte[] @Nullable []> found =
                work.rows("SELECT database_name, table_name, n_rows FROM mysql.innodb_table_stats");
        for (byte[] @Nullable [] row : found) {
            read.put(new Place(group, text(row[0]), text(row[1])), Long.parseLong(text(row[2])));
        }
        return read;
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public long rows(String database, Table table) {
        if (table.partitions().isEmpty()) {
            return rows.getOrDefault(new Place(catalog.get().defaultGroup(), database, table.name()), -1L);
        }
        long sum = 0;
        for (Table.Partition partition : table.partitions()) {
            Long known = rows.get(new Place(partition.group(), partition.schema(), partition.table()));
            if (known == null) {
                return -1;
            }
            sum += known;
        }
        return sum;
    }
}
