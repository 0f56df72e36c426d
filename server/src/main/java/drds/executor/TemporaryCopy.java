package drds.executor;

import drds.catalog.Table;
import drds.catalog.Table.Column;
import drds.planner.Plan.Input;
import java.util.ArrayList;
import java.util.List;

/** One table's copy on a scratch connection: the SQL that makes it from the face, reads its rows and holds its keys. */
final class TemporaryCopy implements Copy {
    private final Input input;
    private final Lock lock;
    private final CopiedTable copied;
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
        this.copied = copied(input);
        this.loaded = copied.loaded();
        this.name = Names.quoted(input.database(), input.table().name());
    }

    /** The wanted columns in the table's order; one where none is needed, since a table must have one. */
    private static CopiedTable copied(Input input) {
        List<Column> all = input.table().columns();
        CopiedTable copied = CopiedTable.of(all, input.columns());
        return copied.columns().isEmpty() ? new CopiedTable(List.of(all.getFirst())) : copied;
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
        // AS SELECT leaves out that they are invisible.
        copied.columns().stream().filter(copied::hides).forEach(column -> elements.add(copied.definition(column)));
        elements.addAll(copied.keys(
                input.table().keys().stream().map(Table.Key::columns).toList()));
        String list = elements.isEmpty() ? "" : " (" + String.join(", ", elements) + ")";
        return "CREATE TEMPORARY TABLE " + name + list + " ENGINE = Aria AS SELECT "
                + String.join(
                        ", ",
                        copied.columns().stream()
                                .map(column -> Names.quoted(column.name()))
                                .toList())
                + " FROM " + face + " LIMIT 0";
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
