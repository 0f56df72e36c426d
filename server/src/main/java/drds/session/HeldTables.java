package drds.session;

import drds.ddl.TableLocks;
import drds.parser.DataChange;
import drds.parser.Delete;
import drds.parser.Insert;
import drds.parser.LoadData;
import drds.parser.Node;
import drds.parser.QualifiedName;
import drds.parser.Query;
import drds.parser.Statement;
import drds.parser.TableReference;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tables whose definition a session holds still: those of its statement, and until its end those of its transaction. A change
 * of their definition waits for that, as for MySQL's metadata locks.
 */
final class HeldTables {
    private final TableLocks locks;
    private final Map<Name, TableLocks.Held> held = new HashMap<>();

    private record Name(String database, String table) {}

    HeldTables(TableLocks locks) {
        this.locks = locks;
    }

    /** Takes the locks of all tables that the statement names; common table expressions' names do no harm. */
    void take(Statement statement, @Nullable String currentDatabase, Duration timeout) {
        statement.walk(node -> {
            QualifiedName name = tableOf(node);
            String database = name == null ? null : name.schema() == null ? currentDatabase : name.schema().text();
            if (name != null && database != null) {
                take(database, name.name().text(), timeout);
            }
        });
    }

    void take(String database, String table, Duration timeout) {
        Name name = new Name(database, table);
        if (!held.containsKey(name)) {
            held.put(name, locks.share(database, table, timeout));
        }
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
