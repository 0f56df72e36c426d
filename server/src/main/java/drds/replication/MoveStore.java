package drds.replication;

import drds.catalog.Catalog;
import drds.catalog.CatalogStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/** The jobs in ZooKeeper, below {@code /moves}: each a node, with a node below it for what somebody wishes of it. */
final class MoveStore {
    private static final String ROOT = "/moves";
    private static final String PREFIX = ROOT + "/move-";
    private static final int HISTORY_LIMIT = 200;

    private final CatalogStore store;
    private final ReentrantLock loading = new ReentrantLock();
    /** Those that have not ended, by id, as they were read or written last; null until they are asked for. */
    private volatile @Nullable Map<Long, MoveJob> open;

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
            remember(created);
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
                read(ROOT + "/" + child).ifPresent(jobs::add);
            }
        } catch (KeeperException.NoNodeException none) {
            return jobs;
        } catch (Exception e) {
            throw failure(e);
        }
        jobs.sort(Comparator.comparingLong(MoveJob::id));
        return jobs;
    }

    /** Empty if it is gone, or not written yet. */
    private Optional<MoveJob> read(String path) throws Exception {
        try {
            byte[] content = curator().getData().forPath(path);
            return content.length == 0 ? Optional.empty() : Optional.of(MoveJob.read(content));
        } catch (KeeperException.NoNodeException gone) {
            return Optional.empty();
        }
    }

    /**
     * Those that have not ended, oldest first. Only this server starts and runs jobs, so they are read from ZooKeeper once and
     * kept.
     */
    List<MoveJob> open() {
        return List.copyOf(known().values());
    }

    private Map<Long, MoveJob> known() {
        Map<Long, MoveJob> known = open;
        if (known != null) {
            return known;
        }
        loading.lock();
        try {
            known = open;
            if (known == null) {
                known = new ConcurrentSkipListMap<>();
                for (MoveJob job : all()) {
                    if (!job.phase().isEnd()) {
                        known.put(job.id(), job);
                    }
                }
                open = known;
            }
            return known;
        } finally {
            loading.unlock();
        }
    }

    private void remember(MoveJob job) {
        if (job.phase().isEnd()) {
            known().remove(job.id());
        } else {
            known().put(job.id(), job);
        }
    }

    @Nullable
    MoveJob find(long id) {
        try {
            return read(path(id)).orElse(null);
        } catch (Exception e) {
            throw failure(e);
        }
    }

    void save(MoveJob job) {
        try {
            curator().setData().forPath(path(job.id()), job.json());
            remember(job);
        } catch (Exception e) {
            throw failure(e);
        }
    }

    /** The catalog's change and the job's own in one. */
    Catalog publish(MoveJob job, UnaryOperator<Catalog> change) {
        try {
            Catalog published = store.change(
                    change, List.of(curator().transactionOp().setData().forPath(path(job.id()), job.json())));
            remember(job);
            return published;
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
            Stat seen = new Stat();
            byte[] content = curator().getData().storingStatIn(seen).forPath(path);
            curator().delete().withVersion(seen.getVersion()).forPath(path);
            return Wish.valueOf(new String(content, StandardCharsets.UTF_8));
        } catch (KeeperException.NoNodeException | KeeperException.BadVersionException noneOrNewer) {
            return null; // a newer one is taken the next time
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
