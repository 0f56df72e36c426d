package drds.acceptance.fire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The network between DRDS and one instance: it can be cut, which both sides notice, or hang, which nobody does. */
final class CutProxy implements AutoCloseable {
    /** As it ends a packet: XA COMMIT has its branch's name after it. */
    private static final byte[] COMMIT = "COMMIT".getBytes(StandardCharsets.US_ASCII);

    private enum Mode {
        OPEN,
        CUT,
        HANGING
    }

    private final int target;
    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final AtomicInteger commits = new AtomicInteger();
    private Mode mode = Mode.OPEN;

    CutProxy(int target) throws IOException {
        this.target = target;
        this.listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().start(this::listen);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** How many COMMITs have been passed on to the instance. */
    int commits() {
        return commits.get();
    }

    /** Ends all connections, and lets none come until {@link #restore}. */
    void cut() {
        become(Mode.CUT);
        sockets.forEach(CutProxy::end);
    }

    /** Nothing goes through until {@link #restore}; nothing is lost either. */
    void hang() {
        become(Mode.HANGING);
    }

    void restore() {
        become(Mode.OPEN);
    }

    private void become(Mode next) {
        lock.lock();
        try {
            mode = next;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean passes() throws InterruptedException {
        lock.lock();
        try {
            while (mode == Mode.HANGING) {
                changed.await();
            }
            return mode == Mode.OPEN;
        } finally {
            lock.unlock();
        }
    }

    private void listen() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Thread.ofVirtual().start(() -> connect(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void connect(Socket client) {
        sockets.add(client);
        Socket instance = new Socket();
        sockets.add(instance);
        try {
            if (!passes()) {
                end(client);
                sockets.remove(client);
                return;
            }
            instance.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), 5000);
            client.setTcpNoDelay(true);
            instance.setTcpNoDelay(true);
            Thread.ofVirtual().start(() -> pass(instance, client));
            pass(client, instance);
        } catch (IOException | InterruptedException gone) {
            end(client);
        } finally {
            sockets.remove(instance);
        }
    }

    private void pass(Socket from, Socket to) {
        byte[] bytes = new byte[16_384];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(bytes); count >= 0 && passes(); count = in.read(bytes)) {
                out.write(bytes, 0, count);
                int end = count - COMMIT.length;
                if (to.getPort() == target && end >= 0 && Arrays.equals(bytes, end, count, COMMIT, 0, COMMIT.length)) {
                    commits.incrementAndGet();
                }
            }
        } catch (IOException | InterruptedException gone) {
            // Both ends are closed below.
        } finally {
            end(from);
            end(to);
            sockets.remove(from);
        }
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
    }
}
