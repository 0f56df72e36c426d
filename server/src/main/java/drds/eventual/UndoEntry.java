package drds.eventual;

import java.util.List;

/**
 * How to take back what one statement of a flexible transaction has changed.
 *
 * @param group on whose instance it is
 * @param transaction the flexible transaction's number
 * @param statements on the logical tables, each of which must find exactly one row; in the order in which they are to be run
 */
public record UndoEntry(String group, long id, long transaction, List<String> statements) {
    public UndoEntry {
        statements = List.copyOf(statements);
    }
}
