package drds.catalog;

import java.util.List;

/** One primary instance and its replicas. */
public record GroupDefinition(String name, Instance primary, List<Replica> replicas) {
    /** Where an instance is and how DRDS logs in. */
    public record Instance(String host, int port, String user, String password) {
        @Override
        public String toString() {
            return user + "@" + host + ":" + port;
        }
    }

    public record Replica(Instance instance, int readWeight) {}
}
