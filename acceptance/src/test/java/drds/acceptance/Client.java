package drds.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client of the MySQL protocol that shows what is on the wire: column definitions, warning counts, status flags.
 * It logs in without a password.
 *
 * <p>Source: MySQL Internals, "Client/Server Protocol".
 */
final class Client implements AutoCloseable {
    static final int FOUND_ROWS = 1 << 1;
    static final int DEPRECATE_EOF = 1 << 24;

    private static final int MORE_RESULTS = 8;
    private static final int LONG_PASSWORD = 1;
    private static final int LONG_FLAG = 1 << 2;
    private static final int CONNECT_WITH_DB = 1 << 3;
    private static final int LOCAL_FILES = 1 << 7;
    private static final int PROTOCOL_41 = 1 << 9;
    private static final int TRANSACTIONS = 1 << 13;
    private static final int SECURE_CONNECTION = 1 << 15;
    private static final int MULTI_RESULTS = 1 << 17;
    private static final int PREPARED_MULTI_RESULTS = 1 << 18;
    private static final int PLUGIN_AUTH = 1 << 19;
    private static final int BASE_CAPABILITIES = LONG_PASSWORD
            | LONG_FLAG
            | LOCAL_FILES
            | PROTOCOL_41
            | TRANSACTIONS
            | SECURE_CONNECTION
            | MULTI_RESULTS
            | PREPARED_MULTI_RESULTS
            | PLUGIN_AUTH;
    private static final int UTF8MB4_GENERAL_CI = 45;
    private static final int PACKET_LIMIT_BYTES = 0xffffff;
    private static final int ANSWER_LIMIT_MILLIS = Integer.getInteger("drds.answer-limit-millis", 60_000);

    private final Socket socket = new Socket();
    private final InputStream in;
    private final OutputStream out;
    private final int capabilities;
    private int sequence;

    /** Connects and logs in; {@code options} are FOUND_ROWS, DEPRECATE_EOF or 0. A refused login is an IOException. */
    Client(int port, String user, String database, int options) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(ANSWER_LIMIT_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
        in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
        out = socket.getOutputStream();
        capabilities = BASE_CAPABILITIES | options | (database.isEmpty() ? 0 : CONNECT_WITH_DB);
        logIn(user, database);
    }

    private void logIn(String user, String database) throws IOException {
        Packet greeting = read();
        if (greeting.first() == 0xff) {
            throw new IOException(failure(greeting).toString());
        }
        var reply = new Writer()
                .fixed(capabilities, 4)
                .fixed(PACKET_LIMIT_BYTES, 4)
                .fixed(UTF8MB4_GENERAL_CI, 1)
                .bytes(new byte[23])
                .terminated(user)
                .fixed(0, 1);
        if (!database.isEmpty()) {
            reply.terminated(database);
        }
        send(reply.terminated("mysql_native_password").toByteArray());
        Packet answer = read();
        if (answer.first() == 0xfe) {
            send(new byte[0]);
            answer = read();
        }
        while (answer.first() == 0x01) {
            answer = read();
        }
        if (answer.first() != 0) {
            throw new IOException(failure(answer).toString());
        }
    }

    /** Sends the statement as text. A broken connection is the answer Lost. */
    Answer query(String sql) {
        try {
            command(0x03, sql.getBytes(UTF_8));
            return answers(false);
        } catch (IOException | IndexOutOfBoundsException lost) {
            return new Answer.Lost(String.valueOf(lost));
        }
    }

    /** Prepares the statement, executes it once with each list of parameters (once without, if none), closes it. */
    List<Answer> prepared(String sql, List<List<Parameter>> executions) {
        try {
            command(0x16, sql.getBytes(UTF_8));
            Packet prepared = read();
            if (prepared.first() == 0xff) {
                return List.of(failure(prepared));
            }
            prepared.skip(1);
            int statement = (int) prepared.fixed(4);
            int columns = (int) prepared.fixed(2);
            int parameters = (int) prepared.fixed(2);
            skipDefinitions(parameters);
            skipDefinitions(columns);
            var answers = new ArrayList<Answer>();
            for (List<Parameter> values : executions.isEmpty() ? List.of(List.<Parameter>of()) : executions) {
                if (values.size() != parameters) {
                    throw new IllegalArgumentException(
                            parameters + " parameters asked for, " + values.size() + " given");
                }
                command(0x17, Parameter.execution(statement, values));
                answers.add(answers(true));
            }
            command(0x19, new Writer().fixed(statement, 4).toByteArray());
            return answers;
        } catch (IOException | IndexOutOfBoundsException lost) {
            return List.of(new Answer.Lost(String.valueOf(lost)));
        }
    }

    private void skipDefinitions(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            read();
        }
        if (count > 0 && (capabilities & DEPRECATE_EOF) == 0) {
            read();
        }
    }

    /** The answer, or all of them where one says that more follow. */
    private Answer answers(boolean binary) throws IOException {
        var parts = new ArrayList<Answer>();
        do {
            parts.add(answer(binary));
        } while (moreFollow(parts.getLast()));
        return parts.size() == 1 ? parts.getFirst() : new Answer.Several(parts);
    }

    private static boolean moreFollow(Answer answer) {
        return switch (answer) {
            case Answer.Rows rows -> (rows.status() & MORE_RESULTS) != 0;
            case Answer.Done done -> (done.status() & MORE_RESULTS) != 0;
            case Answer.Failure _, Answer.Lost _, Answer.Several _ -> false;
        };
    }

    private Answer answer(boolean binary) throws IOException {
        Packet packet = read();
        return switch (packet.first()) {
            case 0x00 -> done(packet);
            case 0xff -> failure(packet);
            case 0xfb -> {
                send(new byte[0]);
                yield answer(binary);
            }
            default -> rows((int) packet.length(), binary);
        };
    }

    private Answer rows(int count, boolean binary) throws IOException {
        var columns = new ArrayList<Answer.Column>(count);
        for (int i = 0; i < count; i++) {
            columns.add(column(read()));
        }
        boolean deprecateEof = (capabilities & DEPRECATE_EOF) != 0;
        if (!deprecateEof) {
            read();
        }
        var rows = new ArrayList<List<@Nullable String>>();
        while (true) {
            Packet packet = read();
            if (packet.first() == 0xff) {
                return failure(packet);
            }
            if (packet.first() == 0xfe && (deprecateEof ? packet.size() < PACKET_LIMIT_BYTES : packet.size() < 9)) {
                if (deprecateEof) {
                    Answer.Done end = done(packet);
                    return new Answer.Rows(columns, rows, end.warnings(), end.status());
                }
                packet.skip(1);
                int warnings = (int) packet.fixed(2);
                return new Answer.Rows(columns, rows, warnings, (int) packet.fixed(2));
            }
            rows.add(binary ? Cells.binaryRow(packet, columns) : Cells.textRow(packet, count));
        }
    }

    private static Answer.Column column(Packet packet) {
        packet.text();
        String schema = packet.text();
        String table = packet.text();
        String originalTable = packet.text();
        String name = packet.text();
        String originalName = packet.text();
        packet.length();
        int charset = (int) packet.fixed(2);
        long length = packet.fixed(4);
        int type = (int) packet.fixed(1);
        int flags = (int) packet.fixed(2);
        return new Answer.Column(
                schema, table, originalTable, name, originalName, charset, length, type, flags, (int) packet.fixed(1));
    }

    private static Answer.Done done(Packet packet) {
        packet.skip(1);
        long affectedRows = packet.length();
        long lastInsertId = packet.length();
        int status = (int) packet.fixed(2);
        int warnings = (int) packet.fixed(2);
        return new Answer.Done(affectedRows, lastInsertId, warnings, status, packet.hasMore() ? packet.text() : "");
    }

    private static Answer.Failure failure(Packet packet) {
        packet.skip(1);
        int number = (int) packet.fixed(2);
        String rest = packet.rest();
        return rest.startsWith("#")
                ? new Answer.Failure(number, rest.substring(1, 6), rest.substring(6))
                : new Answer.Failure(number, "", rest);
    }

    private void command(int code, byte[] body) throws IOException {
        sequence = 0;
        send(new Writer().fixed(code, 1).bytes(body).toByteArray());
    }

    private void send(byte[] body) throws IOException {
        int at = 0;
        int size;
        do {
            size = Math.min(PACKET_LIMIT_BYTES, body.length - at);
            out.write(new Writer()
                    .fixed(size, 3)
                    .fixed(sequence++, 1)
                    .bytes(body, at, size)
                    .toByteArray());
            at += size;
        } while (size == PACKET_LIMIT_BYTES);
        out.flush();
    }

    private Packet read() throws IOException {
        var body = new ByteArrayOutputStream();
        int size;
        do {
            byte[] header = exactly(4);
            size = (header[0] & 0xff) | (header[1] & 0xff) << 8 | (header[2] & 0xff) << 16;
            if ((header[3] & 0xff) != (sequence & 0xff)) {
                throw new IOException(
                        "packet number " + (header[3] & 0xff) + " where " + (sequence & 0xff) + " was due");
            }
            sequence++;
            body.write(exactly(size));
        } while (size == PACKET_LIMIT_BYTES);
        return new Packet(body.toByteArray());
    }

    private byte[] exactly(int size) throws IOException {
        byte[] bytes = in.readNBytes(size);
        if (bytes.length < size) {
            throw new EOFException("the server closed the connection");
        }
        return bytes;
    }

    @Override
    public void close() {
        try (socket) {
            command(0x01, new byte[0]);
        } catch (IOException gone) {
            // Closed by the other side already: nothing is left to be said.
        }
    }

    /** Builds a packet's body. */
    static final class Writer {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Writer fixed(long value, int size) {
            for (int i = 0; i < size; i++) {
                bytes.write((int) (value >>> (8 * i)));
            }
            return this;
        }

        Writer bytes(byte[] value) {
            return bytes(value, 0, value.length);
        }

        Writer bytes(byte[] value, int from, int size) {
            bytes.write(value, from, size);
            return this;
        }

        Writer terminated(String text) {
            return bytes(text.getBytes(UTF_8)).fixed(0, 1);
        }

        Writer lengthEncoded(byte[] value) {
            if (value.length < 251) {
                fixed(value.length, 1);
            } else {
                fixed(0xfd, 1).fixed(value.length, 3);
            }
            return bytes(value);
        }

        byte[] toByteArray() {
            return bytes.toByteArray();
        }
    }
}
