package drds.executor;

import drds.atom.SessionState;
import drds.planner.Plan.Input;
import drds.transaction.Transaction;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Brings each Group's rows of a table to the others' copies. All Groups are asked at the same time; what is for one that has not
 * been read yet waits here. When too much would wait, the Groups are read one after the other.
 */
final class RowExchange {
    /** What may wait here. */
    private static final long HELD_BYTES_LIMIT = 8 << 20;

    /** More rows than this would not wait here. */
    private static final long ROWS_AT_ONCE = 200_000;

    private final ExecutorLimits limits;
    private final Transaction transaction;
    private final SessionState reading;
    private final SessionState loading;
    private final ScratchBudget budget;
    private long rowsLeft = Long.MAX_VALUE;

    RowExchange(ExecutorLimits limits, Transaction transaction, SessionState reading, SessionState loading) {
        this.limits = limits;
        this.transaction = transaction;
        this.reading = reading;
        this.loading = loading;
        this.budget = new ScratchBudget(limits);
    }

    /** Counts rows that do not come through here. */
    void take(long rows) {
        take(rows, 0);
    }

    private void take(long rows, long bytes) {
        budget.take(rows, bytes);
        rowsLeft -= rows;
        if (rowsLeft < 0) {
            throw new TooManyRows();
        }
    }

    /** Of more rows in all another plan is to be made. */
    void atMost(long rows) {
        rowsLeft = rows;
    }

    /** More rows than were said to be sent at most. */
    static final class TooManyRows extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooManyRows() {
            super("more rows than the plan is good for", null, false, false);
        }
    }

    /** Conditions on the rows gave warnings, which are the statement's own to tell. */
    static final class Warned extends RuntimeException {
        private static final long serialVersionUID = 1;

        Warned() {
            super("reading the rows gives warnings", null, false, false);
        }
    }

    /** What would have to wait for its own Group is too much. */
    static final class TooMuchHeld extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooMuchHeld() {
            super("too many rows wait for their own Group", null, false, false);
        }
    }

    /**
     * @param sources of the rows, by their Groups
     * @param targets the Groups that get them
     * @param copied the Groups whose copies hold their own rows already, and no others
     * @param rows how many those are
     * @throws Warned if reading the rows gives warnings
     * @throws TooMuchHeld if rows for Groups that hadn't their own don't fit in memory
     */
    void run(
            ShippedCopy copy,
            Map<String, List<Input.Source>> sources,
            List<String> targets,
            Set<String> copied,
            long rows) {
        new Run(copy, sources, targets, copied).all(rows);
    }

    /** One shipment's. */
    private final class Run {
        private final ShippedCopy copy;
        private final Map<String, List<Input.Source>> sources;
        private final List<String> targets;
        private final Set<String> copied;
        private final Map<String, TableLoader> loaders = new LinkedHashMap<>();
        /** What has been asked and not been read yet. */
        private final Map<String, Answers> asked = new LinkedHashMap<>();
        /** Groups that are to be read when nothing waits any more. */
        private final Set<String> later = new LinkedHashSet<>();

        Run(ShippedCopy copy, Map<String, List<Input.Source>> sources, List<String> targets, Set<String> copied) {
            this.copy = copy;
            this.sources = sources;
            this.targets = targets;
            this.copied = copied;
        }

        void all(long rows) {
            List<String> groups = sources.keySet().stream()
                    .filter(group -> !receivers(group).isEmpty())
                    .toList();
            int atOnce = rows > ROWS_AT_ONCE ? Math.min(1, groups.size()) : groups.size();
            later.addAll(groups.subList(atOnce, groups.size()));
            boolean done = false;
            try {
                groups.subList(0, atOnce).forEach(group -> ask(group, copied.contains(group)));
                targets.forEach(this::loader);
                for (String group : List.copyOf(asked.keySet())) {
                    read(group);
                }
                for (String group : later) {
                    open(group);
                    ask(group, false);
                    read(group);
                }
                loaders.values().forEach(TableLoader::send);
                loaders.values().forEach(TableLoader::finish);
                done = true;
            } finally {
                loaders.values().forEach(TableLoader::abandon);
                if (!done) {
                    asked.values().forEach(this::giveUp);
                }
            }
        }

        /** Another plan may follow: it has to find connections that can be used. */
        private void giveUp(Answers answers) {
            boolean keeps = transaction.keepsConnections();
            answers.abandon(keeps);
            if (!keeps) {
                transaction.dropIfLost(answers.backend());
            }
        }

        private List<String> receivers(String group) {
            return targets.stream()
                    .filter(target -> !target.equals(group) || !copied.contains(group))
                    .toList();
        }

        /** @param own whether the Group's copy holds its own rows and no others */
        private void ask(String group, boolean own) {
            List<String> statements = own
                    ? List.of(copy.selectCopied())
                    : sources.getOrDefault(group, List.of()).stream()
                            .map(copy::selectStatement)
                            .toList();
            asked.put(group, new Answers(transaction.on(group, false, reading), statements, false));
        }

        private void loader(String target) {
            Answers answers = asked.get(target);
            loaders.put(
                    target,
                    answers == null
                            ? new TableLoader(transaction.on(target, false, loading), limits.batchBytes())
                            : new TableLoader(answers.backend(), limits.batchBytes()).hold());
        }

        /** Nothing is to be read from the Group any more: what waits for it can go. */
        private void open(String group) {
            TableLoader loader = loaders.get(group);
            if (loader != null) {
                loader.finish();
                transaction.on(group, false, loading);
                loader.open();
            }
        }

        private void read(String group) {
            Answers answers = asked.get(group);
            if (answers == null) {
                return;
            }
            List<String> receivers = receivers(group);
            List<TableLoader> receiving = new ArrayList<>();
            receivers.forEach(target -> receiving.add(Objects.requireNonNull(loaders.get(target))));
            for (Answers.Answer answer : answers.all()) {
                for (ByteBuf row = answer.nextPayload(); row != null; row = answer.nextPayload()) {
                    try {
                        transaction.throwIfKilled();
                        take(1, row.readableBytes());
                        for (TableLoader loader : receiving) {
                            loader.add(copy, row);
                        }
                    } finally {
                        row.release();
                    }
                    if (heldBytes() > HELD_BYTES_LIMIT) {
                        letGo(group, receivers.contains(group));
                    }
                }
            }
            if (answers.warnings() > 0) {
                throw new Warned();
            }
            asked.remove(group);
            open(group);
        }

        private long heldBytes() {
            long bytes = 0;
            for (TableLoader loader : loaders.values()) {
                bytes += loader.heldBytes();
            }
            return bytes;
        }

        /** The answers of the other Groups are given up, to be asked for once more; so nothing waits for those. */
        private void letGo(String reading, boolean forItself) {
            if (forItself) {
                throw new TooMuchHeld();
            }
            for (String group : List.copyOf(asked.keySet())) {
                Answers answers = asked.get(group);
                if (answers != null && !group.equals(reading)) {
                    answers.close(true);
                    asked.remove(group);
                    later.add(group);
                    open(group);
                }
            }
        }
    }
}
