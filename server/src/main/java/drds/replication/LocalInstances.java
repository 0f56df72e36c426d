package drds.replication;

import drds.catalog.GroupDefinition.Instance;
import java.util.Map;

/** Starts instances beside this server, where it was started with some of its own. */
public interface LocalInstances {
    /** Where nobody can. */
    LocalInstances NONE = name -> {
        throw new IllegalStateException(
                "this server was not started with instances of its own: ADD STORAGE name AT 'host:port' takes one that runs");
    };

    /**
     * The instance of that name; started if it doesn't run.
     *
     * @throws IllegalStateException that says why it can't be
     */
    Instance start(String name);

    /** Those that run already, by name. */
    default Map<String, Instance> running() {
        return Map.of();
    }
}
