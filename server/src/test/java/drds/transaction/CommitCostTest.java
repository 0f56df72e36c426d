package drds.transaction;

import static drds.executor.TestCluster.state;
import static org.assertj.core.api.Assertions.assertThat;

import drds.executor.TestCluster;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which statements a transaction costs its instances, as they count them. */
class CommitCostTest {
    private static final String COUNTERS = "SELECT VARIABLE_NAME, VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS"
            + " WHERE VARIABLE_NAME IN ('COM_BEGIN', 'COM_COMMIT', 'COM_UPDATE', 'COM_INSERT', 'COM_INSERT_SELECT',"
            + " 'COM_XA_START', 'COM_XA_END', 'COM_XA_PREPARE', 'COM_XA_COMMIT', 'COM_XA_ROLLBACK', 'COM_SAVEPOINT')";

    private static TestCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = new TestCluster();
        for (int i = 0; i < 2; i++) {
            cluster.run(i, "CREATE TABLE shop.t (id INT PRIMARY KEY, v INT)");
            cluster.run(i, "INSERT INTO shop.t VALUES (1, 10), (2, 20)");
        }
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static Map<String, Integer> counters(int instance) throws SQLException {
        Map<String, Integer> counters = new TreeMap<>();
        for (String row : cluster.rows(instance, COUNTERS)) {
            String[] parts = row.split("\\|");
            counters.put(parts[0].replace("COM_", ""), Integer.parseInt(parts[1]));
        }
        return counters;
    }

    /** What a transaction has cost each of the two instances. */
    private static String cost(Consumer<Transaction> work) throws Exception {
        Map<String, Integer> first = counters(0);
        Map<String, Integer> second = counters(1);
        cluster.onLoop(() -> {
            Transaction transaction = cluster.transaction();
            transaction.begin(Characteristics.DEFAULT);
            work.accept(transaction);
            transaction.commit();
            return null;
        });
        return more(first, counters(0)) + " / " + more(second, counters(1));
    }

    private static Map<String, Integer> more(Map<String, Integer> before, Map<String, Integer> after) {
        Map<String, Integer> more = new TreeMap<>(after);
        more.replaceAll((name, count) -> count - before.getOrDefault(name, 0));
        more.values().removeIf(count -> count == 0);
        return more;
    }

    private static void write(Transaction transaction, int group) {
        transaction.on("g" + group, true, state()).run("UPDATE t SET v = v + 1 WHERE id = 1");
    }

    private static void read(Transaction transaction, int group) {
        transaction.on("g" + group, false, state()).run("SELECT v FROM t WHERE id = 1");
    }

    private static int decisions() throws SQLException {
        return cluster.rows(0, "SELECT 1 FROM drds.transaction_log").size()
                + cluster.rows(1, "SELECT 1 FROM drds.transaction_log").size();
    }

    @Test
    void onOneInstanceItCostsWhatItCostsThere() throws Exception {
        int decisions = decisions();
        assertThat(cost(transaction -> {
                    write(transaction, 1);
                    write(transaction, 1);
                    read(transaction, 1);
                }))
                .isEqualTo("{} / {BEGIN=1, COMMIT=1, UPDATE=2}");
        assertThat(decisions()).isEqualTo(decisions);
    }

    @Test
    void nothingIsOpenedBeforeItIsNeeded() throws Exception {
        assertThat(cost(transaction -> {})).isEqualTo("{} / {}");
    }

    @Test
    void whoOnlyReadsIsNotPrepared() throws Exception {
        int decisions = decisions();
        String oneWriter = "XA_COMMIT=1, XA_END=1, XA_START=1";
        assertThat(cost(transaction -> {
                    write(transaction, 0);
                    read(transaction, 1);
                }))
                .isEqualTo("{BEGIN=1, COMMIT=1, UPDATE=1} / {" + oneWriter + "}");
        assertThat(cost(transaction -> {
                    read(transaction, 0);
                    write(transaction, 1);
                }))
                .isEqualTo("{BEGIN=1, COMMIT=1} / {UPDATE=1, " + oneWriter + "}");
        assertThat(decisions()).isEqualTo(decisions);
    }

    @Test
    void withTwoInstancesOneIsPreparedAndTheOtherDecides() throws Exception {
        int decisions = decisions();
        assertThat(cost(transaction -> {
                    write(transaction, 0);
                    write(transaction, 1);
                }))
                .isEqualTo("{BEGIN=1, COMMIT=1, INSERT_SELECT=1, UPDATE=1}"
                        + " / {UPDATE=1, XA_COMMIT=1, XA_END=1, XA_PREPARE=1, XA_START=1}");
        assertThat(decisions()).isEqualTo(decisions + 1);
    }
}
