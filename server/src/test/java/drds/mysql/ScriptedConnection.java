package drds.mysql;

import drds.wire.Connection;
import drds.wire.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** A connection whose input is given beforehand, and whose output is kept. */
final class ScriptedConnection implements Connection {
    private final ArrayDeque<ByteBuf> input = new ArrayDeque<>();
    private final ByteBuf output = Unpooled.buffer();
    private final Loop loop = new Loop() {
        @Override
        public Thread start(Runnable task) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Connection connect(InetSocketAddress to, Duration timeout) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void breathe() {}

        @Override
        public <T> T compute(Callable<T> task) throws Exception {
            return task.call();
        }

        @Override
        public ByteBuf allocate(int capacity) {
            return Unpooled.buffer(capacity);
        }

        @Override
        public int index() {
            return 0;
        }
    };

    /** The bytes come in pieces of that size. */
    static ScriptedConnection of(byte[] bytes, int pieceBytes) {
        ScriptedConnection connection = new ScriptedConnection();
        for (int i = 0; i < bytes.length; i += pieceBytes) {
            int length = Math.min(pieceBytes, bytes.length - i);
            connection.input.add(Unpooled.buffer(length).writeBytes(bytes, i, length));
        }
        return connection;
    }

    byte[] written() {
        byte[] bytes = new byte[output.readableBytes()];
        output.getBytes(output.readerIndex(), bytes);
        return bytes;
    }

    @Override
    public @Nullable ByteBuf read() {
        return input.poll();
    }

    @Override
    public boolean hasInput() {
        return !input.isEmpty();
    }

    @Override
    public void write(ByteBuf bytes) {
        output.writeBytes(bytes);
        bytes.release();
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}

    @Override
    public void abort() {}

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void onEnd(Runnable action) {}

    @Override
    public void readTimeout(Duration timeout) {}

    @Override
    public void startTls(SslContext context, @Nullable ByteBuf alreadyRead) {}

    @Override
    public boolean secure() {
        return false;
    }

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public InetSocketAddress remote() {
        return InetSocketAddress.createUnresolved("nowhere", 1);
    }
}
