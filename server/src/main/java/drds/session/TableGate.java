package drds.session;

import drds.ddl.TableLocks;
import drds.ddl.TableName;
import drds.replication.WriteGate;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tables' locks of this server, as jobs that move data need them. */
final class TableGate implements WriteGate {
    /** No table can have this name: who changes definitions of a database shares its lock. */
    private static final String DEFINITIONS = "\0definitions";

    private final TableLocks locks;

    TableGate(TableLocks locks) {
        this.locks = locks;
    }

    @Override
    public @Nullable Closed shut(String database, Collection<String> tables, long atMostMillis) {
        List<TableName> names =
                tables.stream().map(table -> new TableName(database, table)).toList();
        TableLocks.Held held = locks.drain(names, Duration.ofMillis(atMostMillis));
        return held == null ? null : held::close;
    }

    @Override
    public Closed holdDefinitions(Collection<String> databases, long atMostMillis) {
        List<TableName> names = databases.stream()
                .map(database -> new TableName(database, DEFINITIONS))
                .toList();
        return locks.alone(names, Duration.ofMillis(atMostMillis))::close;
    }

    /** While a definition is changed. */
    Closed changeDefinition(String database, Duration timeout) {
        return locks.share(database, DEFINITIONS, timeout)::close;
    }
}
