package drds.session;

import drds.error.ErrorCode;
import drds.wire.Loop;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The rows that a cursor's client has not fetched yet, as MySQL keeps them in a temporary table: a few in memory, more of them in a
 * file without a name. First all are added, then they are taken in the same order.
 */
final class RowSpool implements AutoCloseable {
    private static final int FIRST_BYTES = 1024;
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int LENGTH_BYTES = 4;

    private final Loop loop;
    private final Path directory;
    private final long limitBytes;
    private byte[] buffer = new byte[FIRST_BYTES];
    private int filled;
    private int taken;
    private long rowsLeft;
    private @Nullable FileChannel file;
    private long fileBytes;
    private long fileTaken;

    /**
     * @param directory where the file is made if one is needed
     * @param limitBytes what the rows may take there
     */
    RowSpool(Loop loop, Path directory, long limitBytes) {
        this.loop = loop;
        this.directory = directory;
        this.limitBytes = limitBytes;
    }

    /** @param row stays the caller's */
    void add(ByteBuf row) {
        int length = row.readableBytes();
        byte[] head = {(byte) length, (byte) (length >> 8), (byte) (length >> 16), (byte) (length >> 24)};
        reserve(LENGTH_BYTES);
        System.arraycopy(head, 0, buffer, filled, LENGTH_BYTES);
        filled += LENGTH_BYTES;
        int done = 0;
        while (done < length) {
            reserve(Math.min(length - done, BUFFER_BYTES));
            int part = Math.min(length - done, buffer.length - filled);
            row.getBytes(row.readerIndex() + done, buffer, filled, part);
            filled += part;
            done += part;
        }
        rowsLeft++;
    }

    /** Makes room for so many bytes, at most as many as the buffer may have. */
    private void reserve(int bytes) {
        if (filled + bytes <= buffer.length) {
            return;
        }
        if (filled + bytes > BUFFER_BYTES) {
            spill();
        }
        if (bytes > buffer.length - filled) {
            buffer = Arrays.copyOf(buffer, Math.min(BUFFER_BYTES, Math.max(filled + bytes, 2 * buffer.length)));
        }
    }

    private void spill() {
        int count = filled;
        if (fileBytes + count > limitBytes) {
            throw ErrorCode.CURSOR_LIMIT.with(limitBytes);
        }
        if (count > 0) {
            onPlatformThread(() -> {
                FileChannel to = opened();
                ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
                while (bytes.hasRemaining()) {
                    to.write(bytes);
                }
                return null;
            });
        }
        fileBytes += count;
        filled = 0;
    }

    private FileChannel opened() throws IOException {
        FileChannel known = file;
        if (known == null) {
            Files.createDirectories(directory);
            Path path = Files.createTempFile(directory, "cursor", ".rows");
            // Its name is gone at once, so that nothing is left of it whenever the server ends.
            known = FileChannel.open(
                    path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
            file = known;
        }
        return known;
    }

    /** No row is added any more. */
    void complete() {
        if (file != null) {
            spill();
        }
    }

    boolean isEmpty() {
        return rowsLeft == 0;
    }

    /** The next row; only while it is not empty. The caller's. */
    ByteBuf next() {
        rowsLeft--;
        int length = 0;
        for (int i = 0; i < LENGTH_BYTES; i++) {
            fill();
            length |= (buffer[taken++] & 0xff) << (8 * i);
        }
        ByteBuf row = loop.allocate(Math.max(length, 1));
        boolean whole = false;
        try {
            while (row.readableBytes() < length) {
                fill();
                int part = Math.min(length - row.readableBytes(), filled - taken);
                row.writeBytes(buffer, taken, part);
                taken += part;
            }
            whole = true;
            return row;
        } finally {
            if (!whole) {
                row.release();
            }
        }
    }

    /** Sees to it that there is at least one byte in the buffer. */
    private void fill() {
        FileChannel from = file;
        if (taken < filled || from == null) {
            return;
        }
        int wanted = (int) Math.min(buffer.length, fileBytes - fileTaken);
        onPlatformThread(() -> {
            ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, wanted);
            while (bytes.hasRemaining()) {
                if (from.read(bytes, fileTaken + bytes.position()) < 0) {
                    throw new IOException("the file ends early");
                }
            }
            return null;
        });
        fileTaken += wanted;
        filled = wanted;
        taken = 0;
    }

    private void onPlatformThread(Callable<@Nullable Void> task) {
        try {
            loop.compute(task);
        } catch (IOException e) {
            throw ErrorCode.UNKNOWN_ERROR.with("A cursor's rows can't be kept in " + directory + ": " + e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        FileChannel open = file;
        file = null;
        buffer = new byte[0];
        rowsLeft = 0;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                throw ErrorCode.UNKNOWN_ERROR.with("A cursor's file can't be closed: " + e);
            }
        }
    }
}
