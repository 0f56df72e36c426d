package drds.acceptance;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** A JDBC driver with the settings that make it talk differently. */
enum JdbcDriver {
    CONNECTOR_J("mysql", ""),
    CONNECTOR_J_SERVER_PREPARED("mysql", "&useServerPrepStmts=true&cachePrepStmts=true"),
    CONNECTOR_J_REWRITTEN_BATCHES("mysql", "&rewriteBatchedStatements=true"),
    CONNECTOR_J_SERVER_PREPARED_REWRITTEN("mysql", "&useServerPrepStmts=true&rewriteBatchedStatements=true"),
    CONNECTOR_J_CURSORS("mysql", "&useCursorFetch=true&defaultFetchSize=100"),
    MARIADB_CONNECTOR_J("mariadb", "&useBulkStmts=false"),
    MARIADB_CONNECTOR_J_SERVER_PREPARED("mariadb", "&useServerPrepStmts=true"),
    MARIADB_CONNECTOR_J_BULK("mariadb", "&useServerPrepStmts=true&useBulkStmts=true&useBulkStmtsForInserts=true");

    private final String protocol;
    private final String settings;

    JdbcDriver(String protocol, String settings) {
        this.protocol = protocol;
        this.settings = settings;
    }

    boolean connectorJ() {
        return protocol.equals("mysql");
    }

    /** Opens a connection; {@code more} settings look like {@code &a=b}. */
    Connection connect(int port, String database, String more) throws SQLException {
        String own = connectorJ() ? "&sslMode=DISABLED&allowPublicKeyRetrieval=true" : "&sslMode=disable";
        return DriverManager.getConnection(
                "jdbc:" + protocol + "://127.0.0.1:" + port + "/" + database + "?user=root" + own + settings + more);
    }
}
