package drds.executor;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import drds.atom.Backend;
import drds.atom.Prepared;
import drds.atom.SessionState;
import drds.mysql.ColumnDefinition;
import drds.transaction.Backends;
import java.util.ArrayList;
import java.util.List;

/** The columns of logical statements' answers, as the home instance gives them for the faces when it prepares the statement. */
final class LogicalColumns {
    private static final int STATEMENTS = 2000;

    private final Backends backends;
    private final Cache<Key, List<ColumnDefinition>> known =
            Caffeine.newBuilder().maximumSize(STATEMENTS).build();

    LogicalColumns(Backends backends) {
        this.backends = backends;
    }

    private record Key(String sql, long catalogVersion, SessionState state) {}

    /** @throws drds.error.SqlError what the instance finds wrong with the statement */
    List<ColumnDefinition> of(String sql, Execution execution) {
        Backend kept = execution.transaction().keptForStatement();
        if (kept != null) {
            // Others don't know what the statement names.
            kept.use(execution.state());
            return askedOf(kept, sql);
        }
        SessionState state = execution.state().withoutUserVariables();
        Key key = new Key(sql, execution.catalog().version(), state);
        List<ColumnDefinition> columns = known.getIfPresent(key);
        if (columns == null) {
            columns = prepare(sql, execution.catalog().defaultGroup(), execution.state());
            known.put(key, columns);
        }
        return columns;
    }

    /** The columns with the names that the statement with its question marks gives them. */
    List<ColumnDefinition> named(List<ColumnDefinition> columns, Execution execution) {
        String marked = execution.marked();
        if (marked == null) {
            return columns;
        }
        List<ColumnDefinition> names = of(marked, execution);
        if (names.size() != columns.size()) {
            return columns;
        }
        List<ColumnDefinition> named = new ArrayList<>(columns.size());
        for (int i = 0; i < columns.size(); i++) {
            named.add(columns.get(i).withName(names.get(i).name()));
        }
        return named;
    }

    /** The columns of an answer that came from a table of DRDS's own: what the statement says of them, where values fit. */
    static List<ColumnDefinition> ofStatement(List<ColumnDefinition> answered, List<ColumnDefinition> logical) {
        List<ColumnDefinition> columns = new ArrayList<>(answered.size());
        for (int i = 0; i < answered.size(); i++) {
            ColumnDefinition own = answered.get(i);
            ColumnDefinition known = i < logical.size() ? logical.get(i) : own;
            boolean fits = own.type() == known.type() && own.decimals() == known.decimals();
            columns.add(fits && known != own ? known : own.withNames("", "", ""));
        }
        return columns;
    }

    private List<ColumnDefinition> prepare(String sql, String home, SessionState state) {
        Backend backend = backends.take(home, state);
        try {
            backend.use(state);
            return askedOf(backend, sql);
        } finally {
            backend.release();
        }
    }

    /** The columns of a statement's answer, as an instance tells them without running it. */
    static List<ColumnDefinition> askedOf(Backend backend, String sql) {
        Prepared prepared = backend.prepare(sql);
        backend.forget(prepared);
        return prepared.columns();
    }

    /**
     * The columns of an answer that came from copies, as the faces give them.
     *
     * @param logical what the home instance said when it prepared the statement on the faces
     */
    static List<ColumnDefinition> onFaces(List<ColumnDefinition> answered, List<ColumnDefinition> logical) {
        if (answered.size() != logical.size()) {
            return answered;
        }
        List<ColumnDefinition> columns = new ArrayList<>(answered.size());
        for (int i = 0; i < answered.size(); i++) {
            ColumnDefinition copy = answered.get(i);
            ColumnDefinition face = logical.get(i);
            // Where a derived table is written down, an expression in it becomes a column of a table.
            boolean same = copy.orgName().equals(face.orgName())
                    || face.orgName().isEmpty() && copy.decimals() == face.decimals();
            columns.add(same && copy.type() == face.type() ? face : copy);
        }
        return columns;
    }
}
