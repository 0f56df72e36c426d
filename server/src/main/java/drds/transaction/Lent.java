package drds.transaction;

import drds.atom.Backend;
import drds.atom.SessionState;
import drds.atom.StatementWatch;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The connections that a statement outside a transaction holds. */
final class Lent {
    private final Backends backends;

    /** Nearly every statement has one. KILL reads this and the others from other threads. */
    private volatile @Nullable Place only;

    private final List<Place> more = new CopyOnWriteArrayList<>();

    /** Connections for DRDS's own use, which no statement's text goes to by {@link #first}. */
    private final List<Place> outside = new CopyOnWriteArrayList<>();

    private final @Nullable StatementWatch watch;

    Lent(Backends backends, @Nullable StatementWatch watch) {
        this.backends = backends;
        this.watch = watch;
    }

    /** The connection that the session keeps, for a statement that needs what is on it; null for all others. */
    private @Nullable Kept kept;

    private boolean primaryOnly;
    private @Nullable Duration silence;

    /**
     * For the statements to come.
     *
     * @param primary whether reads go to primaries
     * @param limit how long an instance may be silent, null for the setting
     */
    void hinted(boolean primary, @Nullable Duration limit) {
        primaryOnly = primary;
        silence = limit;
    }

    /** Statements on the Group go to this connection from now on; null for no such Group. */
    void keep(@Nullable Kept connection) {
        kept = connection;
    }

    /** @param use the number of the backend's use */
    private record Place(String group, Backend backend, long use) {
        Place(String group, Backend backend) {
            this(group, backend, backend.use());
        }
    }

    /** The statement's connection to the Group. */
    Backend first(String group, boolean write, SessionState state) {
        Place known = only;
        if (known == null) {
            return lendFirst(group, write, state);
        }
        if (known.group.equals(group)) {
            known.backend.use(state);
            return known.backend;
        }
        for (Place place : more) {
            if (place.group.equals(group)) {
                place.backend.use(state);
                return place.backend;
            }
        }
        return lendFirst(group, write, state);
    }

    private Backend lendFirst(String group, boolean write, SessionState state) {
        Kept own = kept;
        return own != null && own.group().equals(group) ? lend(group, own.backend(), state) : lend(group, write, state);
    }

    /** One more connection for reading. */
    Backend another(String group, SessionState state) {
        return lend(group, false, state);
    }

    /** A connection to the primary for DRDS's own use, in whatever state. */
    Backend outside(String group, SessionState state) {
        Backend backend = backends.take(group, state);
        backend.limitSilence(true);
        backend.watch(group, watch);
        outside.add(new Place(group, backend));
        return backend;
    }

    void giveBack(Backend backend) {
        if (outside.removeIf(place -> place.backend == backend)) {
            backend.release();
        }
    }

    void dropIfLost(Backend backend) {
        if (backend.isOpen()) {
            return;
        }
        more.removeIf(place -> place.backend == backend);
        Place first = only;
        if (first != null && first.backend == backend) {
            only = more.isEmpty() ? null : more.removeFirst();
        }
        backend.discard();
    }

    private Backend lend(String group, boolean write, SessionState state) {
        return lend(
                group, write || primaryOnly ? backends.take(group, state) : backends.takeReader(group, state), state);
    }

    private Backend lend(String group, Backend backend, SessionState state) {
        boolean ready = false;
        try {
            backend.limitSilence(true);
            Duration hinted = silence;
            if (hinted != null) {
                backend.limitSilence(hinted);
            }
            backend.use(state);
            backend.watch(group, watch);
            Place place = new Place(group, backend);
            if (only == null) {
                only = place;
            } else {
                more.add(place);
            }
            ready = true;
            return backend;
        } finally {
            if (!ready) {
                backend.discard();
            }
        }
    }

    boolean isEmpty() {
        return only == null && outside.isEmpty();
    }

    /** Whoever left answers unread loses the connection: {@link Backend#release} sees to it. */
    void giveBack() {
        if (!outside.isEmpty()) {
            List.copyOf(outside).forEach(place -> giveBack(place.backend));
        }
        Place first = only;
        if (first == null) {
            return;
        }
        only = null;
        first.backend.release();
        if (!more.isEmpty()) {
            List<Place> held = List.copyOf(more);
            more.clear();
            held.forEach(place -> place.backend.release());
        }
    }

    /** Ends what runs on them; called by another thread. @throws SqlError if an instance can't be reached */
    void stop() {
        Place first = only;
        if (first != null) {
            first.backend.stop(first.use);
        }
        for (List<Place> places : List.of(more, outside)) {
            places.forEach(place -> place.backend.stop(place.use));
        }
    }
}
