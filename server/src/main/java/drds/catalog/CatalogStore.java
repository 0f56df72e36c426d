package drds.catalog;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.api.ACLProvider;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.curator.retry.ExponentialBackoffRetry;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The catalog in ZooKeeper. {@link #current} is a value in memory and never waits; a change is one transaction of ZooKeeper
 * that also raises the version, so that two changes of the same version can't both succeed; every node follows by a watch.
 */
public final class CatalogStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CatalogStore.class);
    private static final int SESSION_MILLIS = 30_000;
    private static final int CONNECT_MILLIS = 10_000;
    private static final int RETRY_BASE_MILLIS = 50;
    private static final int RETRIES = 8;
    private static final int CONFLICTS_LIMIT = 50;

    private final @Nullable EmbeddedZooKeeper embedded;
    private final CuratorFramework curator;
    private final ReentrantLock changing = new ReentrantLock();
    private final List<Consumer<Catalog>> listeners = new CopyOnWriteArrayList<>();
    private volatile Catalog current = Catalog.empty();
    private volatile int rootVersion = -1;
    private volatile boolean closed;

    private CatalogStore(@Nullable EmbeddedZooKeeper embedded, CuratorFramework curator) {
        this.embedded = embedded;
        this.curator = curator;
    }

    /** With ZooKeeper in this process, its data in {@code directory}. */
    public static CatalogStore embedded(Path directory) throws IOException {
        EmbeddedZooKeeper zookeeper = EmbeddedZooKeeper.start(directory);
        try {
            CuratorFrameworkFactory.Builder builder = CuratorFrameworkFactory.builder()
                    .connectString(zookeeper.connectString())
                    .authorization(
                            "digest", ("drds:" + zookeeper.secret()).getBytes(java.nio.charset.StandardCharsets.UTF_8))
                    .aclProvider(new CreatorOnly());
            return open(zookeeper, builder);
        } catch (RuntimeException | IOException e) {
            zookeeper.close();
            throw e;
        }
    }

    /** @param connectString hosts and ports of an ensemble, with a root path or without */
    public static CatalogStore ensemble(String connectString) throws IOException {
        return open(null, CuratorFrameworkFactory.builder().connectString(connectString));
    }

    private static CatalogStore open(@Nullable EmbeddedZooKeeper embedded, CuratorFrameworkFactory.Builder builder)
            throws IOException {
        CuratorFramework curator = builder.namespace("drds")
                .sessionTimeoutMs(SESSION_MILLIS)
                .connectionTimeoutMs(CONNECT_MILLIS)
                .retryPolicy(new ExponentialBackoffRetry(RETRY_BASE_MILLIS, RETRIES))
                .build();
        CatalogStore store = new CatalogStore(embedded, curator);
        curator.start();
        try {
            if (!curator.blockUntilConnected(CONNECT_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new IOException("ZooKeeper doesn't answer");
            }
            store.createRoot();
            store.follow();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            curator.close();
            throw new IOException("interrupted", interrupted);
        } catch (IOException | RuntimeException e) {
            curator.close();
            throw e;
        }
        return store;
    }

    /** The newest catalog that this node knows; never waits. */
    public Catalog current() {
        return current;
    }

    /** ZooKeeper itself, for jobs and locks beside the catalog. */
    public CuratorFramework curator() {
        return curator;
    }

    /** @param listener is called with each new catalog, by a thread that must not be held up */
    public void onChange(Consumer<Catalog> listener) {
        listeners.add(listener);
    }

    /**
     * Publishes the next version.
     *
     * @param change from the newest catalog to the one wanted; may be called again if another node was faster; the same value
     *     back means no change
     * @return the catalog that is in force now
     */
    public Catalog change(UnaryOperator<Catalog> change) {
        return change(change, List.of());
    }

    /** @param together what else changes in ZooKeeper in the same transaction; it happens even if the catalog stays as it is */
    @SuppressWarnings("ReferenceEquality") // the same value back is how a change says that there is none
    public Catalog change(UnaryOperator<Catalog> change, List<CuratorOp> together) {
        changing.lock();
        try {
            for (int attempt = 0; attempt < CONFLICTS_LIMIT; attempt++) {
                Catalog before = current;
                Catalog after = change.apply(before);
                if (after == before && together.isEmpty()) {
                    return before;
                }
                Catalog next = after.withVersion(before.version() + 1);
                if (commit(before, next, together)) {
                    return next;
                }
                load();
            }
            throw new IllegalStateException("the catalog changes too fast on other nodes");
        } finally {
            changing.unlock();
        }
    }

    /** False if another node's change came first. */
    @SuppressWarnings("ReferenceEquality") // parts that are the same object need not be written to be compared
    private boolean commit(Catalog before, Catalog next, List<CuratorOp> together) {
        int expected = rootVersion;
        Map<String, CatalogPaths.Node> old = CatalogPaths.nodes(before);
        Map<String, CatalogPaths.Node> wanted = CatalogPaths.nodes(next);
        try {
            List<CuratorOp> operations = new ArrayList<>(together);
            operations.add(curator.transactionOp()
                    .setData()
                    .withVersion(expected)
                    .forPath(CatalogPaths.ROOT, CatalogPaths.root(next)));
            for (Map.Entry<String, CatalogPaths.Node> node : wanted.entrySet()) {
                CatalogPaths.Node was = old.get(node.getKey());
                if (was != null && was.part() == node.getValue().part()) {
                    continue;
                }
                byte[] content = node.getValue().content();
                if (was == null) {
                    operations.add(curator.transactionOp().create().forPath(node.getKey(), content));
                } else if (!Arrays.equals(was.content(), content)) {
                    operations.add(curator.transactionOp().setData().forPath(node.getKey(), content));
                }
            }
            for (String path : new ArrayList<>(old.keySet()).reversed()) {
                if (!wanted.containsKey(path)) {
                    operations.add(curator.transactionOp().delete().forPath(path));
                }
            }
            curator.transaction().forOperations(operations);
            publish(next, expected + 1);
            return true;
        } catch (KeeperException.BadVersionException otherWasFaster) {
            return false;
        } catch (Exception e) {
            throw failure(e);
        }
    }

    private void publish(Catalog catalog, int version) {
        current = catalog;
        rootVersion = version;
        listeners.forEach(listener -> listener.accept(catalog));
    }

    private void createRoot() {
        try {
            if (curator.checkExists().forPath(CatalogPaths.ROOT) != null) {
                completeBranches();
                return;
            }
            List<CuratorOp> operations = new ArrayList<>();
            operations.add(
                    curator.transactionOp().create().forPath(CatalogPaths.ROOT, CatalogPaths.root(Catalog.empty())));
            for (Map.Entry<String, CatalogPaths.Node> node :
                    CatalogPaths.nodes(Catalog.empty()).entrySet()) {
                operations.add(curator.transactionOp()
                        .create()
                        .forPath(node.getKey(), node.getValue().content()));
            }
            curator.transaction().forOperations(operations);
        } catch (KeeperException.NodeExistsException otherWasFaster) {
            LOG.debug("another node made the catalog");
        } catch (Exception e) {
            throw failure(e);
        }
    }

    private void completeBranches() throws Exception {
        List<String> databases = curator.getChildren().forPath(CatalogPaths.ROOT + "/databases");
        for (String branch : CatalogPaths.newBranches(databases)) {
            if (curator.checkExists().forPath(branch) == null) {
                curator.create().forPath(branch, new byte[0]);
            }
        }
    }

    /** Loads what is new, and again whenever the root changes. */
    private void follow() {
        Watcher watcher = event -> {
            if (closed || event.getType() == Watcher.Event.EventType.None) {
                return;
            }
            Thread.ofVirtual().name("catalog").start(this::followSafely);
        };
        try {
            curator.getData().usingWatcher(watcher).forPath(CatalogPaths.ROOT);
        } catch (Exception e) {
            throw failure(e);
        }
        changing.lock();
        try {
            load();
        } finally {
            changing.unlock();
        }
    }

    private void followSafely() {
        try {
            follow();
        } catch (RuntimeException e) {
            if (!closed) {
                LOG.error("can't follow the catalog; this node keeps version {}", current.version(), e);
            }
        }
    }

    /** Reads all nodes at one version of the root. */
    private void load() {
        try {
            while (true) {
                Stat before = new Stat();
                byte[] root = curator.getData().storingStatIn(before).forPath(CatalogPaths.ROOT);
                if (before.getVersion() == rootVersion) {
                    return;
                }
                Catalog loaded = CatalogPaths.read(root, this::children);
                Stat after = curator.checkExists().forPath(CatalogPaths.ROOT);
                if (after != null && after.getVersion() == before.getVersion()) {
                    publish(loaded, before.getVersion());
                    return;
                }
            }
        } catch (Exception e) {
            throw failure(e);
        }
    }

    /** Asked for all at once: a catalog of thousands of tables is there in one moment. */
    private Map<String, byte[]> children(String path) {
        Map<String, byte[]> contents = new LinkedHashMap<>();
        try {
            Map<String, CompletableFuture<byte[]>> answers = new LinkedHashMap<>();
            for (String child :
                    curator.getChildren().forPath(path).stream().sorted().toList()) {
                CompletableFuture<byte[]> answer = new CompletableFuture<>();
                answers.put(path + "/" + child, answer);
                curator.getData()
                        .inBackground((client, event) -> {
                            KeeperException.Code code = KeeperException.Code.get(event.getResultCode());
                            if (code == KeeperException.Code.OK) {
                                answer.complete(event.getData());
                            } else {
                                answer.completeExceptionally(KeeperException.create(code, event.getPath()));
                            }
                        })
                        .forPath(path + "/" + child);
            }
            for (Map.Entry<String, CompletableFuture<byte[]>> answer : answers.entrySet()) {
                contents.put(answer.getKey(), answer.getValue().get());
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof KeeperException.NoNodeException) {
                return contents;
            }
            throw failure(e);
        } catch (KeeperException.NoNodeException changedMeanwhile) {
            return contents;
        } catch (Exception e) {
            throw failure(e);
        }
        return contents;
    }

    private static RuntimeException failure(Exception e) {
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        return e instanceof RuntimeException known
                ? known
                : new IllegalStateException("the catalog can't be reached", e);
    }

    @Override
    public void close() {
        closed = true;
        curator.close();
        if (embedded != null) {
            embedded.close();
        }
    }

    /** Only who made a node may see it: the nodes of one cluster share a secret. */
    private static final class CreatorOnly implements ACLProvider {
        @Override
        public List<ACL> getDefaultAcl() {
            return ZooDefs.Ids.CREATOR_ALL_ACL;
        }

        @Override
        public List<ACL> getAclForPath(String path) {
            return ZooDefs.Ids.CREATOR_ALL_ACL;
        }
    }
}
