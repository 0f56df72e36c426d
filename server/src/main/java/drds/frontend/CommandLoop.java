package drds.frontend;

import drds.catalog.Account;
import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.mysql.Capabilities;
import drds.mysql.ClientResultWriter;
import drds.mysql.ColumnDefinition;
import drds.mysql.Command;
import drds.mysql.ErrPacket;
import drds.mysql.Handshake;
import drds.mysql.LengthEncoded;
import drds.mysql.OkPacket;
import drds.mysql.PacketChannel;
import drds.session.ClientSession;
import drds.wire.ConnectionLostException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a client's commands one by one and has its session answer them. */
final class CommandLoop {
    private static final Logger LOG = LoggerFactory.getLogger(CommandLoop.class);

    private final Client client;
    private final PacketChannel channel;
    private final ClientSession session;
    private final Authenticator authenticator;
    private final boolean deprecateEof;
    private final ClientResultWriter out;
    private long idleTimeoutSeconds = -1;

    CommandLoop(Client client, PacketChannel channel, ClientSession session, Authenticator authenticator) {
        this.client = client;
        this.channel = channel;
        this.session = session;
        this.authenticator = authenticator;
        this.deprecateEof = (client.capabilities() & Capabilities.DEPRECATE_EOF) != 0;
        this.out = new ClientResultWriter(channel, deprecateEof);
    }

    /** Until the client ends it, or breaks the protocol. */
    void run() {
        boolean more = true;
        while (more) {
            channel.flush();
            channel.sequence(0);
            setIdleTimeout();
            ByteBuf packet;
            try {
                packet = channel.readPacket();
            } catch (SqlError e) {
                channel.skipRefused();
                out.reset(false);
                error(e);
                return;
            }
            if (packet == null) {
                return;
            }
            try {
                more = serve(packet);
            } finally {
                packet.release();
            }
        }
    }

    private void setIdleTimeout() {
        long seconds = session.idleTimeoutSeconds();
        if (seconds != idleTimeoutSeconds) {
            idleTimeoutSeconds = seconds;
            client.connection().readTimeout(Duration.ofSeconds(seconds));
        }
    }

    /** False if the connection is to end. */
    private boolean serve(ByteBuf packet) {
        out.reset(false);
        try {
            return command(packet);
        } catch (SqlError e) {
            error(e);
            return true;
        } catch (IndexOutOfBoundsException e) {
            LOG.debug("Client {}: malformed packet", client.id(), e);
            error(ErrorCode.MALFORMED_PACKET.with());
            return false;
        } catch (ConnectionLostException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.error("A statement of client {} failed", client.id(), e);
            error(ErrorCode.UNKNOWN_ERROR.with("Internal error: " + e));
            return true;
        } catch (OutOfMemoryError e) {
            // A statement too large for the heap; what it had is garbage by now, so the others go on.
            LOG.error("No memory is left for a statement of client {}", client.id());
            error(ErrorCode.OUT_OF_MEMORY.with());
            return false;
        }
    }

    private void error(SqlError error) {
        if (!out.ended()) {
            out.error(error);
        }
    }

    private boolean command(ByteBuf packet) {
        if (!packet.isReadable()) {
            error(ErrorCode.MALFORMED_PACKET.with());
            return false;
        }
        int command = packet.readUnsignedByte();
        switch (command) {
            case Command.QUERY -> answered(() -> session.query(packet, out));
            case Command.STMT_EXECUTE -> {
                int statement = packet.readIntLE();
                out.reset(true);
                answered(() -> session.execute(statement, packet, out));
            }
            case Command.STMT_PREPARE -> prepared(session.prepare(packet));
            case Command.STMT_CLOSE -> session.closeStatement(packet.readIntLE());
            case Command.STMT_SEND_LONG_DATA ->
                session.longData(packet.readIntLE(), packet.readUnsignedShortLE(), packet);
            case Command.STMT_RESET -> {
                session.resetStatement(packet.readIntLE());
                ok();
            }
            case Command.STMT_FETCH -> {
                int statement = packet.readIntLE();
                int rows = packet.readIntLE();
                out.reset(true);
                answered(() -> session.fetch(statement, rows, out));
            }
            case Command.PING -> ok();
            case Command.QUIT -> {
                return false;
            }
            case Command.INIT_DB -> {
                session.useDatabase(LengthEncoded.readRest(packet));
                ok();
            }
            case Command.FIELD_LIST -> {
                String table = LengthEncoded.readZeroTerminatedString(packet);
                fields(session.fieldList(table, LengthEncoded.readRest(packet)));
            }
            case Command.RESET_CONNECTION -> {
                session.reset();
                ok();
            }
            case Command.CHANGE_USER -> {
                return changeUser(packet);
            }
            case Command.STATISTICS -> {
                channel.begin().writeCharSequence(session.statistics(), StandardCharsets.UTF_8);
                channel.end();
            }
            case Command.PROCESS_INFO -> query("SHOW PROCESSLIST");
            case Command.REFRESH -> {
                List<String> parts = refreshed(packet.readUnsignedByte());
                if (parts.isEmpty()) {
                    ok();
                } else {
                    query("FLUSH " + String.join(", ", parts));
                }
            }
            case Command.PROCESS_KILL -> {
                session.kill(packet.readUnsignedIntLE());
                ok();
            }
            case Command.SET_OPTION -> {
                session.multiStatements(packet.readUnsignedShortLE() == 0);
                eof();
            }
            case Command.DEBUG -> eof();
            default -> throw ErrorCode.UNKNOWN_COMMAND.with();
        }
        return true;
    }

    /** A command that is an old way to say a statement. */
    private void query(String statement) {
        ByteBuf text = Unpooled.copiedBuffer(statement, StandardCharsets.US_ASCII);
        try {
            answered(() -> session.query(text, out));
        } finally {
            text.release();
        }
    }

    /** What COM_REFRESH asks for, in FLUSH's words. Bit 5 means a cache of threads, which DRDS has not. */
    private static List<String> refreshed(int bits) {
        List<String> words = List.of("PRIVILEGES", "LOGS", "TABLES", "HOSTS", "STATUS", "", "SLAVE", "MASTER");
        List<String> parts = new ArrayList<>();
        for (int bit = 0; bit < words.size(); bit++) {
            if ((bits & 1 << bit) != 0 && !words.get(bit).isEmpty()) {
                parts.add(words.get(bit));
            }
        }
        if (parts.size() > 1) {
            parts.remove("TABLES"); // stands alone in FLUSH; what is cached of tables follows the catalog anyway
        }
        return parts;
    }

    /** An answer that stays open would leave the client waiting for ever. */
    private void answered(Runnable statement) {
        statement.run();
        if (!out.ended()) {
            throw new IllegalStateException("the statement has no complete answer");
        }
    }

    private void ok() {
        out.ok(0, 0, session.status(), 0, "");
    }

    private void eof() {
        if (deprecateEof) {
            new OkPacket(0, 0, session.status(), 0, "").write(channel.begin(), 0xfe);
        } else {
            channel.begin().writeByte(0xfe).writeShortLE(0).writeShortLE(session.status());
        }
        channel.end();
    }

    private void prepared(ClientSession.Prepared statement) {
        channel.begin()
                .writeByte(0)
                .writeIntLE(statement.statementId())
                .writeShortLE(statement.columns().size())
                .writeShortLE(statement.parameters().size())
                .writeByte(0)
                .writeShortLE(statement.warnings());
        channel.end();
        definitions(statement.parameters());
        definitions(statement.columns());
    }

    private void definitions(List<ColumnDefinition> definitions) {
        for (ColumnDefinition definition : definitions) {
            definition.write(channel.begin());
            channel.end();
        }
        if (!definitions.isEmpty() && !deprecateEof) {
            eof();
        }
    }

    private void fields(List<ClientSession.FieldWithDefault> fields) {
        for (ClientSession.FieldWithDefault field : fields) {
            ByteBuf packet = channel.begin();
            field.column().write(packet);
            LengthEncoded.writeBytes(packet, field.defaultValue());
            channel.end();
        }
        eof();
    }

    /** A refused change ends the connection. */
    private boolean changeUser(ByteBuf packet) {
        Handshake.ChangeUser change = Handshake.ChangeUser.read(packet, (int) client.capabilities());
        try {
            Account account = authenticator.authenticate(
                    channel,
                    change.user(),
                    client.remote().getAddress(),
                    null,
                    authenticator.nonce(),
                    change.authentication());
            session.changeUser(
                    account.name(),
                    change.user(),
                    change.collation(),
                    change.database().isEmpty() ? null : change.database());
            ok();
            return true;
        } catch (SqlError e) {
            ErrPacket.write(channel.begin(), e);
            channel.end();
            return false;
        }
    }
}
