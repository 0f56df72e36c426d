package drds.session;

import org.jspecify.annotations.Nullable;

/**
 * What a session is doing, for others to see. Written by the session's own thread only; a reader may see values that are a
 * moment old, or of two moments, which a process list can live with: nothing here costs a statement a barrier.
 */
final class Activity {
    private String command = "Sleep";
    private @Nullable String statement;
    private long sinceNanos;

    void begin(String newCommand, @Nullable String newStatement, long nowNanos) {
        command = newCommand;
        statement = newStatement;
        sinceNanos = nowNanos;
    }

    void statement(String text) {
        statement = text;
    }

    void end(long nowNanos) {
        command = "Sleep";
        statement = null;
        sinceNanos = nowNanos;
    }

    String command() {
        return command;
    }

    @Nullable
    String statement() {
        return statement;
    }

    long sinceNanos() {
        return sinceNanos;
    }

    long millis(long nowNanos) {
        return Math.max(0, (nowNanos - sinceNanos) / 1_000_000);
    }
}
