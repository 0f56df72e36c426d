package drds.session;

import drds.atom.Backend;
import drds.catalog.Database;
import drds.catalog.GlobalIndex;
import drds.catalog.Table;
import drds.catalog.Table.Partition;
import drds.error.ErrorCode;
import drds.parser.OperatorStatement;
import drds.parser.SqlText;
import drds.transaction.Characteristics;
import drds.transaction.Transaction;
import drds.transaction.Work;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** CHECK GLOBAL INDEX: whether an index holds what its table's rows hold, at one moment over all instances. */
final class GlobalIndexCheck {
    private final Session session;

    GlobalIndexCheck(Session session) {
        this.session = session;
    }

    /** What there is of rows: how many, and sums over what they hold that no order changes. */
    private record Sums(long rows, BigInteger sum, BigInteger parity) {
        Sums plus(Sums other) {
            return new Sums(rows + other.rows, sum.add(other.sum), parity.xor(other.parity));
        }
    }

    /** One row for each index of the name. */
    MemoryResult run(OperatorStatement.CheckGlobalIndex check) {
        if (!check.mode().isEmpty() && !check.mode().equals("SHOW")) {
            throw ErrorCode.NOT_SUPPORTED.with("CHECK GLOBAL INDEX ... " + check.mode());
        }
        String database = check.table() != null && check.table().schema() != null
                ? check.table().schema().text()
                : session.variables().database();
        if (database == null) {
            throw ErrorCode.NO_DATABASE_SELECTED.with();
        }
        Database known = session.catalog().database(database);
        if (known == null) {
            throw ErrorCode.UNKNOWN_DATABASE.with(database);
        }
        MemoryResult.Builder result = MemoryResult.builder().text("GSI_TABLE", "TABLE", "STATUS", "DETAILS");
        boolean found = false;
        for (Table table : known.tables().values()) {
            boolean asked = check.table() == null || check.table().name().text().equals(table.name());
            for (GlobalIndex index : table.storedIndexes()) {
                String name = check.index().text();
                if (asked
                        && (index.name().equalsIgnoreCase(name)
                                || index.stored().name().equals(name))) {
                    found = true;
                    compare(table, index, result);
                }
            }
        }
        if (!found) {
            throw ErrorCode.NO_SUCH_INDEX.with(
                    check.index().text(),
                    check.table() == null ? database : check.table().name().text());
        }
        return result.build();
    }

    private void compare(Table table, GlobalIndex index, MemoryResult.Builder result) {
        Transaction transaction = session.transaction();
        transaction.begin(new Characteristics("REPEATABLE READ", true, true));
        try {
            transaction.openSnapshots(session.state().withoutUserVariables());
            String items = "SELECT COUNT(*), COALESCE(SUM(hash), 0), BIT_XOR(hash) FROM (SELECT CRC32(CONCAT_WS(',', "
                    + index.stored().columns().stream()
                            .map(column -> "QUOTE(" + SqlText.identifier(column.name()) + ")")
                            .collect(Collectors.joining(", "))
                    + ")) AS hash FROM ";
            Sums rows = sums(items, table.partitions());
            Sums entries = sums(items, index.stored().partitions());
            boolean same = rows.equals(entries);
            result.row(
                    index.stored().name(),
                    table.name(),
                    same ? "OK" : "DIFFERS",
                    rows.rows() + " rows, " + entries.rows() + " entries"
                            + (same || rows.rows() != entries.rows() ? "" : " with other values"));
        } finally {
            transaction.rollback();
        }
    }

    private Sums sums(String items, List<Partition> partitions) {
        Sums all = new Sums(0, BigInteger.ZERO, BigInteger.ZERO);
        for (Partition partition : partitions) {
            Backend backend = session.transaction()
                    .on(partition.group(), false, session.state().withoutUserVariables());
            byte[] @Nullable [] row = new Work(backend)
                    .rows(items + SqlText.qualified(partition.schema(), partition.table()) + ") AS hashes")
                    .getFirst();
            all = all.plus(new Sums(number(row[0]).longValueExact(), number(row[1]), number(row[2])));
        }
        return all;
    }

    private static BigInteger number(byte @Nullable [] text) {
        return text == null ? BigInteger.ZERO : new BigInteger(new String(text, StandardCharsets.US_ASCII));
    }
}
