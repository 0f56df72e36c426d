package drds.replication;

import drds.parser.SqlText;
import drds.transaction.Backends;
import drds.transaction.SystemTables;
import drds.transaction.TransactionName;
import drds.transaction.Work;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What DRDS itself has on an instance and must not lose with it. */
final class OwnRows {
    private record Kind(String table, String words) {}

    private static final List<Kind> KINDS = List.of(
            new Kind(SystemTables.OUTBOX, "deferred statements"),
            new Kind(SystemTables.OUTGOING, "messages that are not delivered"),
            new Kind(SystemTables.FLEXIBLE, "FLEXIBLE transactions that are not over"),
            new Kind(SystemTables.UNDO, "entries by which FLEXIBLE transactions are taken back"));

    private OwnRows() {}

    /** In words; empty if there are none. */
    static String found(Work work) {
        Set<String> tables = Source.tables(work, "drds").stream()
                .map(table -> SqlText.qualified("drds", table))
                .collect(Collectors.toSet());
        return KINDS.stream()
                .filter(kind -> tables.contains(kind.table()))
                .filter(kind ->
                        !work.rows("SELECT 1 FROM " + kind.table() + " LIMIT 1").isEmpty())
                .map(Kind::words)
                .collect(Collectors.joining(", "));
    }

    /** Whether a transaction is prepared somewhere whose end this Group's log tells. */
    static boolean decides(Backends backends, String group) {
        return backends.groups().stream()
                .anyMatch(other -> Work.on(
                        backends,
                        other,
                        Exact.READING,
                        work -> work.rows("XA RECOVER").stream().anyMatch(row -> isDecidedBy(row, group))));
    }

    private static boolean isDecidedBy(byte[] @Nullable [] row, String group) {
        byte[] name = row[3] == null ? new byte[0] : row[3];
        return TransactionName.read(number(row[0]), (int) number(row[1]), (int) number(row[2]), name)
                .filter(branch -> branch.transaction().decidingGroup().equals(group))
                .isPresent();
    }

    private static long number(byte @Nullable [] text) {
        return Long.parseLong(Exact.text(text));
    }
}
