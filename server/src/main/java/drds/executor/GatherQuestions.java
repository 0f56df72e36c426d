package drds.executor;

import drds.atom.Backend;
import drds.atom.ColumnMemory;
import drds.atom.SessionState;
import drds.executor.GatherMemory.Form;
import drds.mysql.ColumnDefinition;
import drds.planner.GatherTemplate;
import drds.planner.Plan;
import drds.planner.Plan.Fragment;
import drds.planner.Plan.Merge;
import drds.transaction.Transaction;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Sends a gather's fragments: to all instances at the same time, and to each as few statements over as few connections as give the
 * merge its streams.
 */
final class GatherQuestions {
    /** With a limit of so many rows a partition, answers are collected from one connection rather than read from many. */
    private static final long FEW_ROWS = 1000;

    private static final String SORT_LENGTH = "max_sort_length";
    private static final long DEFAULT_SORT_LENGTH = 1024;

    /** So many rows an instance sorts at once; of more, each partition is sorted for itself over a connection of its own. */
    private static final long ROWS_SORTED_TOGETHER = 20_000;

    private final Executor executor;
    private final Execution execution;
    private final Plan.Gather gather;
    private final boolean binary;
    private final GatherMemory.@Nullable Known known;
    private final SessionState state;
    /** Whether the fragments read what was shipped to the statement's own connections. */
    private final boolean shipped;

    private int reserved;
    /** Whether the fragments may be united, once that was asked for a statement of which nothing is remembered. */
    private @Nullable Boolean exact;

    private @Nullable List<ColumnDefinition> fragmentColumns;

    GatherQuestions(
            Executor executor,
            Execution execution,
            Plan.Gather gather,
            boolean binary,
            GatherMemory.@Nullable Known known,
            boolean shipped) {
        this.shipped = shipped;
        this.executor = executor;
        this.execution = execution;
        this.gather = gather;
        this.binary = binary;
        this.known = known;
        this.state = executor.sameMoment(sortingWhole(execution.unlimited()), gather.clock());
    }

    /** Rows that are merged must be sorted by their whole keys, which the planner keeps shorter than the default of this. */
    private static SessionState sortingWhole(SessionState state) {
        boolean lowered =
                Numbers.parse(state.variables().get(SORT_LENGTH)).orElse(DEFAULT_SORT_LENGTH) < DEFAULT_SORT_LENGTH;
        return lowered ? state.withoutVariable(SORT_LENGTH) : state;
    }

    /** The fragments of one connection, and whether they go to it as one statement. */
    private record Question(Backend backend, List<Fragment> fragments, boolean united) {}

    /** @param asked takes what was sent, as soon as it is: it is to be closed whatever happens */
    void ask(List<Answers> asked) {
        Map<String, List<Fragment>> byGroup = new LinkedHashMap<>();
        for (Fragment fragment : gather.queries()) {
            byGroup.computeIfAbsent(fragment.group(), group -> new ArrayList<>())
                    .add(fragment);
        }
        boolean beside = readsBeside() && reserve(byGroup);
        List<Question> questions = new ArrayList<>();
        byGroup.forEach(
                (group, fragments) -> questions(group, fragments, beside ? connections(fragments) : 1, questions));
        // All of them before any is sent: also one that only prepares has answers to read when another one fails.
        for (Question question : questions) {
            asked.add(answers(question));
        }
        asked.forEach(Answers::send);
    }

    private void questions(String group, List<Fragment> fragments, int connections, List<Question> questions) {
        Transaction transaction = execution.transaction();
        for (int i = 0; i < connections; i++) {
            Backend backend = i == 0 ? transaction.on(group, gather.locks(), state) : transaction.beside(group, state);
            int size = fragments.size();
            List<Fragment> own = fragments.subList(size * i / connections, size * (i + 1) / connections);
            questions.add(new Question(backend, own, own.size() > 1 && unites(backend, own)));
        }
    }

    private boolean unites(Backend backend, List<Fragment> fragments) {
        if (gather.locks() || shipped) {
            return false;
        }
        boolean ordered = !gather.merge().order().isEmpty();
        if (known == null) {
            // Asked once; only where rows would have to be collected it is worth to find out first.
            return ordered && !fewRows(gather.merge()) && areExactOnce(backend, fragments);
        }
        if (known.form() == Form.OPEN) {
            known.form(areExact(backend, fragments) ? Form.UNITED : Form.APART);
        }
        return known.form() == Form.UNITED && (!binary || asksAll());
    }

    /** Each choice of partitions would be a statement of its own to be prepared. */
    private boolean asksAll() {
        GatherTemplate template = gather.template();
        return template != null && gather.queries().size() == template.partitions();
    }

    /** What one instance says of the statement, all others would say, too. */
    private boolean areExactOnce(Backend backend, List<Fragment> fragments) {
        Boolean before = exact;
        boolean found = before == null ? areExact(backend, fragments) : before;
        exact = found;
        return found;
    }

    private boolean areExact(Backend backend, List<Fragment> fragments) {
        List<String> texts = fragments.stream().map(Fragment::sql).toList();
        Optional<List<ColumnDefinition>> columns =
                UnitedFragments.exactColumns(backend, texts, gather.merge(), binary, execution.state());
        columns.ifPresent(found -> fragmentColumns = found);
        return columns.isPresent();
    }

    /** The columns as a fragment has them where the answers are of united ones, whose columns are of no table. */
    Optional<List<ColumnDefinition>> fragmentColumns() {
        return Optional.ofNullable(fragmentColumns);
    }

    private Answers answers(Question question) {
        List<String> texts = question.fragments.stream().map(Fragment::sql).toList();
        ByteBuf given = execution.parameters();
        ByteBuf parameters = given == null ? Unpooled.EMPTY_BUFFER : given;
        GatherMemory.Known memory = known;
        if (question.united) {
            List<ColumnMemory> memories = memory == null ? List.of() : List.of(memory.united());
            List<String> united = List.of(UnitedFragments.text(texts, gather.merge()));
            return new Answers(question.backend, united, texts, binary, parameters, memories);
        }
        List<ColumnMemory> memories = memory == null
                ? List.of()
                : question.fragments.stream()
                        .map(fragment -> memory.apart(fragment.partition()))
                        .toList();
        return new Answers(question.backend, texts, texts, binary, parameters, memories);
    }

    // ---- connections ----

    /** Whether an ordered merge of many rows reads several streams of one instance, each over a connection. */
    private boolean readsBeside() {
        return !gather.merge().order().isEmpty()
                && execution.transaction().mayReadBeside()
                && !gather.locks()
                && !shipped
                && !fewRows(gather.merge())
                && (known == null || known.form() == Form.APART || known.rows() > ROWS_SORTED_TOGETHER);
    }

    private int connections(List<Fragment> fragments) {
        return Math.min(executor.limits().connectionsPerGroup(), fragments.size());
    }

    /** Takes a share of the connections that all gathers may hold beside their first ones, so that no pool runs dry. */
    private boolean reserve(Map<String, List<Fragment>> byGroup) {
        int more =
                byGroup.values().stream().mapToInt(all -> connections(all) - 1).sum();
        Semaphore all = executor.besideConnections();
        if (all.tryAcquire(more)) {
            reserved = more;
            return true;
        }
        return false;
    }

    /** The statement is over. */
    void release() {
        executor.besideConnections().release(reserved);
        reserved = 0;
    }

    private static boolean fewRows(Merge merge) {
        Long limit = merge.limit();
        return limit != null && limit >= 0 && limit + merge.offset() <= FEW_ROWS && merge.aggregation() == null;
    }
}
