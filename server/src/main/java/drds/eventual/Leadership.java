package drds.eventual;

import drds.atom.Backend;
import drds.atom.SessionState;
import drds.error.SqlError;
import drds.transaction.Backends;
import drds.transaction.Work;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which DRDS server does what one alone should do: the one whose connection to the default Group holds a lock there. It goes with
 * the connection, so a server that dies leaves it at once. What must not be done twice doesn't rely on it: for a moment two servers
 * may believe that they lead.
 */
final class Leadership {
    private final Backends backends;
    private final Supplier<String> defaultGroup;
    private final String lock;
    private @Nullable Backend holder;

    /** @param lock its name, without quotes */
    Leadership(Backends backends, Supplier<String> defaultGroup, String lock) {
        this.backends = backends;
        this.defaultGroup = defaultGroup;
        this.lock = lock;
    }

    /** Whether this server leads now. @throws SqlError if the default Group can't be asked */
    boolean isMine() {
        Backend known = holder;
        if (known != null) {
            try {
                if (isOne(new Work(known).column("SELECT IS_USED_LOCK('" + lock + "') = CONNECTION_ID()"))) {
                    return true;
                }
                end();
            } catch (SqlError lost) {
                end();
                throw lost;
            }
        }
        Backend taken = backends.take(defaultGroup.get(), SessionState.INITIAL);
        boolean mine = false;
        try {
            taken.use(SessionState.INITIAL);
            taken.markDirty();
            mine = isOne(new Work(taken).column("SELECT GET_LOCK('" + lock + "', 0)"));
        } finally {
            if (mine) {
                holder = taken;
                taken.keep(true);
            } else if (taken.isOpen()) {
                taken.release();
            } else {
                taken.discard();
            }
        }
        return mine;
    }

    private static boolean isOne(List<byte @Nullable []> answer) {
        byte[] value = answer.isEmpty() ? null : answer.getFirst();
        return value != null && value.length == 1 && value[0] == '1';
    }

    /** Gives it up. */
    void end() {
        Backend known = holder;
        holder = null;
        if (known != null) {
            known.keep(false);
            known.discard();
        }
    }
}
