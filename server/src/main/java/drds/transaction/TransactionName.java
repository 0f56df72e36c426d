package drds.transaction;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of a distributed transaction, as its branches carry it on the instances. Each branch has it with the number of the
 * connection that it was begun on: whoever finds it prepared knows which connection to end should that not let go of it.
 *
 * @param cluster which cluster it belongs to
 * @param node the run of a DRDS process that it belongs to
 * @param number counted by that run
 * @param decidingGroup the Group whose transaction log decides
 * @param decidingThread the connection there that the transaction has, as the instance counts
 */
public record TransactionName(String cluster, String node, long number, String decidingGroup, long decidingThread) {
    /** "DRDS" as a number: branches with another format are not ours. */
    static final int FORMAT = 0x44524453;

    private static final int PART_BYTES = 64;
    private static final int RADIX = 36;
    private static final Pattern GTRID = Pattern.compile("drds,([^,']+),([^,']+),([0-9]+)");
    private static final Pattern BRANCH = Pattern.compile("(.*),([0-9a-z]{1,12}),([0-9a-z]{1,12})");

    /** The part that is the same on all branches: the key in the transaction log. At most 64 bytes of ASCII. */
    public String global() {
        return "drds," + cluster + "," + node + "," + number;
    }

    /** A branch's whole name as XA statements take it. @param thread the branch's connection, as its instance counts */
    public String xid(long thread) {
        return "'" + global() + "','" + decidingGroup + "," + Long.toString(decidingThread, RADIX) + ","
                + Long.toString(thread, RADIX) + "'," + FORMAT;
    }

    /**
     * A branch that an instance has.
     *
     * @param thread the connection that it was begun on
     */
    public record OfBranch(TransactionName transaction, long thread) {
        public String xid() {
            return transaction.xid(thread);
        }
    }

    /**
     * Reads a row of XA RECOVER.
     *
     * @param data gtrid and bqual, one after the other
     * @return empty if the branch is not one of DRDS's
     */
    public static Optional<OfBranch> read(long format, int globalLength, int branchLength, byte[] data) {
        if (format != FORMAT || globalLength + branchLength != data.length) {
            return Optional.empty();
        }
        Matcher global = GTRID.matcher(new String(data, 0, globalLength, StandardCharsets.ISO_8859_1));
        Matcher branch = BRANCH.matcher(new String(data, globalLength, branchLength, StandardCharsets.UTF_8));
        if (!global.matches() || !branch.matches()) {
            return Optional.empty();
        }
        TransactionName name = new TransactionName(
                global.group(1),
                global.group(2),
                Long.parseLong(global.group(3)),
                branch.group(1),
                Long.parseLong(branch.group(2), RADIX));
        return Optional.of(new OfBranch(name, Long.parseLong(branch.group(3), RADIX)));
    }

    /** Reads a row of XA RECOVER as it came. @return empty if the branch is not one of DRDS's */
    static Optional<OfBranch> read(byte[] @Nullable [] row) {
        byte[] data = row[3];
        return data == null ? Optional.empty() : read(number(row[0]), (int) number(row[1]), (int) number(row[2]), data);
    }

    /** A number as an instance writes it. */
    static long number(byte @Nullable [] text) {
        return text == null ? -1 : Long.parseLong(new String(text, StandardCharsets.US_ASCII));
    }

    /** Whether names of this cluster and this Group fit into what XA allows. */
    static boolean fits(String cluster, String node, String group) {
        int threads = 2 * (1 + Long.toString(0xFFFF_FFFFL, RADIX).length());
        return ("drds," + cluster + "," + node + "," + Long.MAX_VALUE).length() <= PART_BYTES
                && group.getBytes(StandardCharsets.UTF_8).length + threads <= PART_BYTES
                && !group.contains("'")
                && !group.contains("\\");
    }
}
