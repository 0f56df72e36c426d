package drds.ddl;

import drds.catalog.Catalog;
import drds.catalog.CatalogStore;
import drds.transaction.Backends;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;

/** The jobs in ZooKeeper, below {@code /jobs}. */
final class Jobs {
    private static final String ROOT = "/jobs";
    private static final String PREFIX = ROOT + "/job-";

    private final CatalogStore store;
    private final Backends backends;
    private final Consumer<String> watcher;

    /** What this process began, or found at its start, and could not end yet. */
    private final Set<Job> left = ConcurrentHashMap.newKeySet();

    /** @param watcher is told of each point that a job reaches; what it throws as an Error is as a crash there */
    Jobs(CatalogStore store, Backends backends, Consumer<String> watcher) {
        this.store = store;
        this.backends = backends;
        this.watcher = watcher;
    }

    Job begin(String statement, List<TableName> touched) {
        JobRecord record = JobRecord.begin(statement, touched);
        try {
            String path = curator()
                    .create()
                    .creatingParentsIfNeeded()
                    .withMode(CreateMode.PERSISTENT_SEQUENTIAL)
                    .forPath(PREFIX, record.bytes());
            return new Job(this, backends, path, record);
        } catch (Exception e) {
            throw failure(e);
        }
    }

    void leave(Job job) {
        left.add(job);
    }

    void forget(Job job) {
        left.remove(job);
    }

    /** The jobs left, oldest first. */
    List<Job> left() {
        return left.stream().sorted(Comparator.comparing(Job::path)).toList();
    }

    /** What is left of earlier jobs, oldest first. */
    List<Job> unfinished() {
        Map<String, Job> jobs = new TreeMap<>();
        try {
            for (String child : curator().getChildren().forPath(ROOT)) {
                String path = ROOT + "/" + child;
                jobs.put(
                        path,
                        new Job(
                                this,
                                backends,
                                path,
                                JobRecord.read(curator().getData().forPath(path))));
            }
        } catch (KeeperException.NoNodeException none) {
            return List.copyOf(jobs.values());
        } catch (Exception e) {
            throw failure(e);
        }
        return List.copyOf(jobs.values());
    }

    JobRecord load(String path) {
        try {
            return JobRecord.read(curator().getData().forPath(path));
        } catch (Exception e) {
            throw failure(e);
        }
    }

    void save(String path, JobRecord record) {
        try {
            curator().setData().forPath(path, record.bytes());
        } catch (Exception e) {
            throw failure(e);
        }
    }

    /** The catalog's change and the job's own in one. */
    Catalog publish(String path, JobRecord record, UnaryOperator<Catalog> change) {
        try {
            return store.change(
                    change, List.of(curator().transactionOp().setData().forPath(path, record.bytes())));
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw failure(e);
        }
    }

    void delete(String path) {
        try {
            curator().delete().forPath(path);
        } catch (KeeperException.NoNodeException gone) {
            return;
        } catch (Exception e) {
            throw failure(e);
        }
    }

    void reached(String point) {
        watcher.accept(point);
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
