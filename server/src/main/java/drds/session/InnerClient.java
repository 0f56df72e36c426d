package drds.session;

import drds.catalog.AccountName;
import drds.wire.Loop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** DRDS itself as a session's client: nobody is connected. */
record InnerClient(Loop loop) implements ClientConnection {
    private static final int UTF8MB4_GENERAL_CI = 45;

    @Override
    public long id() {
        return 0;
    }

    @Override
    public AccountName account() {
        return new AccountName(user(), "localhost");
    }

    @Override
    public String user() {
        return "drds";
    }

    @Override
    public InetSocketAddress remote() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    @Override
    public long capabilities() {
        return 0;
    }

    @Override
    public int collationId() {
        return UTF8MB4_GENERAL_CI;
    }

    @Override
    public @Nullable String database() {
        return null;
    }

    @Override
    public void disconnect() {}
}
