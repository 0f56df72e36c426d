package drds.session;

import drds.atom.Backend;
import drds.atom.SessionState;
import drds.catalog.Catalog;
import drds.catalog.Database;
import drds.catalog.Table;
import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.parser.Insert;
import drds.parser.Node;
import drds.parser.SqlText;
import drds.parser.Statement;
import drds.parser.Unparsed;
import drds.transaction.Transaction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A session's temporary tables. They are temporary tables of a connection to the home instance that the session keeps while it has
 * any. Statements see them in the catalog as tables of the home schema, which hide the permanent ones of their names.
 */
final class TemporaryTables {
    private static final int NO_SUCH_TABLE = 1146;

    private final Transaction transaction;
    private final Map<HeldTables.Name, Table> tables = new LinkedHashMap<>();
    private @Nullable Catalog published;
    private @Nullable Catalog seen;

    TemporaryTables(Transaction transaction) {
        this.transaction = transaction;
    }

    boolean any() {
        return !tables.isEmpty();
    }

    boolean has(HeldTables.Name name) {
        return tables.containsKey(name);
    }

    Table table(HeldTables.Name name) {
        Table table = tables.get(name);
        if (table == null) {
            throw ErrorCode.NO_SUCH_TABLE.with(name.database(), name.table());
        }
        return table;
    }

    /** Whether the node names any of them. */
    boolean named(Node node, @Nullable String currentDatabase) {
        return any() && HeldTables.named(node, currentDatabase).stream().anyMatch(tables::containsKey);
    }

    /** The catalog as the session sees it. */
    Catalog in(Catalog current) {
        if (tables.isEmpty()) {
            return current;
        }
        Catalog known = seen;
        if (known == null || current != published) {
            known = current;
            for (Map.Entry<HeldTables.Name, Table> entry : tables.entrySet()) {
                Database database = known.database(entry.getKey().database());
                if (database != null) {
                    known = known.withDatabase(database.withTable(entry.getValue()));
                }
            }
            for (HeldTables.Name name : tables.keySet()) {
                known = withHidden(known, current, name);
            }
            published = current;
            seen = known;
        }
        return known;
    }

    /** Views that read the permanent table of that name know it. */
    private static Catalog withHidden(Catalog seen, Catalog current, HeldTables.Name name) {
        Database home = current.database(name.database());
        Table hidden = home == null ? null : home.table(name.table());
        if (hidden == null) {
            return seen;
        }
        Catalog marked = seen;
        String text = SqlText.qualified(name.database(), name.table());
        for (Database database : seen.databases().values()) {
            for (Database.View view : database.views().values()) {
                boolean more = view.hidden() == null || view.hidden().kind() != Table.Kind.SHARDED;
                if (more && view.query().contains(text)) {
                    Database changed = marked.databases().get(database.name());
                    marked = marked.withDatabase((changed == null ? database : changed)
                            .withView(new Database.View(view.name(), view.columns(), view.query(), hidden)));
                }
            }
        }
        return marked;
    }

    /** Sees to it that the statement runs where those that it names are; {@link #statementOver} ends that. */
    void beginStatement(Statement statement, @Nullable String currentDatabase) {
        if (!any()) {
            return;
        }
        // What isn't understood may name any.
        boolean uses = statement instanceof Unparsed || named(statement, currentDatabase);
        Node source = statement instanceof Insert insert ? insert.source() : statement;
        transaction.useKept(uses, uses && named(source, currentDatabase));
    }

    void statementOver() {
        transaction.useKept(false, false);
    }

    /** Forgets all if their connection is lost; gives the connection back when there are none. No statement runs. */
    void tidy() {
        Backend kept = transaction.kept();
        if (kept == null) {
            return;
        }
        if (!kept.isOpen()) {
            tables.clear();
            changed();
        }
        if (tables.isEmpty() && !transaction.active()) {
            transaction.dropKept();
        }
    }

    /** They end with the session; no transaction is open. */
    void dropAll() {
        tables.clear();
        changed();
        transaction.dropKept();
    }

    private void changed() {
        published = null;
        seen = null;
    }

    void forget(HeldTables.Name name) {
        tables.remove(name);
        changed();
    }

    /** Asks the kept connection whether there is a temporary table of that name, and what it is. */
    void learn(HeldTables.Name name, SessionState state) {
        Backend kept = transaction.kept();
        tables.remove(name);
        changed();
        if (kept == null || !kept.isOpen()) {
            return;
        }
        kept.use(state.withVariable("character_set_results", "'utf8mb4'"));
        String quoted = SqlText.qualified(name.database(), name.table());
        try {
            MemoryResult shown = HomeConnection.query(kept, "SHOW CREATE TABLE " + quoted);
            if (!String.valueOf(shown.text(0, 1)).startsWith("CREATE TEMPORARY")) {
                return;
            }
        } catch (SqlError error) {
            if (error.number() == NO_SUCH_TABLE) {
                return;
            }
            throw error;
        }
        List<Table.Column> columns = columns(HomeConnection.query(kept, "SHOW FULL COLUMNS FROM " + quoted));
        List<Table.Key> keys = keys(HomeConnection.query(kept, "SHOW INDEX FROM " + quoted));
        tables.put(name, new Table(name.table(), Table.Kind.TEMPORARY, columns, keys, null, List.of(), 0));
    }

    private static List<Table.Column> columns(MemoryResult shown) {
        List<Table.Column> columns = new ArrayList<>();
        for (int i = 0; i < shown.rows().size(); i++) {
            String type = String.valueOf(shown.text(i, 1));
            String collation = shown.text(i, 2);
            String extra = String.valueOf(shown.text(i, 6)).toLowerCase(Locale.ROOT);
            columns.add(new Table.Column(
                    String.valueOf(shown.text(i, 0)),
                    type,
                    type.split("[( ]")[0].toLowerCase(Locale.ROOT),
                    collation == null ? null : collation.split("_")[0],
                    collation,
                    "YES".equals(shown.text(i, 3)),
                    // The instance fills defaults in: nothing of the table is written elsewhere.
                    null,
                    extra.contains("auto_increment"),
                    extra.contains("generated"),
                    extra.contains("invisible"),
                    null));
        }
        return List.copyOf(columns);
    }

    private static List<Table.Key> keys(MemoryResult shown) {
        Map<String, Table.Key> keys = new LinkedHashMap<>();
        for (int i = 0; i < shown.rows().size(); i++) {
            String name = String.valueOf(shown.text(i, 2));
            Table.Key earlier = keys.get(name);
            List<String> columns = new ArrayList<>(earlier == null ? List.of() : earlier.columns());
            String column = shown.text(i, 4);
            if (column != null) {
                columns.add(column);
            }
            boolean prefixed = shown.text(i, 7) != null || column == null || earlier != null && earlier.prefixed();
            keys.put(
                    name,
                    new Table.Key(
                            name,
                            "0".equals(shown.text(i, 1)),
                            name.equals("PRIMARY"),
                            List.copyOf(columns),
                            prefixed));
        }
        return keys.values().stream()
                .sorted((a, b) -> Boolean.compare(b.primary(), a.primary()))
                .toList();
    }
}
