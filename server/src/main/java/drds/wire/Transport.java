package drds.wire;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;

/** How the kernel is asked for bytes. */
public enum Transport {
    IO_URING {
        @Override
        public boolean isAvailable() {
            return IoUring.isAvailable();
        }

        @Override
        IoHandlerFactory handlers() {
            return IoUringIoHandler.newFactory();
        }

        @Override
        Class<? extends SocketChannel> sockets() {
            return IoUringSocketChannel.class;
        }

        @Override
        Class<? extends ServerSocketChannel> serverSockets() {
            return IoUringServerSocketChannel.class;
        }
    },
    EPOLL {
        @Override
        public boolean isAvailable() {
            return Epoll.isAvailable();
        }

        @Override
        IoHandlerFactory handlers() {
            return EpollIoHandler.newFactory();
        }

        @Override
        Class<? extends SocketChannel> sockets() {
            return EpollSocketChannel.class;
        }

        @Override
        Class<? extends ServerSocketChannel> serverSockets() {
            return EpollServerSocketChannel.class;
        }
    },
    NIO {
        @Override
        public boolean isAvailable() {
            return true;
        }

        @Override
        IoHandlerFactory handlers() {
            return NioIoHandler.newFactory();
        }

        @Override
        Class<? extends SocketChannel> sockets() {
            return NioSocketChannel.class;
        }

        @Override
        Class<? extends ServerSocketChannel> serverSockets() {
            return NioServerSocketChannel.class;
        }
    };

    /** The first of them that this machine has. */
    public static Transport best() {
        for (Transport transport : values()) {
            if (transport.isAvailable()) {
                return transport;
            }
        }
        return NIO;
    }

    public abstract boolean isAvailable();

    abstract IoHandlerFactory handlers();

    abstract Class<? extends SocketChannel> sockets();

    abstract Class<? extends ServerSocketChannel> serverSockets();
}
