package drds.session;

import drds.atom.SessionState;
import drds.error.ErrorCode;
import drds.eventual.Applier;
import drds.eventual.Context;
import drds.eventual.Deferred;
import drds.eventual.Outbox;
import drds.mysql.StatementCharset;
import drds.transaction.Characteristics;
import drds.transaction.Transaction;
import drds.wire.Loop;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Runs deferred statements in a session of its own, each with what the session had that deferred it. */
final class DeferredApplier implements Applier {
    /** Others wait for whoever waits for a lock. */
    private static final String LOCK_WAIT_SECONDS = "2";

    private final Engine engine;
    private final Session session;

    DeferredApplier(Engine engine, Loop loop) {
        this.engine = engine;
        this.session = new Session(new InnerClient(loop), engine);
    }

    @Override
    public boolean apply(List<Deferred> entries) {
        Transaction transaction = session.transaction();
        boolean done = false;
        transaction.begin(Characteristics.DEFAULT);
        try {
            if (!take(transaction, entries)) {
                return false;
            }
            for (Deferred entry : entries) {
                run(entry);
            }
            transaction.commit();
            done = true;
            return true;
        } finally {
            if (!done) {
                transaction.rollback();
            }
            session.releaseTables();
        }
    }

    /** Where its rows are, the transaction is decided: an entry goes exactly with what its statement does. */
    private static boolean take(Transaction transaction, List<Deferred> entries) {
        Map<String, List<Long>> byGroup = entries.stream()
                .collect(Collectors.groupingBy(
                        Deferred::group, TreeMap::new, Collectors.mapping(Deferred::id, Collectors.toList())));
        for (Map.Entry<String, List<Long>> own : byGroup.entrySet()) {
            if (!Outbox.take(transaction, own.getKey(), own.getValue())) {
                return false;
            }
        }
        return true;
    }

    private void run(Deferred entry) {
        Context context = entry.context();
        StatementCharset charset = StatementCharset.of(context.charset());
        if (charset == null) {
            throw ErrorCode.NOT_SUPPORTED.with("the character set " + context.charset());
        }
        SessionState state = context.state().withVariable("innodb_lock_wait_timeout", LOCK_WAIT_SECONDS);
        session.variables()
                .restore(new SessionVariables.Snapshot(
                        state,
                        Map.of(),
                        charset,
                        context.sqlMode(),
                        session.variables().slowNanos()));
        if (!context.database().isEmpty()) {
            session.checkDatabase(context.database());
        }
        session.runInside(charset.decode(entry.statement()), new QuietAnswer());
        if (!session.transaction().active()) {
            throw ErrorCode.ROLLED_BACK.with("the statement ended it");
        }
    }

    @Override
    public void close() {
        session.close();
        engine.sessions().remove(session);
    }
}
