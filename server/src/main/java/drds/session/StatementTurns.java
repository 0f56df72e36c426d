package drds.session;

import drds.wire.Loop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Bounds how many statements run at the same time. Each loop has its share, so that a free turn costs one atomic step; who finds
 * none waits in the order of coming.
 */
final class StatementTurns {
    private final List<Semaphore> shares = new ArrayList<>();

    /** @param atOnce over all loops; each has one at least */
    StatementTurns(int atOnce, int loops) {
        for (int i = 0; i < loops; i++) {
            int share = atOnce / loops + (i < atOnce % loops ? 1 : 0);
            shares.add(new Semaphore(Math.max(1, share), true));
        }
    }

    /** The turns of the sessions of a loop. */
    Semaphore of(Loop loop) {
        return shares.get(loop.index());
    }
}
