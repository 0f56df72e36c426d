package drds.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Sends a workload's statements to a peer, block by block, until the processor time that one costs the peer stops falling: how long
 * a JVM takes to compile what runs often depends on the statements that have run, not on the seconds.
 */
final class WarmUp {
    /** Of so many blocks the best one counts, since on a busy machine a single one says little. */
    private static final int WINDOW = 3;
    /** It still falls if the last blocks' best is below this part of the best before them. */
    private static final double FALLING = 0.97;

    private final Sysbench sysbench;
    private final int blockLimit;
    private final Consumer<String> progress;

    /** @param blockLimit a peer that goes on falling is measured after so many blocks */
    WarmUp(Sysbench sysbench, int blockLimit, Consumer<String> progress) {
        this.sysbench = sysbench;
        this.blockLimit = blockLimit;
        this.progress = progress;
    }

    void run(Peer peer, Sysbench.Workload workload) throws IOException, InterruptedException {
        int limit = peer.compilesItself() ? blockLimit : 1;
        List<Double> micros = new ArrayList<>();
        long statements = 0;
        while (micros.size() < limit && !hasSettled(micros)) {
            double before = peer.processorSeconds();
            long queries = sysbench.warm(peer, workload);
            micros.add((peer.processorSeconds() - before) * 1e6 / queries);
            statements += queries;
        }
        if (peer.compilesItself()) {
            progress.accept(String.format(
                    Locale.ROOT,
                    "%s: %s warmed up by %d statements, from %.1f to %.1f µs each%s",
                    workload.name(),
                    peer.name(),
                    statements,
                    micros.getFirst(),
                    micros.getLast(),
                    hasSettled(micros) ? "" : ", still falling"));
        }
    }

    private static boolean hasSettled(List<Double> micros) {
        int recent = micros.size() - WINDOW;
        return recent >= WINDOW
                && Collections.min(micros.subList(recent, micros.size()))
                        >= FALLING * Collections.min(micros.subList(0, recent));
    }
}
