package drds.transaction;

import drds.atom.Backend;
import org.jspecify.annotations.Nullable;

/** One instance's part of a transaction. */
final class Branch {
    final String group;
    final Backend backend;
    final long use;

    /** Null for the first instance, whose part is a local transaction and holds the decision. */
    final @Nullable String xid;

    /** Whether it may have changed something. */
    boolean wrote;

    /** How many of the running statements, one inside the other, have set their savepoints here. */
    int statementsMarked;

    /** Whether what is being tried has set its savepoint here. */
    boolean attemptMarked;

    Branch(String group, Backend backend, @Nullable String xid) {
        this.group = group;
        this.backend = backend;
        this.use = backend.use();
        this.xid = xid;
    }

    boolean local() {
        return xid == null;
    }
}
