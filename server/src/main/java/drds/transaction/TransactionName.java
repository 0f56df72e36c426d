package drds.transaction;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of a distributed transaction, as its branches carry it on the instances.
 *
 * @param cluster which cluster it belongs to
 * @param node the run of a DRDS process that it belongs to
 * @param number counted by that run
 * @param decidingGroup the Group whose transaction log decides
 */
public record TransactionName(String cluster, String node, long number, String decidingGroup) {
    /** "DRDS" as a number: branches with another format are not ours. */
    static final int FORMAT = 0x44524453;

    private static final int PART_BYTES = 64;
    private static final Pattern GTRID = Pattern.compile("drds,([^,']+),([^,']+),([0-9]+)");

    /** The part that is the same on all branches: the key in the transaction log. At most 64 bytes of ASCII. */
    public String global() {
        return "drds," + cluster + "," + node + "," + number;
    }

    /** The whole name as XA statements take it. */
    public String xid() {
        return "'" + global() + "','" + decidingGroup + "'," + FORMAT;
    }

    /**
     * Reads a row of XA RECOVER.
     *
     * @param data gtrid and bqual, one after the other
     * @return empty if the branch is not one of DRDS's
     */
    public static Optional<TransactionName> read(long format, int globalLength, int branchLength, byte[] data) {
        if (format != FORMAT || globalLength + branchLength != data.length) {
            return Optional.empty();
        }
        Matcher global = GTRID.matcher(new String(data, 0, globalLength, StandardCharsets.ISO_8859_1));
        if (!global.matches()) {
            return Optional.empty();
        }
        String group = new String(data, globalLength, branchLength, StandardCharsets.UTF_8);
        return Optional.of(
                new TransactionName(global.group(1), global.group(2), Long.parseLong(global.group(3)), group));
    }

    /** Reads a row of XA RECOVER as it came. @return empty if the branch is not one of DRDS's */
    static Optional<TransactionName> read(byte[] @Nullable [] row) {
        byte[] data = row[3];
        return data == null ? Optional.empty() : read(number(row[0]), (int) number(row[1]), (int) number(row[2]), data);
    }

    /** A number as an instance writes it. */
    static long number(byte @Nullable [] text) {
        return text == null ? -1 : Long.parseLong(new String(text, StandardCharsets.US_ASCII));
    }

    /** Whether names of this cluster and this Group fit into what XA allows. */
    static boolean fits(String cluster, String node, String group) {
        return ("drds," + cluster + "," + node + "," + Long.MAX_VALUE).length() <= PART_BYTES
                && group.getBytes(StandardCharsets.UTF_8).length <= PART_BYTES
                && !group.contains("'")
                && !group.contains("\\");
    }
}
