package drds.transaction;

import drds.atom.Backend;
import drds.atom.SessionState;
import java.util.List;

/** The connections to the Groups' primaries. */
public interface Backends {
    /** A pooled connection of the calling thread's loop that can take this state; the caller's until released or discarded. */
    Backend take(String group, SessionState state);

    /** The same for short work of DRDS's own: there is one even while clients' transactions hold all others. */
    Backend takeAside(String group, SessionState state);

    /** A pooled connection for a read outside of transactions: a replica may serve. */
    Backend takeReader(String group, SessionState state);

    /** All Groups by name, in the order of their numbers. */
    List<String> groups();
}
