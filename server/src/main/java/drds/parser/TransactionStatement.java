package drds.parser;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Statements about transactions and locks. */
public sealed interface TransactionStatement extends Statement {
    @Override
    default void forEachChild(Consumer<? super Node> action) {}

    enum AccessMode {
        READ_ONLY,
        READ_WRITE
    }

    /** {@code BEGIN [WORK]}, {@code START TRANSACTION [options]}. */
    record Begin(
            Span span, boolean consistentSnapshot, @Nullable AccessMode accessMode) implements TransactionStatement {}

    /** {@code COMMIT [WORK] [AND [NO] CHAIN] [[NO] RELEASE]}; null where not written. */
    record Commit(
            Span span, @Nullable Boolean chain, @Nullable Boolean release) implements TransactionStatement {}

    /** {@code ROLLBACK [WORK] [AND [NO] CHAIN] [[NO] RELEASE]}; null where not written. */
    record Rollback(
            Span span, @Nullable Boolean chain, @Nullable Boolean release) implements TransactionStatement {}

    record Savepoint(Span span, Identifier name) implements TransactionStatement {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(name);
        }
    }

    /** {@code ROLLBACK [WORK] TO [SAVEPOINT] name}. */
    record RollbackTo(Span span, Identifier name) implements TransactionStatement {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(name);
        }
    }

    record ReleaseSavepoint(Span span, Identifier name) implements TransactionStatement {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(name);
        }
    }

    /**
     * {@code XA verb xid option}.
     *
     * @param verb START (BEGIN is START), END, PREPARE, COMMIT, ROLLBACK, RECOVER
     * @param xid null for RECOVER
     * @param option in upper case (ONE PHASE, JOIN, RESUME, SUSPEND, SUSPEND FOR MIGRATE, CONVERT XID, FORMAT='SQL'), or empty
     */
    record Xa(Span span, String verb, @Nullable Xid xid, String option) implements TransactionStatement {}

    /**
     * The name of a client's XA transaction.
     *
     * @param global gtrid, and
     * @param branch bqual, as hexadecimal digits
     */
    record Xid(String global, String branch, long format) {
        static final int LONGEST_PART = 64;

        /** As SQL. */
        public String text() {
            return "X'" + global + "',X'" + branch + "'," + format;
        }
    }

    /** {@code LOCK TABLES a READ [LOCAL], b AS c WRITE}. */
    record LockTables(Span span, List<LockedTable> tables) implements TransactionStatement {
        public LockTables {
            tables = List.copyOf(tables);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, tables);
        }
    }

    record LockedTable(
            Span span, QualifiedName table, @Nullable Identifier alias, boolean write) implements Node {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, table, alias);
        }
    }

    record UnlockTables(Span span) implements TransactionStatement {}
}
