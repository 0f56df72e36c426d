package drds.acceptance.fire;

import drds.acceptance.Moments;
import drds.transaction.CommitStep;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * What happens at one moment: one or two blows, at a step of a commit or at any time.
 *
 * @param step where a commit is stopped meanwhile, null for any time
 */
record Strike(List<Blow> blows, @Nullable CommitStep step, Duration lasting) {
    enum Kind {
        KILL_INSTANCE,
        FREEZE_INSTANCE,
        CUT_NETWORK,
        HANG_NETWORK,
        KILL_DRDS,
        FREEZE_DRDS,
        KILL_CLIENTS
    }

    private static final List<Kind> KILLS = List.of(Kind.KILL_INSTANCE, Kind.KILL_INSTANCE, Kind.KILL_DRDS);

    record Blow(Kind kind, int instance) {
        /** Every second one kills a server. */
        static Blow random(Random random) {
            Kind kind = random.nextInt(2) == 0
                    ? KILLS.get(random.nextInt(KILLS.size()))
                    : Kind.values()[random.nextInt(Kind.values().length)];
            return new Blow(kind, random.nextInt(FireCluster.INSTANCES));
        }

        @Override
        public String toString() {
            return kind + (kind.name().endsWith("INSTANCE") || kind.name().endsWith("NETWORK") ? " " + instance : "");
        }
    }

    static Strike random(Random random) {
        List<Blow> blows = new ArrayList<>();
        blows.add(Blow.random(random));
        if (random.nextInt(4) == 0) {
            blows.add(Blow.random(random));
        }
        CommitStep[] steps = CommitStep.values();
        int step = random.nextInt(steps.length + 3);
        return new Strike(blows, step < steps.length ? steps[step] : null, Duration.ofMillis(50 + random.nextInt(900)));
    }

    int kills() {
        return (int) blows.stream().filter(blow -> KILLS.contains(blow.kind)).count();
    }

    /** Strikes, and sees to it that everything runs again. @return whether the wanted step was reached */
    boolean on(FireCluster cluster) throws IOException, InterruptedException {
        boolean reached = true;
        if (step != null) {
            cluster.stopAt(step);
            reached = Moments.await(Duration.ofSeconds(2), () -> cluster.isStoppedAt(step));
        }
        int[] starts = new int[FireCluster.INSTANCES];
        for (int i = 0; i < starts.length; i++) {
            starts[i] = cluster.instance(i).starts();
        }
        List<Runnable> ends = new ArrayList<>();
        for (Blow blow : blows) {
            ends.add(strike(cluster, blow, starts));
        }
        cluster.clearStops(); // the stopped commit goes on, if there is still somebody who does it
        Moments.pass(lasting);
        ends.forEach(Runnable::run);
        for (int i = 0; i < starts.length; i++) {
            cluster.awaitInstance(i, starts[i]);
        }
        cluster.awaitDrds();
        return reached;
    }

    /** @return what ends it */
    private static Runnable strike(FireCluster cluster, Blow blow, int[] starts) {
        int i = blow.instance;
        switch (blow.kind) {
            case KILL_INSTANCE -> {
                starts[i] = cluster.instance(i).starts() + 1;
                cluster.instance(i).kill();
                return () -> {};
            }
            case FREEZE_INSTANCE -> {
                return freeze(cluster.instance(i).pid());
            }
            case CUT_NETWORK -> {
                cluster.network(i).cut();
                return cluster.network(i)::restore;
            }
            case HANG_NETWORK -> {
                cluster.network(i).hang();
                return cluster.network(i)::restore;
            }
            case KILL_DRDS -> {
                cluster.killDrds();
                return () -> {};
            }
            case FREEZE_DRDS -> {
                return cluster.drdsRuns() ? freeze(cluster.drdsPid()) : () -> {};
            }
            case KILL_CLIENTS -> {
                killClients(cluster);
                return () -> {};
            }
        }
        throw new IllegalStateException();
    }

    private static Runnable freeze(long pid) {
        if (pid == 0) {
            return () -> {};
        }
        FireCluster.signal("STOP", pid);
        return () -> FireCluster.signal("CONT", pid);
    }

    /** KILL for some of the bank's sessions, and KILL QUERY for others. */
    private static void killClients(FireCluster cluster) {
        try (Connection connection = cluster.connect("");
                Statement statement = connection.createStatement()) {
            List<Long> ids = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery("SHOW PROCESSLIST")) {
                while (rows.next()) {
                    if ("bank".equals(rows.getString(4))) {
                        ids.add(rows.getLong(1));
                    }
                }
            }
            for (long id : ids) {
                if (id % 2 == 0) {
                    statement.execute("KILL " + (id % 4 == 0 ? "QUERY " : "") + id);
                }
            }
        } catch (SQLException struckOtherwise) {
            // The other blow of this strike was harder.
        }
    }

    @Override
    public String toString() {
        return blows + (step == null ? "" : " at " + step) + " for " + lasting.toMillis() + " ms";
    }
}
