package drds.replication;

import drds.catalog.CatalogStore;
import drds.catalog.GroupDefinition;
import drds.catalog.GroupDefinition.Instance;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.zookeeper.KeeperException;

/** Which Groups came by ADD STORAGE and which went by DROP STORAGE, so that a configuration that differs from the catalog is no mistake. */
public record StoragesKnown(Set<String> added, Set<String> dropped) {
    private static final String ADDED = "/storages/added";
    private static final String DROPPED = "/storages/dropped";

    public static StoragesKnown read(CatalogStore store) {
        return new StoragesKnown(names(store, ADDED), names(store, DROPPED));
    }

    /** An added Group where its instance is now: local ones may have come back on another port. */
    public GroupDefinition where(GroupDefinition group, Map<String, Instance> running) {
        Instance now = running.get(group.name());
        return now == null ? group : new GroupDefinition(group.name(), now, group.replicas());
    }

    static void added(CatalogStore store, String name) {
        put(store, ADDED + "/" + name);
        remove(store, DROPPED + "/" + name);
    }

    static void dropped(CatalogStore store, String name) {
        put(store, DROPPED + "/" + name);
        remove(store, ADDED + "/" + name);
    }

    private static Set<String> names(CatalogStore store, String path) {
        try {
            return new TreeSet<>(store.curator().getChildren().forPath(path));
        } catch (KeeperException.NoNodeException none) {
            return Set.of();
        } catch (Exception e) {
            throw failure(e);
        }
    }

    private static void put(CatalogStore store, String path) {
        try {
            store.curator().create().orSetData().creatingParentsIfNeeded().forPath(path, new byte[0]);
        } catch (Exception e) {
            throw failure(e);
        }
    }

    private static void remove(CatalogStore store, String path) {
        try {
            store.curator().delete().forPath(path);
        } catch (KeeperException.NoNodeException gone) {
            return;
        } catch (Exception e) {
            throw failure(e);
        }
    }

    private static RuntimeException failure(Exception e) {
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        return e instanceof RuntimeException known ? known : new IllegalStateException("ZooKeeper can't be reached", e);
    }
}
