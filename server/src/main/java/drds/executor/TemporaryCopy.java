package drds.executor;

import drds.catalog.Table;
import drds.catalog.Table.Column;
import drds.planner.Plan.Input;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One table's copy on a scratch connection: the SQL that makes it from the face, reads its rows and holds its keys. */
final class TemporaryCopy implements Copy {
    private final Input input;
    private final Lock lock;
    private final List<Column> columns;
    private final List<LoadedColumn> loaded;
    private final String name;
    private final String face;

    TemporaryCopy(Input input, Lock lock) {
        this(input, lock, Names.quoted(input.database(), input.table().name()));
    }

    /** @param face the table, quoted, that the copy is made like */
    TemporaryCopy(Input input, Lock lock, String face) {
        this.face = face;
        this.input = input;
        this.lock = lock;
        this.columns = columnsOf(input);
        this.loaded = columns.stream().map(LoadedColumn::of).toList();
        this.name = Names.quoted(input.database(), input.table().name());
    }

    /** The wanted columns in the table's order; one where none is needed, since a table must have one. */
    private static List<Column> columnsOf(Input input) {
        Set<String> wanted = new HashSet<>();
        input.columns().forEach(column -> wanted.add(column.toLowerCase(Locale.ROOT)));
        List<Column> columns = input.table().columns().stream()
                .filter(column -> wanted.contains(column.name().toLowerCase(Locale.ROOT)))
                .toList();
        return columns.isEmpty() ? List.of(input.table().columns().getFirst()) : columns;
    }

    @Override
    public Input input() {
        return input;
    }

    @Override
    public Lock lock() {
        return lock;
    }

    @Override
    public List<LoadedColumn> columns() {
        return loaded;
    }

    /** A temporary table of the face's own name hides the face; it may be made from it in one statement. */
    String createStatement() {
        List<String> elements = new ArrayList<>();
        for (Column column : columns) {
            if (column.invisible()) {
                elements.add(invisible(column));
            }
        }
        elements.addAll(keys());
        String list = elements.isEmpty() ? "" : " (" + String.join(", ", elements) + ")";
        return "CREATE TEMPORARY TABLE " + name + list + " ENGINE = Aria AS SELECT "
                + String.join(
                        ", ",
                        columns.stream()
                                .map(column -> Names.quoted(column.name()))
                                .toList())
                + " FROM " + face + " LIMIT 0";
    }

    /** What AS SELECT leaves out. */
    private static String invisible(Column column) {
        String charset = column.characterSet() == null
                ? ""
                : " CHARACTER SET " + column.characterSet() + " COLLATE " + column.collation();
        return Names.quoted(column.name()) + " " + column.type() + charset + " NULL INVISIBLE";
    }

    private List<String> keys() {
        Set<String> keys = new TreeSet<>();
        for (Table.Key key : input.table().keys()) {
            List<String> parts = new ArrayList<>();
            int bytesLeft = LoadedColumn.KEY_BYTES_LIMIT;
            for (String part : key.columns()) {
                Column column = present(part);
                int bytes = column == null ? Integer.MAX_VALUE : LoadedColumn.keyBytes(column);
                if (bytes > bytesLeft) {
                    break;
                }
                bytesLeft -= bytes;
                parts.add(Names.quoted(part));
            }
            if (!parts.isEmpty()) {
                keys.add("KEY (" + String.join(", ", parts) + ")");
            }
        }
        return List.copyOf(keys);
    }

    private @Nullable Column present(String columnName) {
        for (Column column : columns) {
            if (column.name().equalsIgnoreCase(columnName)) {
                return column;
            }
        }
        return null;
    }

    @Override
    public List<String> beforeLoading() {
        return List.of(createStatement(), "ALTER TABLE " + name + " DISABLE KEYS");
    }

    @Override
    public List<String> afterLoading() {
        return List.of("ALTER TABLE " + name + " ENABLE KEYS");
    }

    @Override
    public String insertHead() {
        return "INSERT INTO " + name + " ("
                + String.join(", ", loaded.stream().map(LoadedColumn::name).toList()) + ") VALUES ";
    }
}
