package drds.session;

import drds.catalog.AccountName;
import drds.wire.Loop;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** What a session knows of the connection that it serves; made by the frontend when the client has logged in. */
public interface ClientConnection {
    /** CONNECTION_ID(). */
    long id();

    /** The account that the login matched: CURRENT_USER(). */
    AccountName account();

    /** The name that the client gave: the first part of USER(). */
    String user();

    InetSocketAddress remote();

    /** The capability flags that both sides agreed on. */
    long capabilities();

    /** The collation's number of the handshake. */
    int collationId();

    /** The database that the handshake names; null if none. */
    @Nullable
    String database();

    /** The loop that carries this connection's virtual thread and owns its sockets. */
    Loop loop();

    /** Ends the connection from any thread (KILL): the connection's own thread then finds the end of the stream. */
    void disconnect();
}
