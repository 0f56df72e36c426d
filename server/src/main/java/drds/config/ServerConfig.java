package drds.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import drds.catalog.GroupDefinition;
import drds.catalog.GroupDefinition.Instance;
import drds.catalog.GroupDefinition.Replica;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Everything that is set before the server starts, from a YAML file. It is valid, or it isn't built.
 *
 * <pre>{@code
 * host: 127.0.0.1                # where clients connect
 * port: 3306
 * data-dir: data                 # the embedded catalog and the generated certificate
 * log-level: info                # error, warn, info, debug
 * shards-per-group: 4            # how many shards CREATE DATABASE makes on each Group
 * default-group: g0              # holds the home schemas; the first Group where it isn't given
 * groups:
 *   - name: g0
 *     primary: {host: 10.0.0.1, port: 3306, user: drds, password: secret}
 *     replicas:
 *       - {host: 10.0.0.2, port: 3306, user: drds, password: secret, read-weight: 1}
 * tls: {enabled: true, certificate: server.pem, key: server.key}   # generated where no certificate is given
 * catalog: {zookeeper: "zk1:2181,zk2:2181/drds"}                   # embedded where it isn't given
 * limits: {connections: 10000, statements-at-once: 1000, max-packet: 64MiB, gather-memory: 64MiB,
 *          merge-memory: 64MiB, cursor-spool: 16GiB, prepared-statements: 16382}
 * pool: {connections: 200, idle: 4, idle-time: 10m}                # to each instance
 * kafka: {bootstrap-servers: "kafka1:9092,kafka2:9092", properties: kafka.properties}   # where messages go; else SQL reads them
 * timeouts: {connect: 3s, take: 10s, handshake: 10s, idle: 8h, answer: 0s, stop: 10s}
 * }</pre>
 *
 * @param host the address that clients connect to
 * @param defaultGroup the name of the Group that holds the home schemas
 * @param shardsPerGroup how many shards CREATE DATABASE makes on each Group
 * @param zookeeper the connect string of an ensemble; empty: embedded, under the data directory
 */
public record ServerConfig(
        String host,
        int port,
        Path dataDir,
        LogLevel logLevel,
        int shardsPerGroup,
        String defaultGroup,
        List<GroupDefinition> groups,
        Tls tls,
        Optional<String> zookeeper,
        Limits limits,
        Pool pool,
        Timeouts timeouts,
        Kafka kafka) {

    public static final int SHARDS_PER_GROUP = 4;
    private static final int SHARDS_PER_GROUP_LIMIT = 1024;
    private static final long MIB = 1L << 20;

    public enum LogLevel {
        ERROR,
        WARN,
        INFO,
        DEBUG
    }

    /**
     * Where messages go.
     *
     * @param servers Kafka's bootstrap.servers; empty where SQL reads the messages
     * @param properties a file with more settings of Kafka's producer, such as those of its security
     */
    public record Kafka(Optional<String> servers, Optional<Path> properties) {
        public static final Kafka NONE = new Kafka(Optional.empty(), Optional.empty());
    }

    /** TLS towards clients; a certificate is generated where none is given. */
    public record Tls(boolean enabled, Optional<Path> certificate, Optional<Path> key) {
        public static final Tls DEFAULT = new Tls(true, Optional.empty(), Optional.empty());
    }

    /**
     * @param connections of clients
     * @param statementsAtOnce statements that run at the same time; more wait
     * @param maxPacketBytes of one packet in either direction
     * @param gatherMemoryBytes what one statement may hold of rows that it can't stream
     * @param mergeMemoryBytes what one statement may hold to sort, group or keep distinct
     * @param cursorBytes what the rows of one cursor may take on disk, in the data directory
     * @param preparedStatements of one connection
     */
    public record Limits(
            int connections,
            int statementsAtOnce,
            long maxPacketBytes,
            long gatherMemoryBytes,
            long mergeMemoryBytes,
            long cursorBytes,
            int preparedStatements) {
        public static final Limits DEFAULT =
                new Limits(10_000, 1_000, 64 * MIB, 64 * MIB, 64 * MIB, 16 * 1024 * MIB, 16_382);
    }

    /**
     * The connections to one instance.
     *
     * @param connections at most
     * @param idle how many stay open when nobody needs them
     * @param idleTime after which one above that number is closed
     */
    public record Pool(int connections, int idle, Duration idleTime) {
        public static final Pool DEFAULT = new Pool(200, 4, Duration.ofMinutes(10));
    }

    /**
     * @param connect to an instance
     * @param take waiting for a free connection of a pool
     * @param handshake of a client
     * @param idle a client without a statement
     * @param answer of an instance, zero for no limit
     * @param stop how long running statements may take when the server stops
     */
    public record Timeouts(
            Duration connect, Duration take, Duration handshake, Duration idle, Duration answer, Duration stop) {
        public static final Timeouts DEFAULT = new Timeouts(
                Duration.ofSeconds(3),
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofHours(8),
                Duration.ZERO,
                Duration.ofSeconds(10));
    }

    public ServerConfig {
        groups = List.copyOf(groups);
    }

    /** All defaults, for Groups that are known. */
    public static ServerConfig of(String host, int port, Path dataDir, List<GroupDefinition> groups) {
        return new ServerConfig(
                host,
                port,
                dataDir,
                LogLevel.INFO,
                SHARDS_PER_GROUP,
                groups.getFirst().name(),
                groups,
                Tls.DEFAULT,
                Optional.empty(),
                Limits.DEFAULT,
                Pool.DEFAULT,
                Timeouts.DEFAULT,
                Kafka.NONE);
    }

    /** @throws ConfigException with one line that says what is wrong */
    public static ServerConfig read(Path file) {
        try {
            Path directory = file.toAbsolutePath().getParent();
            return parse(Files.readString(file), file.toString(), directory == null ? Path.of("") : directory);
        } catch (NoSuchFileException missing) {
            throw new ConfigException(file + ": no such file");
        } catch (IOException unreadable) {
            throw new ConfigException(file + ": can't be read (" + unreadable.getMessage() + ")");
        }
    }

    /**
     * @param source what errors call it
     * @param directory what relative paths are relative to
     */
    public static ServerConfig parse(String yaml, String source, Path directory) {
        JsonNode tree;
        try {
            tree = new YAMLMapper().readTree(yaml);
        } catch (JsonProcessingException malformed) {
            String first = malformed.getOriginalMessage().lines().findFirst().orElse("");
            throw new ConfigException(
                    source + ": line " + malformed.getLocation().getLineNr() + ": not YAML: " + first);
        }
        Section top = new Section(source, "", tree == null ? MissingNode.getInstance() : tree);
        List<GroupDefinition> groups = groups(top);
        String defaultGroup = top.text("default-group", groups.getFirst().name());
        if (groups.stream().noneMatch(group -> group.name().equals(defaultGroup))) {
            throw top.bad("default-group", "names no Group: " + defaultGroup);
        }
        ServerConfig config = new ServerConfig(
                top.text("host", "127.0.0.1"),
                top.number("port", 3306, 0, 65_535),
                directory.resolve(top.text("data-dir", "data")),
                logLevel(top),
                top.number("shards-per-group", SHARDS_PER_GROUP, 1, SHARDS_PER_GROUP_LIMIT),
                defaultGroup,
                groups,
                tls(top.section("tls"), directory),
                catalog(top.section("catalog")),
                limits(top.section("limits")),
                pool(top.section("pool")),
                timeouts(top.section("timeouts")),
                kafka(top.section("kafka"), directory));
        top.end();
        return config;
    }

    private static LogLevel logLevel(Section top) {
        String level = top.text("log-level", "info").toUpperCase(Locale.ROOT);
        try {
            return LogLevel.valueOf(level);
        } catch (IllegalArgumentException unknown) {
            throw top.bad("log-level", "must be error, warn, info or debug");
        }
    }

    private static List<GroupDefinition> groups(Section top) {
        List<GroupDefinition> groups = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Set<String> places = new HashSet<>();
        for (Section section : top.sections("groups")) {
            String name = section.required("name");
            if (!name.matches("[A-Za-z0-9_-]{1,60}") || !names.add(name.toLowerCase(Locale.ROOT))) {
                throw section.bad(
                        "name", "must be a name of letters, digits, - and _ that no other Group has: " + name);
            }
            Instance primary = instance(section.section("primary"), places);
            List<Replica> replicas = new ArrayList<>();
            for (Section replica : section.sections("replicas")) {
                int weight = replica.number("read-weight", 1, 0, 1000);
                replicas.add(new Replica(instance(replica, places), weight));
            }
            section.end();
            groups.add(new GroupDefinition(name, primary, List.copyOf(replicas)));
        }
        if (groups.isEmpty()) {
            throw top.bad("groups", "is missing: at least one Group with its primary instance is needed");
        }
        return groups;
    }

    private static Instance instance(Section section, Set<String> places) {
        Instance instance = new Instance(
                section.required("host"),
                section.number("port", 3306, 1, 65_535),
                section.text("user", "root"),
                section.text("password", ""));
        if (!places.add(instance.host() + ":" + instance.port())) {
            throw section.bad(
                    "port",
                    "names an instance that stands in the file already: " + instance.host() + ":" + instance.port());
        }
        section.end();
        return instance;
    }

    private static Tls tls(Section section, Path directory) {
        Tls tls = new Tls(
                section.flag("enabled", true),
                section.text("certificate").map(directory::resolve),
                section.text("key").map(directory::resolve));
        if (tls.certificate().isPresent() != tls.key().isPresent()) {
            throw section.bad(tls.key().isPresent() ? "certificate" : "key", "is missing: both or neither");
        }
        section.end();
        return tls;
    }

    private static Kafka kafka(Section section, Path directory) {
        Kafka kafka = new Kafka(
                section.text("bootstrap-servers"), section.text("properties").map(directory::resolve));
        if (kafka.servers().isEmpty() && kafka.properties().isPresent()) {
            throw section.bad("bootstrap-servers", "is missing");
        }
        section.end();
        return kafka;
    }

    private static Optional<String> catalog(Section section) {
        Optional<String> zookeeper = section.text("zookeeper");
        section.end();
        return zookeeper;
    }

    private static Limits limits(Section section) {
        Limits fallback = Limits.DEFAULT;
        Limits limits = new Limits(
                section.number("connections", fallback.connections(), 1, 1_000_000),
                section.number("statements-at-once", fallback.statementsAtOnce(), 1, 1_000_000),
                section.size("max-packet", fallback.maxPacketBytes(), 1024, 1024 * MIB),
                section.size("gather-memory", fallback.gatherMemoryBytes(), MIB, 1024 * 1024 * MIB),
                section.size("merge-memory", fallback.mergeMemoryBytes(), MIB, 1024 * 1024 * MIB),
                section.size("cursor-spool", fallback.cursorBytes(), MIB, 1024 * 1024 * MIB),
                section.number("prepared-statements", fallback.preparedStatements(), 1, 1_000_000));
        section.end();
        return limits;
    }

    private static Pool pool(Section section) {
        Pool fallback = Pool.DEFAULT;
        Pool pool = new Pool(
                section.number("connections", fallback.connections(), 1, 100_000),
                section.number("idle", fallback.idle(), 0, 100_000),
                section.duration("idle-time", fallback.idleTime()));
        section.end();
        return pool;
    }

    private static Timeouts timeouts(Section section) {
        Timeouts fallback = Timeouts.DEFAULT;
        Timeouts timeouts = new Timeouts(
                section.duration("connect", fallback.connect()),
                section.duration("take", fallback.take()),
                section.duration("handshake", fallback.handshake()),
                section.duration("idle", fallback.idle()),
                section.duration("answer", fallback.answer()),
                section.duration("stop", fallback.stop()));
        section.end();
        return timeouts;
    }
}
