package drds.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drds.error.SqlError;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PassThroughTest {
    private static final int BACKEND_STATUS = ServerStatus.AUTOCOMMIT | ServerStatus.NO_INDEX_USED;
    private static final ColumnRewrite TO_LOGICAL =
            new ColumnRewrite(List.of(new ColumnRewrite.Renaming("shop_0003", "orders_07", "shop", "orders")));

    private record Passed(PassThrough.End end, byte[] bytes, ScriptedConnection client) {}

    private static Passed pass(
            byte[] answer, int pieceBytes, boolean fromDeprecates, boolean toDeprecates, ColumnRewrite rewrite)
            throws PassThrough.InstanceLost {
        PacketChannel from = new PacketChannel(ScriptedConnection.of(answer, pieceBytes), 1 << 30);
        from.sequence(1);
        ScriptedConnection client = new ScriptedConnection();
        PacketChannel to = new PacketChannel(client, 1 << 30);
        to.sequence(1);
        PassThrough.End end = new PassThrough(
                        from,
                        fromDeprecates,
                        new ClientResultWriter(to, toDeprecates),
                        rewrite,
                        ServerStatus.IN_TRANSACTION)
                .run();
        to.flush();
        return new Passed(end, client.written(), client);
    }

    private static byte[] script(Consumer<PacketChannel> writes) {
        ScriptedConnection connection = new ScriptedConnection();
        PacketChannel channel = new PacketChannel(connection, 1 << 30);
        channel.sequence(1);
        writes.accept(channel);
        channel.flush();
        return connection.written();
    }

    private static ColumnDefinition column(String schema, String table, String name) {
        return new ColumnDefinition("def", schema, table, table, name, name, 45, 80, FieldType.VAR_STRING, 0, 0);
    }

    private static byte[] rows(boolean deprecates, String schema, String table, int rows, int status) {
        return script(channel -> answer(channel, deprecates, schema, table, rows, status));
    }

    private static void answer(
            PacketChannel channel, boolean deprecates, String schema, String table, int rows, int status) {
        ClientResultWriter writer = new ClientResultWriter(channel, deprecates);
        writer.moreFollow((status & ServerStatus.MORE_RESULTS) != 0);
        writer.columns(List.of(column(schema, table, "id"), column("", "", "x")));
        for (int i = 0; i < rows; i++) {
            writer.stringRow("row " + i, i % 3 == 0 ? null : "y".repeat(i % 300));
        }
        writer.end(status, 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 28, 29, 100, 1000, 1 << 20})
    void findsTheEndInPiecesOfAnySize(int pieceBytes) throws PassThrough.InstanceLost {
        for (boolean deprecates : new boolean[] {true, false}) {
            byte[] answer = rows(deprecates, "shop_0003", "orders_07", 400, BACKEND_STATUS);
            Passed passed = pass(answer, pieceBytes, deprecates, deprecates, ColumnRewrite.NONE);
            assertThat(passed.bytes())
                    .isEqualTo(rows(
                            deprecates,
                            "shop_0003",
                            "orders_07",
                            400,
                            ServerStatus.IN_TRANSACTION | ServerStatus.NO_INDEX_USED));
            assertThat(passed.end().status()).isEqualTo(BACKEND_STATUS);
            assertThat(passed.end().warnings()).isEqualTo(1);
            assertThat(passed.end().rows()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1,true,false",
        "1,false,true",
        "17,true,false",
        "17,false,true",
        "100000,true,false",
        "100000,false,true",
        "1,true,true",
        "64,false,false"
    })
    void exchangesNamesAndEofPackets(int pieceBytes, boolean fromDeprecates, boolean toDeprecates)
            throws PassThrough.InstanceLost {
        byte[] wanted =
                rows(toDeprecates, "shop", "orders", 300, ServerStatus.IN_TRANSACTION | ServerStatus.NO_INDEX_USED);
        byte[] answer = rows(fromDeprecates, "shop_0003", "orders_07", 300, BACKEND_STATUS);
        for (int again = 0; again < 2; again++) {
            assertThat(pass(answer, pieceBytes, fromDeprecates, toDeprecates, TO_LOGICAL)
                            .bytes())
                    .isEqualTo(wanted);
        }
    }

    @Test
    void keepsAnAlias() {
        ColumnDefinition aliased =
                new ColumnDefinition("def", "shop_0003", "o", "orders_07", "id", "id", 45, 80, 253, 0, 0);
        assertThat(TO_LOGICAL.apply(aliased).table()).isEqualTo("o");
        assertThat(TO_LOGICAL.apply(aliased).orgTable()).isEqualTo("orders");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 1000})
    void passesSeveralResultsOfOneStatement(int pieceBytes) throws PassThrough.InstanceLost {
        byte[] answer = script(channel -> {
            answer(channel, true, "a", "b", 3, BACKEND_STATUS | ServerStatus.MORE_RESULTS);
            answer(channel, true, "a", "b", 2, BACKEND_STATUS | ServerStatus.MORE_RESULTS);
            new ClientResultWriter(channel, true).ok(7, 8, BACKEND_STATUS, 0, "done");
        });
        Passed passed = pass(answer, pieceBytes, true, true, ColumnRewrite.NONE);
        assertThat(passed.end().affectedRows()).isEqualTo(7);
        assertThat(passed.end().lastInsertId()).isEqualTo(8);
        assertThat(passed.bytes()).hasSameSizeAs(answer);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 1000})
    void putsLogicalNamesIntoAnError(int pieceBytes) throws PassThrough.InstanceLost {
        byte[] answer = script(channel -> new ClientResultWriter(channel, true)
                .error(new SqlError(1146, "42S02", "Table 'shop_0003.orders_07' doesn't exist")));
        Passed passed = pass(answer, pieceBytes, true, true, TO_LOGICAL);
        SqlError error = passed.end().error();
        assertThat(error).isNotNull();
        assertThat(error.message()).isEqualTo("Table 'shop.orders' doesn't exist");
        assertThat(new String(passed.bytes(), StandardCharsets.UTF_8)).endsWith("Table 'shop.orders' doesn't exist");
    }

    @Test
    void anErrorAmongTheRowsEndsThem() throws PassThrough.InstanceLost {
        byte[] answer = script(channel -> {
            ClientResultWriter writer = new ClientResultWriter(channel, true);
            writer.columns(List.of(column("", "", "x")));
            writer.stringRow("1");
            writer.error(new SqlError(1317, "70100", "Query execution was interrupted"));
        });
        Passed passed = pass(answer, 11, true, true, ColumnRewrite.NONE);
        assertThat(passed.bytes()).isEqualTo(answer);
        assertThat(passed.end().error()).isNotNull();
    }

    @Test
    void aRowOfMoreThanOnePacketIsNoEnd() throws PassThrough.InstanceLost {
        byte[] big = new byte[PacketChannel.MAX_PACKET_BYTES + 1000];
        Arrays.fill(big, (byte) 0xfe);
        byte[] answer = script(channel -> {
            ClientResultWriter writer = new ClientResultWriter(channel, true);
            writer.columns(List.of(column("", "", "x")));
            writer.textRow(new byte[][] {big});
            writer.end(ServerStatus.IN_TRANSACTION, 0);
        });
        assertThat(pass(answer, 100_001, true, true, ColumnRewrite.NONE).bytes())
                .isEqualTo(answer);
    }

    @Test
    void leavesTheNextAnswerUnread() throws PassThrough.InstanceLost {
        byte[] first = rows(true, "a", "b", 5, BACKEND_STATUS);
        byte[] both = Arrays.copyOf(first, 2 * first.length);
        System.arraycopy(first, 0, both, first.length, first.length);
        for (int pieceBytes : List.of(1, 13, both.length)) {
            PacketChannel from = new PacketChannel(ScriptedConnection.of(both, pieceBytes), 1 << 30);
            List<byte[]> answers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                from.sequence(1);
                ScriptedConnection client = new ScriptedConnection();
                PacketChannel to = new PacketChannel(client, 1 << 30);
                to.sequence(1);
                new PassThrough(from, true, new ClientResultWriter(to, true), ColumnRewrite.NONE, BACKEND_STATUS).run();
                to.flush();
                answers.add(client.written());
            }
            assertThat(answers.get(0)).isEqualTo(first);
            assertThat(answers.get(1)).isEqualTo(first);
        }
    }

    @Test
    void anInstanceThatStopsOrTalksNonsenseIsLost() {
        byte[] answer = rows(true, "a", "b", 5, BACKEND_STATUS);
        assertThatThrownBy(() -> pass(Arrays.copyOf(answer, 60), 7, true, true, ColumnRewrite.NONE))
                .isInstanceOf(PassThrough.InstanceLost.class);
        byte[] disordered = answer.clone();
        disordered[3] = 5;
        assertThatThrownBy(() -> pass(disordered, 1000, true, true, ColumnRewrite.NONE))
                .isInstanceOf(PassThrough.InstanceLost.class);
    }

    @Test
    void relaysALocalFile() throws PassThrough.InstanceLost {
        byte[] request = {5, 0, 0, 1, (byte) 0xfb, 'f', 'i', 'l', 'e'};
        ByteBuf answers = io.netty.buffer.Unpooled.buffer().writeBytes(request);
        byte[] ok = {7, 0, 0, 4, 0, 2, 0, 2, 0, 0, 0};
        answers.writeBytes(ok);
        byte[] all = new byte[answers.readableBytes()];
        answers.readBytes(all);
        ScriptedConnection instance = ScriptedConnection.of(all, 9);
        PacketChannel from = new PacketChannel(instance, 1 << 30);
        from.sequence(1);
        byte[] file = {3, 0, 0, 2, 'a', 'b', 'c', 0, 0, 0, 3};
        ScriptedConnection client = ScriptedConnection.of(file, 4);
        PacketChannel to = new PacketChannel(client, 1 << 30);
        to.sequence(1);
        PassThrough.End end = new PassThrough(
                        from, true, new ClientResultWriter(to, true), ColumnRewrite.NONE, ServerStatus.AUTOCOMMIT)
                .run();
        to.flush();
        assertThat(end.affectedRows()).isEqualTo(2);
        assertThat(instance.written()).isEqualTo(file);
        assertThat(client.written()).isEqualTo(all);
    }
}
