package drds.executor;

import drds.catalog.Table.Column;
import drds.planner.Plan.Input;
import drds.planner.Plan.Shipment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The copy of a table on a Group's connection, under a name of its own, made from what the catalog knows. */
final class ShippedCopy implements Copy {
    private final Shipment shipment;
    private final List<Column> definitions;
    private final List<LoadedColumn> columns;

    ShippedCopy(Shipment shipment) {
        this.shipment = shipment;
        List<String> wanted = shipment.input().columns().stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .toList();
        this.definitions = shipment.input().table().columns().stream()
                .filter(column -> wanted.contains(column.name().toLowerCase(Locale.ROOT)))
                .toList();
        this.columns = definitions.stream().map(LoadedColumn::of).toList();
    }

    @Override
    public Input input() {
        return shipment.input();
    }

    @Override
    public Lock lock() {
        return Lock.NONE;
    }

    @Override
    public List<LoadedColumn> columns() {
        return columns;
    }

    @Override
    public List<String> beforeLoading() {
        List<String> elements = new ArrayList<>();
        definitions.forEach(column -> elements.add(definition(column)));
        elements.addAll(keys());
        String create = "CREATE TEMPORARY TABLE " + shipment.name() + " (" + String.join(", ", elements) + ")";
        return List.of(create + " ENGINE = Aria", "ALTER TABLE " + shipment.name() + " DISABLE KEYS");
    }

    private static String definition(Column column) {
        String charset = column.characterSet() == null
                ? ""
                : " CHARACTER SET " + column.characterSet() + " COLLATE " + column.collation();
        String nullable = column.nullable() || column.invisible() ? " NULL DEFAULT NULL" : " NOT NULL";
        return Names.quoted(column.name()) + " " + column.type() + charset + nullable
                + (column.invisible() ? " INVISIBLE" : "");
    }

    private List<String> keys() {
        List<String> keys = new ArrayList<>();
        for (List<String> key : shipment.keys()) {
            List<String> parts = new ArrayList<>();
            int bytesLeft = LoadedColumn.KEY_BYTES_LIMIT;
            for (String part : key) {
                int bytes = bytes(part);
                if (bytes > bytesLeft) {
                    break;
                }
                bytesLeft -= bytes;
                parts.add(Names.quoted(part));
            }
            String text = "KEY (" + String.join(", ", parts) + ")";
            if (!parts.isEmpty() && !keys.contains(text)) {
                keys.add(text);
            }
        }
        return keys;
    }

    private int bytes(String name) {
        return definitions.stream()
                .filter(column -> column.name().equalsIgnoreCase(name))
                .findFirst()
                .map(LoadedColumn::keyBytes)
                .orElse(Integer.MAX_VALUE);
    }

    @Override
    public List<String> afterLoading() {
        return List.of("ALTER TABLE " + shipment.name() + " ENABLE KEYS");
    }

    @Override
    public String insertHead() {
        return "INSERT INTO " + shipment.name() + " (" + names() + ") VALUES ";
    }

    /** Copies a source's rows on its own instance. */
    String insertFrom(Input.Source source) {
        String where = source.where() == null ? "" : " WHERE " + source.where();
        return "INSERT INTO " + shipment.name() + " (" + names() + ") SELECT " + names() + " FROM " + source.from()
                + where;
    }

    private String names() {
        return String.join(", ", columns.stream().map(LoadedColumn::name).toList());
    }
}
