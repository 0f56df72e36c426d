package drds.analyzer;

import drds.catalog.Database;
import drds.catalog.Table;
import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.parser.QualifiedName;
import drds.parser.TableReference;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One place where a statement names a stored table. */
public final class TableUse implements Source {
    /** Where the rows of a table are. */
    public enum Place {
        /** Only in the home schema, or not there at all: MySQL there knows. */
        HOME,
        /** In a schema of the server's own such as information_schema. */
        SYSTEM,
        /** The same on every Group. */
        EVERYWHERE,
        /** Cut into partitions. */
        PARTITIONS
    }

    private final Place place;
    private final @Nullable String database;
    private final QualifiedName name;
    private final @Nullable Table table;
    private final Database.@Nullable View view;
    private final TableReference.@Nullable TableName node;
    private final @Nullable Block block;

    TableUse(
            Place place,
            @Nullable String database,
            QualifiedName name,
            @Nullable Table table,
            Database.@Nullable View view,
            TableReference.@Nullable TableName node,
            @Nullable Block block) {
        this.place = place;
        this.database = database;
        this.name = name;
        this.table = table;
        this.view = view;
        this.node = node;
        this.block = block;
    }

    public Place place() {
        return place;
    }

    public boolean isSharded() {
        return place == Place.PARTITIONS;
    }

    /** The logical database; null where the name has none and there is no current one. */
    public @Nullable String database() {
        return database;
    }

    /** The name in the text, to be exchanged for the physical one. */
    public QualifiedName name() {
        return name;
    }

    /** The definition; null for tables that the catalog does not have. */
    public @Nullable Table table() {
        return table;
    }

    /** The view if the name means one. */
    public Database.@Nullable View view() {
        return view;
    }

    /** The definition of a table that the catalog has. */
    public Table definition() {
        Table known = table;
        if (known == null) {
            throw new IllegalStateException("not in the catalog: " + name);
        }
        return known;
    }

    /** What is wrong where a table is needed that the catalog does not have. */
    public SqlError missing() {
        return database == null
                ? ErrorCode.NO_DATABASE_SELECTED.with()
                : ErrorCode.NO_SUCH_TABLE.with(database, name.name().text());
    }

    /** The entry in FROM; null for TABLE t and the target of an INSERT. */
    public TableReference.@Nullable TableName node() {
        return node;
    }

    /** The query block whose FROM has it; null for the target of an INSERT. */
    public @Nullable Block block() {
        return block;
    }

    @Override
    public String correlationName() {
        return node != null ? node.correlationName().text() : name.name().text();
    }

    @Override
    public @Nullable List<String> columnNames() {
        return table == null
                ? null
                : table.columns().stream()
                        .map(c -> c.name().toLowerCase(Locale.ROOT))
                        .toList();
    }

    @Override
    public @Nullable List<String> starColumns() {
        return table == null
                ? null
                : table.columns().stream()
                        .filter(c -> !c.invisible())
                        .map(c -> c.name().toLowerCase(Locale.ROOT))
                        .toList();
    }

    @Override
    public String toString() {
        return name + "@" + name.start();
    }
}
