package drds.transaction;

import drds.error.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** A client's XA transaction in the session that has started it. */
final class ClientXa {
    enum State {
        ACTIVE,
        IDLE,
        PREPARED,
        ROLLBACK_ONLY
    }

    private final String xid;
    private State state = State.ACTIVE;

    /** @param xid as SQL */
    ClientXa(String xid) {
        this.xid = xid;
    }

    String xid() {
        return xid;
    }

    State state() {
        return state;
    }

    void become(State next) {
        state = next;
    }

    /**
     * @param wanted null for none: no transaction should be there
     * @throws drds.error.SqlError 1399 in another state
     */
    void require(@Nullable State wanted) {
        if (state != wanted) {
            throw ErrorCode.XA_STATE.with(state.name().replace('_', ' '));
        }
    }

    /** @throws drds.error.SqlError 1397 if another one is meant */
    void requireXid(String other) {
        if (!xid.equals(other)) {
            throw ErrorCode.XA_UNKNOWN.with();
        }
    }

    /** The xid of a row of XA RECOVER, as SQL; null if it has none. */
    static @Nullable String xid(byte[] @Nullable [] row) {
        byte[] data = row[3];
        if (data == null) {
            return null;
        }
        int global = (int) TransactionName.number(row[1]);
        HexFormat hex = HexFormat.of();
        return "X'" + hex.formatHex(data, 0, global) + "',X'" + hex.formatHex(data, global, data.length) + "',"
                + TransactionName.number(row[0]);
    }

    /**
     * The keys in the transaction log: where the row of the first is, the transaction was to be committed in one phase on several
     * instances; the second's row is the decision.
     */
    record LogNames(String begun, String decision) {
        static LogNames of(String xid) {
            try {
                byte[] digest = MessageDigest.getInstance("SHA-1").digest(xid.getBytes(StandardCharsets.US_ASCII));
                String hex = HexFormat.of().formatHex(digest);
                return new LogNames("xa?" + hex, "xa," + hex);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
