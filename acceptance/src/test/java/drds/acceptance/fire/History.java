package drds.acceptance.fire;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What transactions did that append numbers to lists and read lists; every number is appended once. */
final class History {
    sealed interface Operation {
        int key();

        record Append(int key, int value) implements Operation {}

        /** What the list was. */
        record Read(int key, List<Integer> values) implements Operation {}
    }

    enum End {
        COMMITTED,
        ROLLED_BACK,
        UNKNOWN
    }

    record Txn(String name, List<Operation> operations, End end) {
        Txn {
            operations = List.copyOf(operations);
        }

        /** Names are unique, and the operations are long. */
        @Override
        public boolean equals(Object other) {
            return other instanceof Txn txn && name.equals(txn.name);
        }

        @Override
        public int hashCode() {
            return name.hashCode();
        }

        @Override
        public String toString() {
            return name + operations;
        }
    }

    private final ConcurrentLinkedQueue<Txn> transactions = new ConcurrentLinkedQueue<>();
    private final Map<Integer, List<Integer>> last = new TreeMap<>();

    void add(Txn transaction) {
        transactions.add(transaction);
    }

    /** How a list is at the end. */
    void ended(int key, List<Integer> values) {
        last.put(key, List.copyOf(values));
    }

    List<Txn> transactions() {
        return new ArrayList<>(transactions);
    }

    Map<Integer, List<Integer>> last() {
        return last;
    }
}
