package drds.replication;

import drds.catalog.Catalog;
import drds.catalog.CatalogStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;

/** The jobs in ZooKeeper, below {@code /moves}: each a node, with a node below it for what somebody wishes of it. */
final class MoveStore {
    private static final String ROOT = "/moves";
    private static final String PREFIX = ROOT + "/move-";
    private static final int HISTORY_LIMIT = 200;

    private final CatalogStore store;

    MoveStore(CatalogStore store) {
        this.store = store;
    }

    MoveJob create(MoveJob job) {
        try {
            String path = curator()
                    .create()
                    .creatingParentsIfNeeded()
                    .withMode(CreateMode.PERSISTENT_SEQUENTIAL)
                    .forPath(PREFIX, new byte[0]);
            MoveJob created = job.withId(Long.parseLong(path.substring(PREFIX.length())) + 1);
            curator().setData().forPath(path, created.json());
            forgetOldest();
            return created;
        } catch (Exception e) {
            throw failure(e);
        }
    }

    /** All, oldest first. */
    List<MoveJob> all() {
        List<MoveJob> jobs = new ArrayList<>();
        try {
            for (String child : curator().getChildren().forPath(ROOT)) {
                byte[] content = curator().getData().forPath(ROOT + "/" + child);
                if (content.length > 0) {
                    jobs.add(MoveJob.read(content));
                }
            }
        } catch (KeeperException.NoNodeException none) {
            return jobs;
        } catch (Exception e) {
            throw failure(e);
        }
        jobs.sort(Comparator.comparingLong(MoveJob::id));
        return jobs;
    }

    @Nullable
    MoveJob find(long id) {
        try {
            return MoveJob.read(curator().getData().forPath(path(id)));
        } catch (KeeperException.NoNodeException none) {
            return null;
        } catch (Exception e) {
            throw failure(e);
        }
    }

    void save(MoveJob job) {
        try {
            curator().setData().forPath(path(job.id()), job.json());
        } catch (Exception e) {
            throw failure(e);
        }
    }

    /** The catalog's change and the job's own in one. */
    Catalog publish(MoveJob job, UnaryOperator<Catalog> change) {
        try {
            return store.change(
                    change, List.of(curator().transactionOp().setData().forPath(path(job.id()), job.json())));
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw failure(e);
        }
    }

    /** Leaves word for whoever runs the job. */
    void wish(long id, Wish wish) {
        byte[] content = wish.name().getBytes(StandardCharsets.UTF_8);
        try {
            curator().create().orSetData().forPath(path(id) + "/wish", content);
        } catch (Exception e) {
            throw failure(e);
        }
    }

    /** What is wished, which is forgotten by this; null if nothing is. */
    @Nullable
    Wish takeWish(long id) {
        String path = path(id) + "/wish";
        try {
            Wish wish = Wish.valueOf(new String(curator().getData().forPath(path), StandardCharsets.UTF_8));
            curator().delete().forPath(path);
            return wish;
        } catch (KeeperException.NoNodeException none) {
            return null;
        } catch (Exception e) {
            throw failure(e);
        }
    }

    private void forgetOldest() throws Exception {
        List<MoveJob> ended = all().stream().filter(job -> job.phase().isEnd()).toList();
        for (int i = 0; i < ended.size() - HISTORY_LIMIT; i++) {
            curator()
                    .delete()
                    .deletingChildrenIfNeeded()
                    .forPath(path(ended.get(i).id()));
        }
    }

    private static String path(long id) {
        return PREFIX + String.format(java.util.Locale.ROOT, "%010d", id - 1);
    }

    private CuratorFramework curator() {
        return store.curator();
    }

    private static RuntimeException failure(Exception e) {
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        return e instanceof RuntimeException known ? known : new IllegalStateException("ZooKeeper can't be reached", e);
    }
}
