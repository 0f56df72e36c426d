package drds.session;

import drds.error.ErrorCode;
import drds.eventual.Outbox;
import drds.eventual.Reconciliation;
import drds.eventual.Touches;
import drds.mysql.StatementCharset;
import drds.parser.OperatorStatement;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** SHOW, RETRY, DISCARD and WAIT FOR DEFERRED. */
final class DeferredStatements {
    private static final int STATEMENT_SHOWN = 1 << 16;
    private static final Duration LOOK = Duration.ofMillis(10);

    private final Session session;
    private final Engine engine;

    DeferredStatements(Session session, Engine engine) {
        this.session = session;
        this.engine = engine;
    }

    MemoryResult show() {
        MemoryResult.Builder result = MemoryResult.builder()
                .number("ID")
                .text("GROUP_NAME", "STATE")
                .number("AGE_MS")
                .text("TOUCHES", "DB")
                .number("ATTEMPTS", "ERROR_NUMBER")
                .text("ERROR", "SESSION", "STATEMENT");
        Touches.Blocked blocked = new Touches.Blocked();
        for (Outbox.Shown entry : engine.outbox().all()) {
            String state = entry.parked()
                    ? "PARKED"
                    : blocked.has(entry.touches()) ? "WAITING" : entry.error() == null ? "PENDING" : "RETRYING";
            if (!state.equals("PENDING")) {
                blocked.add(entry.touches());
            }
            result.row(
                    entry.id(),
                    entry.group(),
                    state,
                    engine.stamps().ageMillis(entry.id()),
                    entry.touches().shown(),
                    entry.context().database(),
                    entry.attempts(),
                    entry.errorNumber(),
                    entry.error(),
                    entry.session(),
                    statement(entry));
        }
        return result.build();
    }

    /** CHECK TRANSACTIONS. */
    MemoryResult check() {
        MemoryResult.Builder result = MemoryResult.builder()
                .text("KIND", "GROUP_NAME", "ID", "STATE")
                .number("AGE_MS")
                .text("DETAILS");
        for (Reconciliation.Item item : engine.reconciliation().items()) {
            result.row(item.kind(), item.group(), item.id(), item.state(), item.ageMillis(), item.details());
        }
        return result.build();
    }

    private static String statement(Outbox.Shown entry) {
        StatementCharset charset = StatementCharset.of(entry.context().charset());
        String text = charset == null
                ? new String(entry.statement(), StandardCharsets.UTF_8)
                : charset.decode(entry.statement());
        return text.length() > STATEMENT_SHOWN ? text.substring(0, STATEMENT_SHOWN) : text;
    }

    void retry(OperatorStatement.RetryDeferred retry) {
        List<Long> ids = retry.ids();
        List<Long> deferred =
                ids.stream().filter(id -> !engine.undoLog().retry(id)).toList();
        if (ids.isEmpty() || !deferred.isEmpty()) {
            engine.outbox().retry(deferred);
        }
        engine.deferredWork().wake();
    }

    void discard(OperatorStatement.DiscardDeferred discard) {
        List<Long> ids = discard.ids();
        List<Long> deferred =
                ids.stream().filter(id -> !engine.undoLog().discard(id)).toList();
        if (ids.isEmpty() || !deferred.isEmpty()) {
            engine.outbox().discard(deferred);
        }
        engine.deferredWork().wake();
    }

    /**
     * Waits until what this session has deferred is done, and seen by everybody.
     *
     * @throws drds.error.SqlError if some of it is parked, or the time is over
     */
    void await(@Nullable Long seconds) {
        long deadline = seconds == null
                ? Long.MAX_VALUE
                : System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        engine.deferredWork().wake();
        while (true) {
            Outbox.OfSession left = engine.outbox().ofSession(engine.deferringSession(session));
            if (left.parked() > 0) {
                throw ErrorCode.DEFERRED_PARKED.with(left.parked());
            }
            if (left.pending() == 0) {
                engine.awaitCommits();
                return;
            }
            session.throwIfInterrupted();
            if (seconds != null && System.nanoTime() - deadline >= 0) {
                throw ErrorCode.DEFERRED_PENDING.with(left.pending());
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ErrorCode.QUERY_INTERRUPTED.with();
        }
    }
}
