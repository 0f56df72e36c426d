package drds.session;

import drds.catalog.GroupDefinition.Instance;
import drds.error.ErrorCode;
import drds.parser.OperatorStatement;
import drds.replication.MoveJob;
import drds.replication.Moves;
import drds.replication.Rebalance;
import drds.replication.Wish;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Statements that move data between instances, and those that look at the jobs and steer them. */
final class JobStatements {
    private static final Pattern ADDRESS = Pattern.compile("(.+):(\\d{1,5})");
    private static final int SECOND_MILLIS = 1_000;

    private final Session session;
    private final Engine engine;

    JobStatements(Session session, Engine engine) {
        this.session = session;
        this.engine = engine;
    }

    MemoryResult move(OperatorStatement.MoveShard move) {
        MoveJob job = engine.moves().begin(move.shard().text(), move.group().text());
        return begun(List.of(job));
    }

    void command(OperatorStatement.JobCommand command) {
        Wish wish = Wish.valueOf(command.verb().name());
        command.ids().forEach(id -> engine.moves().wish(id, wish));
    }

    MemoryResult rebalance(OperatorStatement.Rebalance statement) {
        return begun(plan(statement).stream()
                .map(step -> engine.moves().begin(step.schema(), step.to()))
                .toList());
    }

    void add(OperatorStatement.AddStorage statement) {
        String name = statement.name().text();
        String address = statement.address();
        try {
            engine.storages()
                    .add(name, address == null ? engine.localInstances().start(name) : at(statement, address));
        } catch (IllegalStateException impossible) {
            throw ErrorCode.JOB_REFUSED.with(String.valueOf(impossible.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ErrorCode.QUERY_INTERRUPTED.with();
        }
    }

    private static Instance at(OperatorStatement.AddStorage statement, String address) {
        Matcher parts = ADDRESS.matcher(address);
        if (!parts.matches()) {
            throw ErrorCode.JOB_REFUSED.with("'" + address + "' is no 'host:port'");
        }
        return new Instance(parts.group(1), Integer.parseInt(parts.group(2)), statement.user(), statement.password());
    }

    private static MemoryResult begun(List<MoveJob> jobs) {
        MemoryResult.Builder result = MemoryResult.builder().number("JOB").text("SHARD", "FROM", "TO");
        jobs.forEach(job -> result.row(job.id(), job.schema(), job.from(), job.to()));
        return result.build();
    }

    /** EXPLAIN REBALANCE. */
    MemoryResult explain(OperatorStatement.Rebalance statement) {
        MemoryResult.Builder result =
                MemoryResult.builder().text("SHARD", "FROM", "TO").number("BYTES");
        plan(statement).forEach(step -> result.row(step.schema(), step.from(), step.to(), step.bytes()));
        return result.build();
    }

    private List<Rebalance.Step> plan(OperatorStatement.Rebalance statement) {
        String name = statement.database().text();
        session.checkDatabase(name);
        Set<String> drained = new HashSet<>();
        statement.drained().forEach(group -> drained.add(group.text()));
        for (String group : drained) {
            if (!engine.catalog().groups().containsKey(group)) {
                throw ErrorCode.JOB_REFUSED.with("there is no Group '" + group + "': SHOW NODE has their names");
            }
        }
        return engine.moves().rebalance(name, drained);
    }

    /** SHOW JOBS. */
    MemoryResult show() {
        MemoryResult.Builder result = MemoryResult.builder()
                .number("JOB")
                .text("STATEMENT", "DB", "FROM", "TO", "PHASE", "STATE")
                .number("ROWS", "BYTES", "LAG", "PERCENT", "SECONDS", "SECONDS_LEFT", "ATTEMPTS", "STALL_MS")
                .text("STARTED", "MESSAGE");
        for (Moves.Shown shown : engine.moves().all()) {
            MoveJob job = shown.job();
            long seconds = Math.max(
                    0,
                    ((job.phase().isEnd() ? job.changedMillis() : System.currentTimeMillis()) - job.startedMillis())
                            / SECOND_MILLIS);
            boolean copying = job.phase() == MoveJob.Phase.COPYING && job.estimate() > 0 && job.rows() > 0;
            result.row(
                    job.id(),
                    "MOVE SHARD " + job.schema() + " TO " + job.target(),
                    job.database(),
                    job.origin(),
                    job.target(),
                    job.phase().name().toLowerCase(Locale.ROOT)
                            + (job.phase() == MoveJob.Phase.SWITCHED && job.switches() % 2 == 0 ? " back" : ""),
                    job.phase().isEnd()
                            ? "ended"
                            : !job.error().isEmpty() ? "stopped" : job.paused() ? "paused" : "running",
                    job.rows(),
                    job.bytes(),
                    shown.lag(),
                    copying ? Math.min(100, 100 * job.rows() / job.estimate()) : null,
                    seconds,
                    copying ? Math.max(0, seconds * (job.estimate() - job.rows()) / job.rows()) : null,
                    job.attempts(),
                    job.switches() == 0 ? null : job.stallMillis(),
                    OperatorShow.time(job.startedMillis()),
                    shown.message());
        }
        return result.build();
    }
}
