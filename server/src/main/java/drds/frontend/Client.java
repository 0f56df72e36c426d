package drds.frontend;

import drds.catalog.Account;
import drds.catalog.AccountName;
import drds.mysql.Handshake;
import drds.session.ClientConnection;
import drds.wire.Connection;
import drds.wire.Loop;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A client that has logged in, as its session sees it. */
record Client(long id, Connection connection, Account authenticated, Handshake.Login login)
        implements ClientConnection {
    @Override
    public AccountName account() {
        return authenticated.name();
    }

    @Override
    public String user() {
        return login.user();
    }

    @Override
    public InetSocketAddress remote() {
        return connection.remote();
    }

    @Override
    public long capabilities() {
        return login.capabilities() & 0xffff_ffffL;
    }

    @Override
    public int collationId() {
        return login.collation();
    }

    @Override
    public @Nullable String database() {
        return login.database().isEmpty() ? null : login.database();
    }

    @Override
    public Loop loop() {
        return connection.loop();
    }

    @Override
    public void disconnect() {
        connection.close();
    }
}
