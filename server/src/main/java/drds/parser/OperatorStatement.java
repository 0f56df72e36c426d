package drds.parser;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Statements for people who operate the service: maintenance, DRDS's own, and whatever else is recognised. */
public sealed interface OperatorStatement extends Statement {

    /** ANALYZE, CHECK, CHECKSUM, OPTIMIZE, REPAIR TABLE; {@code options} are the words around the tables, in upper case. */
    record TableMaintenance(Span span, Verb verb, List<QualifiedName> tables, List<String> options)
            implements OperatorStatement {
        public enum Verb {
            ANALYZE,
            CHECK,
            CHECKSUM,
            OPTIMIZE,
            REPAIR
        }

        public TableMaintenance {
            tables = List.copyOf(tables);
            options = List.copyOf(options);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, tables);
        }
    }

    /** FLUSH; {@code what} in upper case: {@code PRIVILEGES}, {@code TABLES}, {@code TABLES WITH READ LOCK}. */
    record Flush(Span span, String what, List<QualifiedName> tables) implements OperatorStatement {
        public Flush {
            tables = List.copyOf(tables);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, tables);
        }
    }

    /** {@code TRACE statement}. */
    record Trace(Span span, Statement statement) implements OperatorStatement {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(statement);
        }
    }

    /** {@code CLEAR SLOW}. */
    record ClearSlow(Span span) implements OperatorStatement {
        @Override
        public void forEachChild(Consumer<? super Node> action) {}
    }

    /**
     * {@code CREATE CCL_RULE r ON db.t TO user FOR kind [FILTER BY ...] WITH ...}; {@code *} stands for any database and table.
     *
     * @param kind SELECT, INSERT, UPDATE or DELETE
     */
    record CreateCclRule(
            Span span,
            boolean ifNotExists,
            Identifier name,
            String database,
            String table,
            AccountStatement.Account account,
            String kind,
            List<String> keywords,
            @Nullable String template,
            long maxConcurrency,
            long waitQueueSize,
            long waitTimeout)
            implements OperatorStatement {
        public CreateCclRule {
            keywords = List.copyOf(keywords);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, name, account);
        }
    }

    /** {@code DROP CCL_RULE [IF EXISTS] r, ...}, and {@code CLEAR CCL_RULES} with {@code names} empty. */
    record DropCclRules(Span span, boolean ifExists, List<Identifier> names) implements OperatorStatement {
        public DropCclRules {
            names = List.copyOf(names);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, names);
        }
    }

    /** {@code CHECK GLOBAL INDEX g [ON t] [mode]}; {@code mode} in upper case or empty. */
    record CheckGlobalIndex(
            Span span, Identifier index, @Nullable QualifiedName table, String mode) implements OperatorStatement {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, index, table);
        }
    }

    /** {@code PAUSE | CONTINUE | CANCEL | RECOVER | ROLLBACK DDL id, ...}; no ids for ALL. */
    record DdlJob(Span span, Verb verb, List<Long> ids) implements OperatorStatement {
        public enum Verb {
            PAUSE,
            CONTINUE,
            CANCEL,
            RECOVER,
            ROLLBACK
        }

        public DdlJob {
            ids = List.copyOf(ids);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {}
    }

    /** {@code RETRY DEFERRED id, ...}; no ids for ALL, which are those that are parked. */
    record RetryDeferred(Span span, List<Long> ids) implements OperatorStatement {
        public RetryDeferred {
            ids = List.copyOf(ids);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {}
    }

    /** {@code DISCARD DEFERRED id, ...}; no ids for ALL, which are those that are parked. */
    record DiscardDeferred(Span span, List<Long> ids) implements OperatorStatement {
        public DiscardDeferred {
            ids = List.copyOf(ids);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {}
    }

    /** {@code WAIT FOR DEFERRED [seconds]}. @param seconds null for no limit */
    record WaitForDeferred(Span span, @Nullable Long seconds) implements OperatorStatement {
        @Override
        public void forEachChild(Consumer<? super Node> action) {}
    }

    /** {@code CHECK TRANSACTIONS [WHERE ...] [ORDER BY ...] [LIMIT ...]}. */
    record CheckTransactions(
            Span span,
            @Nullable Condition where,
            @Nullable OrderBy orderBy,
            @Nullable Limit limit) implements OperatorStatement {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, where, orderBy, limit);
        }
    }

    /** {@code MOVE SHARD s TO group}. */
    record MoveShard(Span span, Identifier shard, Identifier group) implements OperatorStatement {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, shard, group);
        }
    }

    /** {@code PAUSE | CONTINUE | CANCEL | REVERSE | COMPLETE JOB id, ...}. */
    record JobCommand(Span span, Verb verb, List<Long> ids) implements OperatorStatement {
        public enum Verb {
            PAUSE,
            CONTINUE,
            CANCEL,
            REVERSE,
            COMPLETE
        }

        public JobCommand {
            ids = List.copyOf(ids);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {}
    }

    /**
     * {@code ADD STORAGE name AT 'host:port' [USER '...' [PASSWORD '...']]} or {@code ADD STORAGE name LOCAL}.
     *
     * @param address null for LOCAL
     */
    record AddStorage(Span span, Identifier name, @Nullable String address, String user, String password)
            implements OperatorStatement {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(name);
        }
    }

    /** {@code DROP STORAGE name}. */
    record DropStorage(Span span, Identifier name) implements OperatorStatement {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(name);
        }
    }

    /** {@code ALTER DATABASE d REBALANCE [DRAIN storage, ...]}, and what EXPLAIN REBALANCE asks about. */
    record Rebalance(Span span, Identifier database, List<Identifier> drained) implements OperatorStatement {
        public Rebalance {
            drained = List.copyOf(drained);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(database);
            Node.each(action, drained);
        }
    }

    /** {@code FLASHBACK TABLE x TO BEFORE DROP [RENAME TO y]}. */
    record FlashbackTable(
            Span span, QualifiedName table, @Nullable QualifiedName renameTo) implements OperatorStatement {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, table, renameTo);
        }
    }

    /** {@code PURGE TABLE x}; {@code table} is null for {@code PURGE RECYCLEBIN}. */
    record PurgeRecycleBin(Span span, @Nullable QualifiedName table) implements OperatorStatement {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, table);
        }
    }

    /** Anything else that begins as a known statement does; {@code words} are its first words, in upper case. */
    record Other(Span span, String words) implements OperatorStatement {
        @Override
        public void forEachChild(Consumer<? super Node> action) {}
    }
}
