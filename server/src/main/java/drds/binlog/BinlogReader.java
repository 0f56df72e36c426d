package drds.binlog;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.EventData;
import com.github.shyiko.mysql.binlog.event.EventType;
import com.github.shyiko.mysql.binlog.event.MariadbGtidEventData;
import com.github.shyiko.mysql.binlog.event.QueryEventData;
import com.github.shyiko.mysql.binlog.event.TableMapEventData;
import com.github.shyiko.mysql.binlog.event.XAPrepareEventData;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDeserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.EventHeaderV4Deserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.NullEventDataDeserializer;
import com.github.shyiko.mysql.binlog.network.ServerException;
import drds.catalog.GroupDefinition.Instance;
import java.io.IOException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Follows the binary log of a MariaDB instance as a replica does, from a position on. What is read waits in a bounded queue; while
 * it is full nothing more is read from the instance.
 */
public final class BinlogReader implements AutoCloseable {
    private static final int QUEUE_LIMIT = 2_000;
    private static final int HEARTBEAT_MILLIS = 5_000;
    private static final int CONNECT_MILLIS = 10_000;
    /** Above what people number their servers with. */
    private static final long SERVER_ID_FLOOR = 1_000_000;
    /** The position is no longer in the log, or never was. */
    private static final int CANT_BE_READ = 1236;

    private static final Pattern XA_END =
            Pattern.compile("(?is)^XA (COMMIT|ROLLBACK) X'([0-9a-f]*)'\\s*,\\s*X'([0-9a-f]*)'\\s*,\\s*(\\d+).*");
    /** The client reports each connection otherwise. */
    private static final Logger CLIENT_LOG = Logger.getLogger(BinaryLogClient.class.getName());

    private final BinaryLogClient client;
    private final BlockingQueue<BinlogEvent> queue = new ArrayBlockingQueue<>(QUEUE_LIMIT);
    private final Thread thread;
    private volatile boolean closed;
    /** Whether a transaction was read of the file of the log that is being read. */
    private boolean inTransactions;

    /** Which tables' rows are wanted. */
    public interface Wanted {
        /** Null if nobody wants it; called by the reader's own thread. */
        @Nullable
        TableShape shape(String schema, String table);
    }

    private BinlogReader(Instance instance, Gtids from, Wanted wanted) {
        CLIENT_LOG.setLevel(Level.WARNING);
        client = new BinaryLogClient(instance.host(), instance.port(), instance.user(), instance.password());
        client.setServerId(SERVER_ID_FLOOR + ThreadLocalRandom.current().nextLong(Integer.MAX_VALUE));
        client.setGtidSet(from.toString());
        client.setKeepAlive(false);
        client.setHeartbeatInterval(HEARTBEAT_MILLIS);
        client.setConnectTimeout(CONNECT_MILLIS);
        client.setEventDeserializer(deserializer(wanted));
        client.registerEventListener(this::take);
        client.registerLifecycleListener(new Failures());
        thread = Thread.ofPlatform().daemon().name("binlog " + instance).unstarted(this::run);
    }

    /** @param from everything behind it is read */
    public static BinlogReader open(Instance instance, Gtids from, Wanted wanted) {
        BinlogReader reader = new BinlogReader(instance, from, wanted);
        reader.thread.start();
        return reader;
    }

    /** The next event; null if none came within that time. */
    public @Nullable BinlogEvent next(long waitMillis) throws InterruptedException {
        return waitMillis <= 0 ? queue.poll() : queue.poll(waitMillis, TimeUnit.MILLISECONDS);
    }

    /** The name under which a prepared transaction is told. */
    public static String xid(long format, byte[] global, byte[] branch) {
        HexFormat hex = HexFormat.of();
        return format + ":" + hex.formatHex(global) + ":" + hex.formatHex(branch);
    }

    private static EventDeserializer deserializer(Wanted wanted) {
        Map<Long, TableMapEventData> tables = new HashMap<>();
        EventDeserializer deserializer = new EventDeserializer(
                new EventHeaderV4Deserializer(), new NullEventDataDeserializer(), new IdentityHashMap<>(), tables);
        EventDeserializer known = new EventDeserializer();
        for (EventType type : new EventType[] {
            EventType.FORMAT_DESCRIPTION,
            EventType.ROTATE,
            EventType.QUERY,
            EventType.TABLE_MAP,
            EventType.XID,
            EventType.XA_PREPARE,
            EventType.MARIADB_GTID
        }) {
            deserializer.setEventDataDeserializer(type, known.getEventDataDeserializer(type));
        }
        rows(
                deserializer,
                tables,
                wanted,
                RowsDeserializer.Verb.INSERT,
                EventType.WRITE_ROWS,
                EventType.EXT_WRITE_ROWS);
        rows(
                deserializer,
                tables,
                wanted,
                RowsDeserializer.Verb.UPDATE,
                EventType.UPDATE_ROWS,
                EventType.EXT_UPDATE_ROWS);
        rows(
                deserializer,
                tables,
                wanted,
                RowsDeserializer.Verb.DELETE,
                EventType.DELETE_ROWS,
                EventType.EXT_DELETE_ROWS);
        return deserializer;
    }

    private static void rows(
            EventDeserializer deserializer,
            Map<Long, TableMapEventData> tables,
            Wanted wanted,
            RowsDeserializer.Verb verb,
            EventType first,
            EventType second) {
        deserializer.setEventDataDeserializer(first, new RowsDeserializer(tables, wanted, verb, false));
        deserializer.setEventDataDeserializer(second, new RowsDeserializer(tables, wanted, verb, true));
    }

    private void run() {
        try {
            client.connect();
            put(new BinlogEvent.Lost("the instance ended the binary log's stream", false));
        } catch (ServerException refused) {
            put(lost(refused));
        } catch (IOException | RuntimeException failed) {
            put(new BinlogEvent.Lost(String.valueOf(failed.getMessage()), false));
        }
    }

    private static BinlogEvent.Lost lost(ServerException refused) {
        return new BinlogEvent.Lost(
                "error " + refused.getErrorCode() + ": " + refused.getMessage(),
                refused.getErrorCode() == CANT_BE_READ);
    }

    private void take(Event event) {
        EventData data = EventDeserializer.EventDataWrapper.internal(event.getData());
        switch (data) {
            case MariadbGtidEventData gtid -> {
                inTransactions = true;
                put(new BinlogEvent.Begin(
                        new Gtids.Gtid(
                                gtid.getDomainId() & 0xffffffffL,
                                event.getHeader().getServerId(),
                                gtid.getSequence()),
                        (gtid.getFlags() & MariadbGtidEventData.FL_STANDALONE) != 0));
            }
            case RowsDeserializer.Changes changes
            when changes.table() != null -> put(new BinlogEvent.Rows(changes.table(), changes.rows()));
            case XAPrepareEventData prepared -> put(prepared(prepared));
            case QueryEventData query -> put(query(query));
            case null, default -> other(event.getHeader().getEventType());
        }
    }

    /** An event that says all by its type, or nothing. */
    private void other(EventType type) {
        switch (type) {
            case XID -> put(new BinlogEvent.Commit());
            case FORMAT_DESCRIPTION ->
                inTransactions = false; // a file begins: what is of no known type there is about encryption
            case UNKNOWN -> {
                if (inTransactions) {
                    put(new BinlogEvent.Lost(
                            "it has events of a type that isn't known, such as log_bin_compress makes", true));
                }
            }
            default -> {}
        }
    }

    private static BinlogEvent prepared(XAPrepareEventData data) {
        if (data.isOnePhase()) {
            return new BinlogEvent.Commit();
        }
        byte[] both = data.getData();
        byte[] global = java.util.Arrays.copyOf(both, data.getGtridLength());
        byte[] branch = java.util.Arrays.copyOfRange(both, data.getGtridLength(), both.length);
        return new BinlogEvent.XaPrepared(xid(data.getFormatID(), global, branch));
    }

    private static BinlogEvent query(QueryEventData query) {
        String sql = query.getSql().strip();
        if (sql.equalsIgnoreCase("COMMIT")) {
            return new BinlogEvent.Commit();
        }
        if (sql.equalsIgnoreCase("ROLLBACK")) {
            return new BinlogEvent.Rollback();
        }
        Matcher end = XA_END.matcher(sql);
        if (end.matches()) {
            String xid = end.group(4) + ":" + end.group(2).toLowerCase(Locale.ROOT) + ":"
                    + end.group(3).toLowerCase(Locale.ROOT);
            return new BinlogEvent.XaEnd(xid, end.group(1).equalsIgnoreCase("COMMIT"));
        }
        return new BinlogEvent.Definition(query.getDatabase(), sql);
    }

    private void put(BinlogEvent event) {
        try {
            while (!closed && !queue.offer(event, 1, TimeUnit.SECONDS)) {
                // the player is slower than the log; the instance waits
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        queue.clear();
        try {
            client.disconnect();
        } catch (IOException e) {
            thread.interrupt(); // it was being lost anyway
        }
    }

    /** What the client would only log. */
    private final class Failures extends BinaryLogClient.AbstractLifecycleListener {
        @Override
        public void onEventDeserializationFailure(BinaryLogClient source, Exception failed) {
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            put(new BinlogEvent.Lost("an event of the binary log can't be read: " + cause.getMessage(), true));
        }

        @Override
        public void onCommunicationFailure(BinaryLogClient source, Exception failed) {
            put(
                    failed instanceof ServerException refused
                            ? lost(refused)
                            : new BinlogEvent.Lost(String.valueOf(failed.getMessage()), false));
        }
    }
}
