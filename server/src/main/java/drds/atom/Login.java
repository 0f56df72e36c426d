package drds.atom;

import drds.catalog.GroupDefinition.Instance;
import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.mysql.CachingSha2;
import drds.mysql.Capabilities;
import drds.mysql.ErrPacket;
import drds.mysql.FieldType;
import drds.mysql.Handshake;
import drds.mysql.LengthEncoded;
import drds.mysql.NativePassword;
import drds.mysql.PacketChannel;
import drds.wire.ConnectionLostException;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

/** Logs in to an instance: mysql_native_password, caching_sha2_password (with the server's RSA key), a switch between them. */
final class Login {
    private static final int MAX_PACKET_BYTES = 1 << 30;
    private static final int CLEAR_PASSWORD_REQUEST = 0xfe;

    private final Instance instance;
    private final PacketChannel channel;
    private String plugin = NativePassword.PLUGIN;
    private byte[] nonce = new byte[0];

    /** What the login gave. */
    record Result(long threadId, String version, boolean deprecateEof) {}

    private Login(Instance instance, PacketChannel channel) {
        this.instance = instance;
        this.channel = channel;
    }

    /** @throws SqlError if the instance refuses */
    static Result run(Instance instance, PacketChannel channel, boolean foundRows) {
        try {
            return new Login(instance, channel).run(foundRows);
        } catch (ConnectionLostException | IndexOutOfBoundsException | GeneralSecurityException e) {
            throw ErrorCode.INSTANCE_UNAVAILABLE.with("Login to instance " + instance + " failed: " + e.getMessage());
        }
    }

    private Result run(boolean foundRows) throws GeneralSecurityException {
        ByteBuf first = read();
        Handshake.Greeting greeting;
        try {
            if (first.getUnsignedByte(first.readerIndex()) == 0xff) {
                throw refused(ErrPacket.read(first));
            }
            greeting = Handshake.Greeting.read(first);
        } finally {
            first.release();
        }
        int capabilities = (Capabilities.WANTED | (foundRows ? Capabilities.FOUND_ROWS : 0)) & greeting.capabilities();
        plugin = supported(greeting.plugin()) ? greeting.plugin() : NativePassword.PLUGIN;
        nonce = greeting.nonce();
        Handshake.Login login = new Handshake.Login(
                capabilities,
                MAX_PACKET_BYTES,
                FieldType.UTF8MB4_GENERAL_CI,
                instance.user(),
                scramble(),
                "",
                plugin,
                java.util.Map.of());
        login.write(channel.begin());
        channel.end();
        channel.flush();
        authenticate();
        return new Result(
                greeting.connectionId(), greeting.version(), (capabilities & Capabilities.DEPRECATE_EOF) != 0);
    }

    private void authenticate() throws GeneralSecurityException {
        for (; ; ) {
            ByteBuf packet = read();
            try {
                switch (packet.readUnsignedByte()) {
                    case 0 -> {
                        return;
                    }
                    case 0xff -> throw refused(ErrPacket.read(rewound(packet)));
                    case CLEAR_PASSWORD_REQUEST -> switchPlugin(Handshake.AuthSwitch.read(packet));
                    case 1 -> moreData(packet);
                    default -> throw new IndexOutOfBoundsException("unexpected packet");
                }
            } finally {
                packet.release();
            }
        }
    }

    private static ByteBuf rewound(ByteBuf packet) {
        return packet.readerIndex(packet.readerIndex() - 1);
    }

    private void switchPlugin(Handshake.AuthSwitch request) {
        if (!supported(request.plugin())) {
            throw ErrorCode.INSTANCE_UNAVAILABLE.with("Login to instance " + instance
                    + " failed: it asks for authentication plugin '" + request.plugin() + "', DRDS knows "
                    + NativePassword.PLUGIN + " and " + CachingSha2.PLUGIN);
        }
        plugin = request.plugin();
        nonce = request.nonce();
        send(scramble());
    }

    private void moreData(ByteBuf packet) throws GeneralSecurityException {
        int what = packet.readUnsignedByte();
        switch (what) {
            case CachingSha2.FAST_OK -> {}
            case CachingSha2.FULL_NEEDED -> {
                if (channel.connection().secure()) {
                    send((instance.password() + "\0").getBytes(StandardCharsets.UTF_8));
                } else {
                    send(new byte[] {CachingSha2.REQUEST_PUBLIC_KEY});
                }
            }
            case '-' -> {
                String pem = "-" + LengthEncoded.readRest(packet);
                send(CachingSha2.encrypt(instance.password(), nonce, pem));
            }
            default -> throw new IndexOutOfBoundsException("unexpected authentication data " + what);
        }
    }

    private byte[] scramble() {
        return plugin.equals(CachingSha2.PLUGIN)
                ? CachingSha2.scramble(instance.password(), nonce)
                : NativePassword.scramble(instance.password(), nonce);
    }

    private static boolean supported(String plugin) {
        return plugin.equals(NativePassword.PLUGIN) || plugin.equals(CachingSha2.PLUGIN);
    }

    private void send(byte[] data) {
        channel.begin().writeBytes(data);
        channel.end();
        channel.flush();
    }

    private ByteBuf read() {
        ByteBuf packet = channel.readPacket();
        if (packet == null) {
            throw new ConnectionLostException("it closed the connection", false);
        }
        return packet;
    }

    private SqlError refused(SqlError error) {
        return ErrorCode.INSTANCE_UNAVAILABLE.with("Instance " + instance + " refuses the login: " + error.message());
    }
}
