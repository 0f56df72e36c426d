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
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the instances' own statistics said of rows and of indexes' values when they were last read, in the background. */
public final class LearnedSizes implements TableSizes {
    private static final Logger LOG = LoggerFactory.getLogger(LearnedSizes.class);
    private static final Duration READ_EVERY = Duration.ofSeconds(15);

    private final Backends backends;
    private final Supplier<Catalog> catalog;

    /** By Group, schema and table. */
    private volatile Map<Place, Long> rows = Map.of();

    /** By Group, schema, table and the first column of an index. */
    private volatile Map<Place, Map<String, Long>> values = Map.of();

    private final AtomicInteger renewals = new AtomicInteger();
    private volatile long readAtNanos = System.nanoTime() - READ_EVERY.toNanos();

    private record Place(String group, String schema, String table) {}

    public LearnedSizes(Backends backends, Supplier<Catalog> catalog) {
        this.backends = backends;
        this.catalog = catalog;
    }

    /** Whether they have been read at all. */
    boolean areKnown() {
        return !rows.isEmpty();
    }

    /** Reads the statistics of all instances if they are old; one that doesn't answer keeps what was known. */
    public void refresh() {
        if (System.nanoTime() - readAtNanos >= READ_EVERY.toNanos()) {
            read();
        }
    }

    /** Reads them whenever they were read before: somebody has asked for new ones (ANALYZE TABLE). */
    void refreshNow() {
        read();
        renewals.incrementAndGet();
    }

    /** How often somebody has asked for new ones. */
    int renewals() {
        return renewals.get();
    }

    private void read() {
        readAtNanos = System.nanoTime();
        Map<Place, Long> read = new HashMap<>(rows);
        Map<Place, Map<String, Long>> readValues = new HashMap<>(values);
        for (String group : backends.groups()) {
            try {
                Map<Place, Long> there = Work.on(backends, group, SessionState.INITIAL, work -> read(group, work));
                read.keySet().removeIf(place -> place.group().equals(group));
                read.putAll(there);
                Map<Place, Map<String, Long>> of =
                        Work.on(backends, group, SessionState.INITIAL, work -> readValues(group, work));
                readValues.keySet().removeIf(place -> place.group().equals(group));
                readValues.putAll(of);
            } catch (SqlError e) {
                LOG.debug("no statistics of {}: {}", group, e.message());
            }
        }
        rows = Map.copyOf(read);
        values = Map.copyOf(readValues);
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

    private static Map<Place, Map<String, Long>> readValues(String group, Work work) {
        Map<Place, Map<String, Long>> read = new HashMap<>();
        List<byte[] @Nullable []> found =
                work.rows("SELECT database_name, table_name, stat_description, stat_value FROM mysql.innodb_index_stats"
                        + " WHERE stat_name = 'n_diff_pfx01'");
        for (byte[] @Nullable [] row : found) {
            read.computeIfAbsent(new Place(group, text(row[0]), text(row[1])), place -> new HashMap<>())
                    .merge(text(row[2]).toLowerCase(Locale.ROOT), Long.parseLong(text(row[3])), Math::max);
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

    @Override
    public long values(String database, Table table, String column) {
        long most = -1;
        String name = column.toLowerCase(Locale.ROOT);
        for (Place place : places(database, table)) {
            most = Math.max(most, values.getOrDefault(place, Map.of()).getOrDefault(name, -1L));
        }
        return most;
    }

    private List<Place> places(String database, Table table) {
        return table.partitions().isEmpty()
                ? List.of(new Place(catalog.get().defaultGroup(), database, table.name()))
                : table.partitions().stream()
                        .map(p -> new Place(p.group(), p.schema(), p.table()))
                        .toList();
    }
}
