package drds.frontend;

import drds.catalog.Account;
import drds.catalog.Catalog;
import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.mysql.Capabilities;
import drds.mysql.ErrPacket;
import drds.mysql.FieldType;
import drds.mysql.Handshake;
import drds.mysql.NativePassword;
import drds.mysql.OkPacket;
import drds.mysql.PacketChannel;
import drds.mysql.ServerStatus;
import drds.session.ClientConnection;
import drds.session.ClientSession;
import drds.wire.Connection;
import drds.wire.ConnectionLostException;
import drds.wire.Listener;
import drds.wire.Loops;
import io.netty.buffer.ByteBuf;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts clients: counts them, shakes hands, authenticates, and gives each a session and a {@link CommandLoop}. */
public final class Frontend implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Frontend.class);
    private static final int LOGIN_PACKET_BYTES = 1 << 20;
    private static final String VERSION_SUFFIX = "-DRDS";

    private final FrontendLimits limits;
    private final ServerKeys keys;
    private final Authenticator authenticator;
    private final Function<ClientConnection, ClientSession> sessions;
    private final Supplier<String> version;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicLong lastId = new AtomicLong();
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private @Nullable Listener listener;

    /**
     * @param catalog for the accounts
     * @param sessions makes the session of a client that has logged in; a {@link SqlError} refuses it
     * @param version of the home instance; clients see it with a suffix
     */
    public Frontend(
            FrontendLimits limits,
            ServerKeys keys,
            Supplier<Catalog> catalog,
            Function<ClientConnection, ClientSession> sessions,
            Supplier<String> version) {
        this.limits = limits;
        this.keys = keys;
        this.authenticator = new Authenticator(new Accounts(catalog), keys);
        this.sessions = sessions;
        this.version = version;
    }

    /** Begins to accept. @throws IOException if the address can't be bound */
    public Listener listen(Loops loops, InetSocketAddress address) throws IOException {
        Listener bound = loops.listen(address, this::serve);
        listener = bound;
        return bound;
    }

    /** How many clients are connected. */
    public int connections() {
        return connections.get();
    }

    private void serve(Connection connection) {
        PacketChannel channel = new PacketChannel(connection, LOGIN_PACKET_BYTES);
        open.add(connection);
        try {
            if (connections.incrementAndGet() > limits.connections()) {
                ErrPacket.writeEarly(channel.begin(), ErrorCode.TOO_MANY_CONNECTIONS.with());
                channel.end();
                return;
            }
            connection.readTimeout(limits.login());
            Client client = login(connection, channel);
            if (client != null) {
                serve(client, channel);
            }
        } catch (ConnectionLostException e) {
            LOG.debug("Client {}: {}", connection.remote(), e.getMessage());
        } finally {
            connections.decrementAndGet();
            open.remove(connection);
            channel.close();
        }
    }

    private void serve(Client client, PacketChannel channel) {
        ClientSession session;
        try {
            session = sessions.apply(client);
        } catch (SqlError e) {
            error(channel, e);
            return;
        }
        try {
            new OkPacket(0, 0, session.status(), 0, "").write(channel.begin(), 0);
            channel.end();
            channel.payloadLimit(limits.packetBytes());
            client.connection().onEnd(session::clientGone);
            new CommandLoop(client, channel, session, authenticator).run();
        } finally {
            session.close();
        }
    }

    /** Null if the client was refused; it has been told why. */
    private @Nullable Client login(Connection connection, PacketChannel channel) {
        long id = lastId.incrementAndGet();
        byte[] nonce = authenticator.nonce();
        new Handshake.Greeting(
                        version.get() + VERSION_SUFFIX,
                        id,
                        nonce,
                        offeredCapabilities(),
                        FieldType.UTF8MB4_GENERAL_CI,
                        ServerStatus.AUTOCOMMIT,
                        NativePassword.PLUGIN)
                .write(channel.begin());
        channel.end();
        channel.flush();
        try {
            Handshake.Login login = readLogin(connection, channel);
            if (login == null) {
                return null;
            }
            Account account = authenticator.authenticate(
                    channel,
                    login.user(),
                    connection.remote().getAddress(),
                    login.plugin(),
                    nonce,
                    login.authentication());
            return new Client(id, connection, account, offered(login));
        } catch (SqlError e) {
            error(channel, e);
            return null;
        } catch (IndexOutOfBoundsException e) {
            error(channel, ErrorCode.HANDSHAKE_ERROR.with());
            return null;
        }
    }

    private int offeredCapabilities() {
        return limits.tls() ? Capabilities.OFFERED | Capabilities.SSL : Capabilities.OFFERED;
    }

    private Handshake.Login offered(Handshake.Login login) {
        return new Handshake.Login(
                login.capabilities() & offeredCapabilities(),
                login.maxPacketBytes(),
                login.collation(),
                login.user(),
                login.authentication(),
                login.database(),
                login.plugin(),
                login.attributes());
    }

    private Handshake.@Nullable Login readLogin(Connection connection, PacketChannel channel) {
        ByteBuf packet = channel.readPacket();
        if (packet != null && Handshake.Login.asksForTls(packet)) {
            packet.release();
            if (!limits.tls()) {
                throw ErrorCode.HANDSHAKE_ERROR.with();
            }
            connection.startTls(tls(connection), channel.takeInput());
            packet = channel.readPacket();
        }
        if (packet == null) {
            return null;
        }
        try {
            return Handshake.Login.read(packet);
        } finally {
            packet.release();
        }
    }

    private SslContext tls(Connection connection) {
        try {
            return connection.loop().compute(keys::tls);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            LOG.error("No TLS", e);
            throw ErrorCode.HANDSHAKE_ERROR.with();
        }
    }

    private static void error(PacketChannel channel, SqlError error) {
        ErrPacket.write(channel.begin(), error);
        channel.end();
        channel.flush();
    }

    /** Accepts no more and ends all connections; statements that run are cut off. */
    @Override
    public void close() {
        Listener bound = listener;
        if (bound != null) {
            bound.close();
        }
        open.forEach(Connection::close);
    }

    /** Waits until all clients are gone, for so long at most. */
    public boolean awaitEnd(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!open.isEmpty() && System.nanoTime() - deadline < 0) {
            Thread.sleep(10);
        }
        return open.isEmpty();
    }
}
