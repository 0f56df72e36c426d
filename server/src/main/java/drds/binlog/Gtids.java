package drds.binlog;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A position in an instance's binary log: of each replication domain the last transaction that lies before it, as MariaDB's
 * {@code gtid_binlog_pos} gives it.
 */
public record Gtids(SortedMap<Long, Gtid> byDomain) {
    /** Before the first transaction. */
    public static final Gtids NONE = new Gtids(new TreeMap<>());

    /** One transaction: {@code 0-1-17}. */
    public record Gtid(long domain, long server, long sequence) {
        @Override
        public String toString() {
            return domain + "-" + server + "-" + sequence;
        }
    }

    public Gtids {
        byDomain = Collections.unmodifiableSortedMap(new TreeMap<>(byDomain));
    }

    /** Reads {@code 0-1-17,1-2-9}; an empty text is {@link #NONE}. */
    public static Gtids parse(String text) {
        SortedMap<Long, Gtid> found = new TreeMap<>();
        for (String one : text.isBlank() ? new String[0] : text.split(",", -1)) {
            String[] parts = one.strip().split("-", -1);
            if (parts.length != 3) {
                throw new IllegalArgumentException("no position of MariaDB's binary log: " + text);
            }
            Gtid gtid = new Gtid(Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]));
            found.put(gtid.domain(), gtid);
        }
        return new Gtids(found);
    }

    /** The position behind that transaction. */
    public Gtids with(Gtid gtid) {
        SortedMap<Long, Gtid> next = new TreeMap<>(byDomain);
        next.put(gtid.domain(), gtid);
        return new Gtids(next);
    }

    /** Whether everything that lies before the other position lies before this one too. */
    public boolean reaches(Gtids other) {
        for (Map.Entry<Long, Gtid> entry : other.byDomain.entrySet()) {
            Gtid own = byDomain.get(entry.getKey());
            if (own == null || own.sequence() < entry.getValue().sequence()) {
                return false;
            }
        }
        return true;
    }

    /** About how many transactions lie between the other position and this one. */
    public long ahead(Gtids other) {
        long count = 0;
        for (Gtid gtid : byDomain.values()) {
            Gtid that = other.byDomain.get(gtid.domain());
            count += Math.max(0, gtid.sequence() - (that == null ? 0 : that.sequence()));
        }
        return count;
    }

    @Override
    public String toString() {
        return byDomain.values().stream().map(Gtid::toString).collect(Collectors.joining(","));
    }
}
