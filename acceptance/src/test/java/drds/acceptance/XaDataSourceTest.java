package drds.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mysql.cj.jdbc.MysqlXADataSource;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import javax.sql.XAConnection;
import javax.sql.XADataSource;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mariadb.jdbc.MariaDbDataSource;

/** What a Java transaction manager does with the drivers' own XA data sources. */
@ExtendWith(ClusterExtension.class)
class XaDataSourceTest {
    private static int port;

    @BeforeAll
    static void makeTable(Cluster cluster) throws SQLException {
        port = cluster.drdsPort();
        try (Connection connection = JdbcDriver.MARIADB_CONNECTOR_J.connect(port, "", "");
                Statement statement = connection.createStatement()) {
            statement.execute("DROP DATABASE IF EXISTS xa_jdbc");
            statement.execute("CREATE DATABASE xa_jdbc");
            statement.execute("USE xa_jdbc");
            statement.execute(
                    "CREATE TABLE t (id INT PRIMARY KEY, v INT) " + cluster.sharded("DBPARTITION BY HASH(id)"));
            statement.execute("INSERT INTO t VALUES (1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, 0)");
        }
    }

    private record Name(byte[] getGlobalTransactionId, byte[] getBranchQualifier) implements Xid {
        Name(String global) {
            this(global.getBytes(StandardCharsets.UTF_8), new byte[] {0, 1, (byte) 200});
        }

        @Override
        public int getFormatId() {
            return 4660;
        }
    }

    private static XADataSource source(String driver) throws SQLException {
        String rest = "://127.0.0.1:" + port + "/xa_jdbc?user=root&";
        if (driver.equals("mysql")) {
            var source = new MysqlXADataSource();
            source.setUrl("jdbc:mysql" + rest + "sslMode=DISABLED&allowPublicKeyRetrieval=true");
            return source;
        }
        return new MariaDbDataSource("jdbc:mariadb" + rest + "sslMode=disable");
    }

    private static void add(XAConnection connection) throws SQLException {
        try (Statement statement = connection.getConnection().createStatement()) {
            statement.execute("UPDATE t SET v = v + 1");
        }
    }

    private static long sum() throws SQLException {
        try (Connection connection = JdbcDriver.MARIADB_CONNECTOR_J.connect(port, "xa_jdbc", "");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT SUM(v) FROM t")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mysql", "mariadb"})
    void aManagerCommitsInOneAndInTwoPhasesAndAfterALossOfTheConnection(String driver) throws Exception {
        long before = sum();
        XADataSource source = source(driver);
        Name lost = new Name("lost " + driver);
        XAConnection first = source.getXAConnection();
        XAResource resource = first.getXAResource();
        Name one = new Name("one " + driver);
        resource.start(one, XAResource.TMNOFLAGS);
        add(first);
        resource.end(one, XAResource.TMSUCCESS);
        resource.commit(one, true);
        assertThat(sum()).isEqualTo(before + 6);

        Name two = new Name("two " + driver);
        resource.start(two, XAResource.TMNOFLAGS);
        add(first);
        resource.end(two, XAResource.TMSUCCESS);
        assertThat(resource.prepare(two)).isEqualTo(XAResource.XA_OK);
        assertThat(sum()).isEqualTo(before + 6);
        resource.commit(two, false);
        assertThat(sum()).isEqualTo(before + 12);

        resource.start(lost, XAResource.TMNOFLAGS);
        add(first);
        resource.end(lost, XAResource.TMSUCCESS);
        resource.prepare(lost);
        first.close();

        XAConnection second = source.getXAConnection();
        try {
            XAResource later = second.getXAResource();
            Xid[] found = later.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN);
            assertThat(found)
                    .anyMatch(xid -> xid.getFormatId() == lost.getFormatId()
                            && Arrays.equals(xid.getGlobalTransactionId(), lost.getGlobalTransactionId())
                            && Arrays.equals(xid.getBranchQualifier(), lost.getBranchQualifier()));
            commitOnceDetached(later, lost);
            assertThat(sum()).isEqualTo(before + 18);
            assertThatThrownBy(() -> later.commit(lost, false)).isInstanceOf(XAException.class);
        } finally {
            second.close();
        }
    }

    /** The old session holds the transaction until the server has noticed its end. */
    private static void commitOnceDetached(XAResource resource, Xid xid) throws XAException {
        while (true) {
            try {
                resource.commit(xid, false);
                return;
            } catch (XAException e) {
                if (e.errorCode != XAException.XAER_NOTA) {
                    throw e;
                }
            }
        }
    }
}
