package drds.session;

import drds.ddl.TableLocks;
import drds.parser.DataChange;
import drds.parser.Delete;
import drds.parser.Insert;
import drds.parser.LoadData;
import drds.parser.Node;
import drds.parser.QualifiedName;
import drds.parser.Query;
import drds.parser.TableReference;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tables whose definition a session holds still: those of its statement, and until its end those of its transaction. A change
 * of their definition waits for that, as for MySQL's metadata locks.
 */
final class HeldTables {
    private final TableLocks locks;
    private final Map<Name, TableLocks.Held> held = new HashMap<>();

    /** A table that a statement names. */
    record Name(String database, String table) {}

    HeldTables(TableLocks locks) {
        this.locks = locks;
    }

    /** All tables that the statement names; common table expressions' names among them do no harm. */
    static Set<Name> named(Node statement, @Nullable String currentDatabase) {
        Set<Name> names = new LinkedHashSet<>();
        statement.walk(node -> {
            QualifiedName name = tableOf(node);
            String database = name == null
                    ? null
                    : name.schema() == null ? currentDatabase : name.schema().text();
            if (name != null && database != null) {
                names.add(new Name(database, name.name().text()));
            }
        });
        return names;
    }

    /** Takes the locks of the tables. */
    void take(Collection<Name> names, Duration timeout) {
        for (Name name : names) {
            take(name, timeout);
        }
    }

    void take(Name name, Duration timeout) {
        if (!held.containsKey(name)) {
            held.put(name, locks.share(name.database(), name.table(), timeout, !held.isEmpty()));
        }
    }

    /** A table whose lock this session has alone, in a change of its definition. */
    void own(Name name) {
        held.put(name, () -> {});
    }

    private static @Nullable QualifiedName tableOf(Node node) {
        return switch (node) {
            case TableReference.TableName table -> table.name();
            case Query.TableQuery table -> table.table();
            case Insert insert -> insert.table();
            case LoadData load -> load.table();
            case DataChange.Handler handler -> handler.table();
            case Delete.Target target -> target.name();
            default -> null;
        };
    }

    void release() {
        if (!held.isEmpty()) {
            held.values().forEach(TableLocks.Held::close);
            held.clear();
        }
    }
}
