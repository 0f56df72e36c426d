package drds.acceptance.fire;

import static org.assertj.core.api.Assertions.assertThat;

import drds.acceptance.fire.History.End;
import drds.acceptance.fire.History.Operation;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Small histories with one anomaly each. */
class AnomalyFinderTest {
    private final History history = new History();

    private static Operation append(int key, int value) {
        return new Operation.Append(key, value);
    }

    private static Operation read(int key, Integer... values) {
        return new Operation.Read(key, Arrays.asList(values));
    }

    private void txn(String name, Operation... operations) {
        history.add(new History.Txn(name, List.of(operations), End.COMMITTED));
    }

    private void expect(Anomaly... anomalies) {
        assertThat(AnomalyFinder.anomalies(history).keySet()).containsExactly(anomalies);
    }

    private void ended(int key, Integer... values) {
        history.ended(key, Arrays.asList(values));
    }

    @Test
    void whatIsInOrderHasNone() {
        txn("a", append(1, 10), append(2, 20));
        txn("b", read(1, 10), append(1, 11), read(1, 10, 11));
        txn("c", read(1, 10, 11), read(2, 20));
        history.add(new History.Txn("d", List.of(append(1, 12)), End.ROLLED_BACK));
        history.add(new History.Txn("e", List.of(append(1, 13)), End.UNKNOWN));
        ended(1, 10, 11);
        ended(2, 20);
        expect();
    }

    @Test
    void circlesOfWrites() {
        txn("a", append(1, 10), append(2, 20));
        txn("b", append(1, 11), append(2, 21));
        ended(1, 10, 11);
        ended(2, 21, 20);
        expect(Anomaly.G0);
    }

    @Test
    void readsOfWhatWasRolledBackOrNotTheLastWord() {
        history.add(new History.Txn("a", List.of(append(1, 10)), End.ROLLED_BACK));
        txn("b", append(2, 20), append(2, 21));
        txn("c", read(1, 10));
        txn("d", read(2, 20));
        ended(2, 20, 21);
        // What was rolled back is there, and d has overlooked b's last word.
        assertThat(AnomalyFinder.anomalies(history).keySet()).contains(Anomaly.G1A, Anomaly.G1B);
    }

    @Test
    void circlesOfReads() {
        txn("a", append(1, 10), read(2, 20));
        txn("b", append(2, 20), read(1, 10));
        ended(1, 10);
        ended(2, 20);
        expect(Anomaly.G1C);
    }

    @Test
    void aTransactionThatIsSeenInOnePlaceAlone() {
        txn("a", append(1, 10), append(2, 20));
        txn("b", read(1, 10), read(2));
        ended(1, 10);
        ended(2, 20);
        expect(Anomaly.FRACTURED_READ);
    }

    @Test
    void updatesThatOverlookEachOther() {
        txn("a", read(1), append(1, 10));
        txn("b", read(1), append(1, 11));
        ended(1, 10, 11);
        expect(Anomaly.LOST_UPDATE);
    }

    @Test
    void readersThatSeeTwoTransactionsInDifferentOrders() {
        txn("a", append(1, 10));
        txn("b", append(2, 20));
        txn("c", read(1, 10), read(2));
        txn("d", read(1), read(2, 20));
        ended(1, 10);
        ended(2, 20);
        expect(Anomaly.LONG_FORK);
    }

    @Test
    void writeSkew() {
        txn("a", read(1), append(2, 20));
        txn("b", read(2), append(1, 10));
        ended(1, 10);
        ended(2, 20);
        expect(Anomaly.G2);
    }

    @Test
    void whatIsMissing() {
        txn("a", append(1, 10), append(2, 20));
        txn("b", append(1, 11), read(1, 10));
        ended(1, 10, 11);
        expect(Anomaly.INTERNAL, Anomaly.LOST_APPEND, Anomaly.HALF_DONE);
    }

    @Test
    void listsThatDoNotFit() {
        txn("a", append(1, 10));
        txn("b", append(1, 11));
        txn("c", read(1, 11, 10));
        ended(1, 10, 11);
        assertThat(AnomalyFinder.anomalies(history).keySet()).contains(Anomaly.INCOMPATIBLE_ORDER);
    }
}
