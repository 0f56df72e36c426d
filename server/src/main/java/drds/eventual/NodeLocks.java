package drds.eventual;

import drds.atom.SessionState;
import drds.transaction.Backends;
import drds.transaction.Work;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** By locks on the default Group's instance the servers of a cluster know of each other which of them live. */
final class NodeLocks {
    private static final String PREFIX = "drds node ";

    private final Backends backends;
    private final Supplier<String> defaultGroup;
    private final Leadership own;

    NodeLocks(Backends backends, Supplier<String> defaultGroup, String node) {
        this.backends = backends;
        this.defaultGroup = defaultGroup;
        this.own = new Leadership(backends, defaultGroup, PREFIX + node);
    }

    /** Holds this server's. */
    void hold() {
        own.isMine();
    }

    /** Whether another run of a server lives. */
    boolean lives(String node) {
        List<byte @Nullable []> free = Work.on(
                backends,
                defaultGroup.get(),
                SessionState.INITIAL,
                work -> work.column("SELECT IS_FREE_LOCK('" + PREFIX + node + "')"));
        byte[] answer = free.getFirst();
        return answer != null && answer[0] == '0';
    }
}
