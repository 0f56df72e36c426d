package drds;

import drds.atom.AtomLimits;
import drds.catalog.Account;
import drds.catalog.AccountName;
import drds.catalog.Catalog;
import drds.catalog.CatalogStore;
import drds.catalog.GroupDefinition;
import drds.catalog.GroupDefinition.Instance;
import drds.config.ServerConfig;
import drds.ddl.CollationBook;
import drds.ddl.Sequences;
import drds.error.SqlError;
import drds.frontend.Frontend;
import drds.frontend.FrontendLimits;
import drds.frontend.ServerKeys;
import drds.matrix.Matrix;
import drds.replication.LocalInstances;
import drds.replication.StoragesKnown;
import drds.session.Engine;
import drds.session.HomeFacts;
import drds.transaction.Backends;
import drds.transaction.CommitStops;
import drds.transaction.Coordinator;
import drds.transaction.DeadlockWatch;
import drds.transaction.MatrixBackends;
import drds.transaction.Recovery;
import drds.transaction.Safeguards;
import drds.transaction.SystemTables;
import drds.wire.Listener;
import drds.wire.Loops;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running DRDS: puts the parts together, starts them from below to above and stops them the other way round. */
public final class Server implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Server.class);
    private static final String CLUSTER = "drds";
    private static final int NODE_NAME_BYTES = 4;
    private static final Duration RECOVERY_EVERY = Duration.ofSeconds(2);
    private static final Duration PURGE_EVERY = Duration.ofMinutes(1);
    private static final Duration TIDY_EVERY = Duration.ofSeconds(5);
    private static final Duration FLEXIBLE_EVERY = Duration.ofSeconds(1);
    private static final Duration MOVES_EVERY = Duration.ofSeconds(1);
    private static final Duration DEADLOCKS_EVERY = Duration.ofSeconds(1);

    private final ServerConfig config;
    /** What to close, the last opened first. */
    private final Deque<AutoCloseable> opened;

    private final Loops loops;
    private final Engine engine;
    private final Frontend frontend;
    private final Listener listener;
    private volatile boolean stopping;

    /**
     * Starts a server; it takes clients when this returns.
     *
     * @throws StartException with one line that says what is wrong; nothing is left running then
     */
    public static Server start(ServerConfig config) throws StartException {
        return start(config, LocalInstances.NONE);
    }

    /** @param localInstances starts instances for ADD STORAGE ... LOCAL */
    public static Server start(ServerConfig config, LocalInstances localInstances) throws StartException {
        Deque<AutoCloseable> opened = new ArrayDeque<>();
        try {
            return new Server(config, localInstances, opened);
        } catch (StartException e) {
            closeAll(opened);
            throw e;
        } catch (RuntimeException | Error e) {
            closeAll(opened);
            throw e;
        }
    }

    private Server(ServerConfig config, LocalInstances localInstances, Deque<AutoCloseable> opened)
            throws StartException {
        this.config = config;
        this.opened = opened;
        opened.push(lockDataDirectory());
        loops = Loops.open(Math.max(1, Runtime.getRuntime().availableProcessors()));
        opened.push(loops);
        CatalogStore store = openStore();
        opened.push(store);
        Matrix matrix = new Matrix(loops, atomLimits());
        opened.push(matrix);
        StoragesKnown known = StoragesKnown.read(store);
        checkGroups(store.current(), known);
        store.change(catalog -> withConfigured(catalog, known, localInstances.running()));
        matrix.update(store.current());
        store.onChange(matrix::update);
        Backends backends = new MatrixBackends(matrix);
        Coordinator coordinator = new Coordinator(
                CLUSTER,
                nodeName(),
                store.current().groups().keySet(),
                CommitStops.configured(),
                Safeguards.configured());
        Recovery recovery = new Recovery(backends, coordinator);
        Sequences sequences = new Sequences(backends, () -> store.current().defaultGroup());
        CollationBook collations = new CollationBook(backends);
        HomeFacts home = onLoop(() -> prepareInstances(backends, store.current(), recovery, sequences));
        engine = new Engine(store, backends, coordinator, sequences, collations, home, config, loops, localInstances);
        opened.push(engine.moves());
        onLoop(() -> {
            engine.recoverDefinitions();
            engine.flexible().tell();
            engine.moves().recover();
            collations.learnAll(store.current());
            return null;
        });
        store.onChange(catalog -> loops.any().start(() -> collations.learnAll(catalog)));
        frontend = new Frontend(frontendLimits(), keys(), store::current, engine::open, home::version);
        listener = listen();
        engine.listensOn(listener.address().getPort());
        DeadlockWatch deadlocks = new DeadlockWatch(backends, coordinator);
        loops.any().start(engine.deferredWork()::run);
        loops.any().start(engine.messaging()::run);
        keepDoing("Deadlocks", DEADLOCKS_EVERY, deadlocks::look);
        Set<String> beingRecovered = ConcurrentHashMap.newKeySet();
        keepDoing("Recovery", RECOVERY_EVERY, () -> recover(backends, recovery, beingRecovered));
        keepDoing("Transaction log", PURGE_EVERY, recovery::purge);
        keepDoing("Idle connections", TIDY_EVERY, matrix::closeIdle);
        keepDoing("Definitions", TIDY_EVERY, engine::recoverDefinitionsAgain);
        keepDoing("Moves", MOVES_EVERY, engine.moves()::look);
        keepDoing("Statistics", TIDY_EVERY, engine.tableSizes()::refresh);
        keepDoing("Rates", TIDY_EVERY, engine::sampleStatistics);
        keepDoing("Flexible transactions", FLEXIBLE_EVERY, engine.flexible()::tell);
        keepDoing("Prepared", TIDY_EVERY, engine.reconciliation()::sample);
        LOG.info("DRDS {} listens on {}:{}", home.version(), config.host(), port());
    }

    /** The port that clients connect to. */
    public int port() {
        return listener.address().getPort();
    }

    // ---- start ----

    /** Held as long as this server runs: two on one catalog would spoil it. */
    private FileChannel lockDataDirectory() throws StartException {
        Path directory = config.dataDir();
        try {
            Files.createDirectories(directory);
            FileChannel lock =
                    FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (isLocked(lock)) {
                return lock;
            }
            lock.close();
        } catch (IOException e) {
            throw new StartException("can't write to the data directory " + directory.toAbsolutePath(), e);
        }
        throw new StartException("another DRDS uses the data directory " + directory.toAbsolutePath());
    }

    private static boolean isLocked(FileChannel file) throws IOException {
        try {
            return file.tryLock() != null;
        } catch (OverlappingFileLockException byThisProcess) {
            return false;
        }
    }

    private CatalogStore openStore() throws StartException {
        try {
            return config.zookeeper().isPresent()
                    ? CatalogStore.ensemble(config.zookeeper().get())
                    : CatalogStore.embedded(config.dataDir().resolve("catalog"));
        } catch (IOException e) {
            throw new StartException("can't open the catalog: " + e.getMessage(), e);
        }
    }

    /** Databases lie on Groups: the configuration names those that SQL didn't add, and no others. */
    private void checkGroups(Catalog catalog, StoragesKnown known) throws StartException {
        Set<String> configured =
                config.groups().stream().map(GroupDefinition::name).collect(Collectors.toSet());
        Set<String> needed = new TreeSet<>(catalog.groups().keySet());
        needed.removeAll(known.added());
        Set<String> unknown = new TreeSet<>(configured);
        unknown.removeAll(catalog.groups().keySet());
        unknown.removeAll(known.dropped());
        boolean same = configured.containsAll(needed)
                && unknown.isEmpty()
                && config.defaultGroup().equals(catalog.defaultGroup());
        if (!catalog.databases().isEmpty() && !same) {
            throw new StartException("the Groups of the configuration (" + String.join(", ", configured)
                    + ", default " + config.defaultGroup() + ") are not those that the databases lie on ("
                    + String.join(", ", catalog.groups().keySet()) + ", default " + catalog.defaultGroup() + ")");
        }
    }

    /**
     * The Groups as configured, with those that SQL added and without those that it dropped, and an account to begin with: root from
     * this machine, without a password.
     */
    private Catalog withConfigured(Catalog catalog, StoragesKnown known, Map<String, Instance> running) {
        Map<String, GroupDefinition> wanted = new LinkedHashMap<>();
        for (GroupDefinition group : config.groups()) {
            if (known.dropped().contains(group.name())) {
                LOG.warn("{} is configured, and was dropped by DROP STORAGE: it is not used", group.name());
            } else {
                wanted.put(group.name(), group);
            }
        }
        catalog.groups().values().stream()
                .filter(group -> known.added().contains(group.name()))
                .forEach(group -> wanted.putIfAbsent(group.name(), known.where(group, running)));
        List<GroupDefinition> definitions = List.copyOf(wanted.values());
        Catalog changed = catalog;
        if (!definitions.equals(List.copyOf(catalog.groups().values()))
                || !config.defaultGroup().equals(catalog.defaultGroup())) {
            changed = changed.withGroups(definitions, config.defaultGroup());
        }
        if (changed.accounts().isEmpty()) {
            changed = changed.withAccount(
                    new Account(new AccountName("root", "localhost"), "mysql_native_password", "", true));
        }
        return changed;
    }

    private static HomeFacts prepareInstances(
            Backends backends, Catalog catalog, Recovery recovery, Sequences sequences) throws StartException {
        InstanceCheck.allDistinct(backends, catalog);
        try {
            SystemTables.create(backends);
            sequences.createTable();
            recovery.atStart();
            return HomeFacts.ask(backends, catalog.defaultGroup());
        } catch (SqlError e) {
            throw new StartException(e.message(), e);
        }
    }

    private ServerKeys keys() throws StartException {
        ServerConfig.Tls tls = config.tls();
        if (!tls.enabled() || tls.certificate().isEmpty() || tls.key().isEmpty()) {
            return ServerKeys.generated(Clock.systemUTC());
        }
        try {
            return ServerKeys.of(tls.certificate().get(), tls.key().get(), Clock.systemUTC());
        } catch (SSLException e) {
            throw new StartException(
                    "can't use the certificate " + tls.certificate().get() + ": " + e.getMessage(), e);
        }
    }

    private Listener listen() throws StartException {
        InetSocketAddress address = new InetSocketAddress(config.host(), config.port());
        try {
            return frontend.listen(loops, address);
        } catch (IOException e) {
            throw new StartException("can't listen on " + config.host() + ":" + config.port() + ": port in use?", e);
        }
    }

    /** Runs a task on a thread that may talk to instances, and waits for it. */
    private <T> T onLoop(Callable<T> task) throws StartException {
        CompletableFuture<T> done = new CompletableFuture<>();
        loops.any().start(() -> {
            try {
                done.complete(task.call());
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        try {
            return done.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case StartException known -> throw known;
                case RuntimeException unknown -> throw unknown;
                case null, default -> throw new IllegalStateException(e.getCause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted while starting");
        }
    }

    // ---- limits ----

    private AtomLimits atomLimits() {
        return new AtomLimits(
                config.pool().connections(),
                config.timeouts().take(),
                config.timeouts().connect(),
                config.pool().idle(),
                config.pool().idleTime(),
                config.timeouts().answer(),
                AtomLimits.DEFAULT.preparedStatements());
    }

    private FrontendLimits frontendLimits() {
        return new FrontendLimits(
                config.limits().connections(),
                Math.toIntExact(config.limits().maxPacketBytes()),
                config.timeouts().handshake(),
                config.tls().enabled());
    }

    private static String nodeName() {
        byte[] random = new byte[NODE_NAME_BYTES];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    // ---- running and stopping ----

    /** A task again and again, on a thread of its own that may talk to instances. */
    private void keepDoing(String name, Duration every, Runnable task) {
        loops.any().start(() -> {
            while (!stopping) {
                try {
                    Thread.sleep(every);
                    if (!stopping) {
                        task.run();
                    }
                } catch (InterruptedException e) {
                    return;
                } catch (RuntimeException e) {
                    LOG.warn("{}: {}", name, e.toString());
                }
            }
        });
    }

    /** One look at each Group that isn't being looked at yet: one that hangs holds up no other. */
    private void recover(Backends backends, Recovery recovery, Set<String> busy) {
        for (String group : backends.groups()) {
            if (busy.add(group)) {
                loops.any().start(() -> {
                    try {
                        recovery.again(group);
                    } catch (RuntimeException e) {
                        LOG.warn("Recovery of group {}: {}", group, e.toString());
                    } finally {
                        busy.remove(group);
                    }
                });
            }
        }
    }

    /** Takes no more clients, lets running statements end for as long as the configuration says, then closes everything. */
    @Override
    public void close() {
        stopping = true;
        engine.deferredWork().stop();
        engine.messaging().stop();
        listener.close();
        try {
            engine.endSessions(config.timeouts().stop());
            frontend.close();
            frontend.awaitEnd(Duration.ofSeconds(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        closeAll(opened);
        LOG.info("DRDS has stopped");
    }

    private static void closeAll(Deque<AutoCloseable> opened) {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                LOG.warn("While stopping: {}", e.toString());
            }
        }
    }
}
