package drds.mysql;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** The packets with which a connection begins. */
public final class Handshake {
    private static final int PROTOCOL = 10;
    public static final int NONCE_BYTES = 20;
    private static final int ATTRIBUTES_LIMIT_BYTES = 64 * 1024;

    private Handshake() {}

    /** The server's first packet. @param nonce 20 bytes, none of them 0 */
    public record Greeting(
            String version,
            long connectionId,
            byte[] nonce,
            int capabilities,
            int collation,
            int status,
            String plugin) {
        public static Greeting read(ByteBuf in) {
            int protocol = in.readUnsignedByte();
            if (protocol != PROTOCOL) {
                throw new IndexOutOfBoundsException("protocol " + protocol);
            }
            String version = LengthEncoded.readZeroTerminatedString(in);
            long connectionId = in.readUnsignedIntLE();
            byte[] first = LengthEncoded.readFixed(in, 8);
            in.skipBytes(1);
            int capabilities = in.readUnsignedShortLE();
            int collation = in.readUnsignedByte();
            int status = in.readUnsignedShortLE();
            capabilities |= in.readUnsignedShortLE() << 16;
            int nonceLength = in.readUnsignedByte();
            in.skipBytes(10);
            byte[] second = LengthEncoded.readFixed(in, Math.max(13, nonceLength - 8));
            byte[] nonce = Arrays.copyOf(first, NONCE_BYTES);
            System.arraycopy(second, 0, nonce, 8, NONCE_BYTES - 8);
            String plugin = in.isReadable() ? CachingSha2.password(rest(in)) : NativePassword.PLUGIN;
            return new Greeting(version, connectionId, nonce, capabilities, collation, status, plugin);
        }

        public void write(ByteBuf out) {
            out.writeByte(PROTOCOL);
            LengthEncoded.writeZeroTerminated(out, version);
            out.writeIntLE((int) connectionId)
                    .writeBytes(nonce, 0, 8)
                    .writeByte(0)
                    .writeShortLE(capabilities)
                    .writeByte(collation)
                    .writeShortLE(status)
                    .writeShortLE(capabilities >>> 16)
                    .writeByte(NONCE_BYTES + 1)
                    .writeZero(10)
                    .writeBytes(nonce, 8, NONCE_BYTES - 8)
                    .writeByte(0);
            LengthEncoded.writeZeroTerminated(out, plugin);
        }
    }

    /** The client's answer. */
    public record Login(
            int capabilities,
            int maxPacketBytes,
            int collation,
            String user,
            byte[] authentication,
            String database,
            String plugin,
            Map<String, String> attributes) {
        /** Reads flags, packet size and character set: all that is there before a switch to TLS. */
        public static boolean asksForTls(ByteBuf in) {
            return in.readableBytes() >= 4
                    && (in.getIntLE(in.readerIndex()) & Capabilities.SSL) != 0
                    && in.readableBytes() <= 32;
        }

        public static Login read(ByteBuf in) {
            int capabilities = in.readIntLE();
            if ((capabilities & Capabilities.PROTOCOL_41) == 0) {
                throw new IndexOutOfBoundsException("a client older than protocol 4.1");
            }
            int maxPacket = in.readIntLE();
            int collation = in.readUnsignedByte();
            in.skipBytes(23);
            String user = LengthEncoded.readZeroTerminatedString(in);
            byte[] authentication = authentication(in, capabilities);
            String database = (capabilities & Capabilities.CONNECT_WITH_DB) != 0 && in.isReadable()
                    ? LengthEncoded.readZeroTerminatedString(in)
                    : "";
            String plugin = (capabilities & Capabilities.PLUGIN_AUTH) != 0 && in.isReadable()
                    ? CachingSha2.password(untilZero(in))
                    : NativePassword.PLUGIN;
            Map<String, String> attributes =
                    (capabilities & Capabilities.CONNECT_ATTRS) != 0 && in.isReadable() ? readAttributes(in) : Map.of();
            return new Login(capabilities, maxPacket, collation, user, authentication, database, plugin, attributes);
        }

        private static byte[] authentication(ByteBuf in, int capabilities) {
            if ((capabilities & Capabilities.PLUGIN_AUTH_LENENC) != 0) {
                byte[] bytes = LengthEncoded.readBytes(in);
                return bytes == null ? new byte[0] : bytes;
            }
            if ((capabilities & Capabilities.SECURE_CONNECTION) != 0) {
                return LengthEncoded.readFixed(in, in.readUnsignedByte());
            }
            return LengthEncoded.readZeroTerminated(in);
        }

        public void write(ByteBuf out) {
            out.writeIntLE(capabilities)
                    .writeIntLE(maxPacketBytes)
                    .writeByte(collation)
                    .writeZero(23);
            LengthEncoded.writeZeroTerminated(out, user);
            LengthEncoded.writeBytes(out, authentication);
            if ((capabilities & Capabilities.CONNECT_WITH_DB) != 0) {
                LengthEncoded.writeZeroTerminated(out, database);
            }
            LengthEncoded.writeZeroTerminated(out, plugin);
        }
    }

    /** COM_CHANGE_USER after its first byte. */
    public record ChangeUser(
            String user,
            byte[] authentication,
            String database,
            int collation,
            String plugin,
            Map<String, String> attributes) {
        public static ChangeUser read(ByteBuf in, int capabilities) {
            String user = LengthEncoded.readZeroTerminatedString(in);
            byte[] authentication = (capabilities & Capabilities.SECURE_CONNECTION) != 0
                    ? LengthEncoded.readFixed(in, in.readUnsignedByte())
                    : LengthEncoded.readZeroTerminated(in);
            String database = LengthEncoded.readZeroTerminatedString(in);
            int collation = in.readableBytes() >= 2 ? in.readUnsignedShortLE() : 0;
            String plugin = (capabilities & Capabilities.PLUGIN_AUTH) != 0 && in.isReadable()
                    ? CachingSha2.password(untilZero(in))
                    : NativePassword.PLUGIN;
            Map<String, String> attributes =
                    (capabilities & Capabilities.CONNECT_ATTRS) != 0 && in.isReadable() ? readAttributes(in) : Map.of();
            return new ChangeUser(user, authentication, database, collation, plugin, attributes);
        }
    }

    /** A request to use another authentication plugin. */
    public record AuthSwitch(String plugin, byte[] nonce) {
        /** After the first byte, 0xfe. */
        public static AuthSwitch read(ByteBuf in) {
            if (!in.isReadable()) {
                throw new IndexOutOfBoundsException("the instance asks for a password of before MySQL 4.1");
            }
            String plugin = LengthEncoded.readZeroTerminatedString(in);
            byte[] data = rest(in);
            int length = data.length > 0 && data[data.length - 1] == 0 ? data.length - 1 : data.length;
            return new AuthSwitch(plugin, Arrays.copyOf(data, length));
        }

        public void write(ByteBuf out) {
            out.writeByte(0xfe);
            LengthEncoded.writeZeroTerminated(out, plugin);
            out.writeBytes(nonce).writeByte(0);
        }
    }

    private static Map<String, String> readAttributes(ByteBuf in) {
        long length = LengthEncoded.readInt(in);
        if (length < 0 || length > ATTRIBUTES_LIMIT_BYTES || length > in.readableBytes()) {
            throw new IndexOutOfBoundsException("connection attributes of " + length + " bytes");
        }
        ByteBuf block = in.readSlice((int) length);
        Map<String, String> attributes = new LinkedHashMap<>();
        while (block.isReadable()) {
            String name = LengthEncoded.readString(block);
            attributes.put(name, LengthEncoded.readString(block));
        }
        return attributes;
    }

    /** To a zero byte or the end: some clients leave the last zero out. */
    private static byte[] untilZero(ByteBuf in) {
        return in.bytesBefore((byte) 0) >= 0 ? LengthEncoded.readZeroTerminated(in) : rest(in);
    }

    private static byte[] rest(ByteBuf in) {
        return LengthEncoded.readFixed(in, in.readableBytes());
    }
}
