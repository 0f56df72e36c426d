package drds.executor;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import drds.atom.ColumnMemory;
import drds.atom.SessionState;
import drds.mysql.ColumnDefinition;
import drds.planner.GatherTemplate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What earlier gathers of a template have shown: their columns, and whether an instance can give all its fragments as one answer.
 * It goes with the template, which a new catalog version replaces.
 */
final class GatherMemory {
    /** When there are more kinds of sessions, all are forgotten. */
    private static final int STATES = 16;

    private final Cache<GatherTemplate, Map<State, Known>> known =
            Caffeine.newBuilder().weakKeys().executor(Runnable::run).build();

    private record State(Map<String, String> variables, boolean binary) {}

    /** How the fragments that one instance answers are asked. */
    enum Form {
        /** Not found out yet. */
        OPEN,
        UNITED,
        APART
    }

    /** What is known for sessions with equal settings in one protocol. */
    static final class Known {
        /** As the client gets them. */
        private final List<ColumnDefinition> shown;
        /** As the merge needs them: those of an aggregation's outputs; empty where there is none. */
        private final List<ColumnDefinition> outputs;

        private final ColumnMemory united = new ColumnMemory();
        private final Map<Integer, ColumnMemory> apart = new ConcurrentHashMap<>();
        private volatile Form form = Form.OPEN;
        private volatile long rows;

        Known(List<ColumnDefinition> shown, List<ColumnDefinition> outputs) {
            this.shown = shown;
            this.outputs = outputs;
        }

        List<ColumnDefinition> shown() {
            return shown;
        }

        List<ColumnDefinition> outputs() {
            return outputs;
        }

        Form form() {
            return form;
        }

        void form(Form found) {
            form = found;
        }

        /** How many rows the fragments gave the last time. */
        long rows() {
            return rows;
        }

        void rows(long count) {
            rows = count;
        }

        ColumnMemory united() {
            return united;
        }

        ColumnMemory apart(int partition) {
            return apart.computeIfAbsent(partition, p -> new ColumnMemory());
        }
    }

    @Nullable
    Known find(@Nullable GatherTemplate template, SessionState state, boolean binary) {
        Map<State, Known> states = template == null ? null : known.getIfPresent(template);
        return states == null ? null : states.get(new State(state.variables(), binary));
    }

    void learn(GatherTemplate template, SessionState state, boolean binary, Known found) {
        Map<State, Known> states = known.get(template, t -> new ConcurrentHashMap<>());
        if (states.size() >= STATES) {
            states.clear();
        }
        states.put(new State(state.variables(), binary), found);
    }
}
