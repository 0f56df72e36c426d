package drds.executor;

import drds.planner.Plan.Input;
import drds.planner.Plan.Shipment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The copy of a table on a Group's connection, under a name of its own, made from what the catalog knows. */
final class ShippedCopy implements Copy {
    private final Shipment shipment;
    private final CopiedTable copied;
    private final List<LoadedColumn> columns;
    private final boolean alone;

    /** @param alone whether nothing but this statement is on the connection: in a transaction no table may be altered */
    ShippedCopy(Shipment shipment, boolean alone) {
        this.alone = alone;
        this.shipment = shipment;
        this.copied = CopiedTable.of(
                shipment.input().table().columns(), shipment.input().columns());
        this.columns = copied.loaded();
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
    public boolean distinct() {
        return shipment.rows() != Shipment.Rows.ALL;
    }

    @Override
    public List<LoadedColumn> columns() {
        return columns;
    }

    @Override
    public List<String> beforeLoading() {
        List<String> elements = new ArrayList<>();
        copied.columns().forEach(column -> elements.add(copied.definition(column)));
        elements.addAll(copied.keys(shipment.keys()));
        String create = "CREATE OR REPLACE TEMPORARY TABLE " + shipment.name() + " (" + String.join(", ", elements)
                + ") ENGINE = Aria";
        return laysKeysLater() ? List.of(create, "ALTER TABLE " + shipment.name() + " DISABLE KEYS") : List.of(create);
    }

    @Override
    public List<String> afterLoading() {
        return laysKeysLater() ? List.of("ALTER TABLE " + shipment.name() + " ENABLE KEYS") : List.of();
    }

    /** What has been found is looked up while more is sought. */
    private boolean laysKeysLater() {
        return alone
                && shipment.rows() != Shipment.Rows.SOUGHT
                && !copied.keys(shipment.keys()).isEmpty();
    }

    @Override
    public String insertHead() {
        return "INSERT INTO " + shipment.name() + " (" + names() + ") VALUES ";
    }

    /**
     * Copies a source's rows on its own instance.
     *
     * @param most so many of them; null for all
     */
    String insertFrom(Input.Source source, @Nullable Long most) {
        String where = source.where() == null ? "" : " WHERE " + source.where();
        if (shipment.rows() == Shipment.Rows.SOUGHT) {
            where += " AND NOT EXISTS (SELECT 1 FROM " + shipment.name() + " AS `found` WHERE "
                    + columns.stream()
                            .map(column -> "`found`." + column.name() + " = `sought`." + column.name())
                            .collect(Collectors.joining(" AND "))
                    + ")";
        }
        return "INSERT INTO " + shipment.name() + " (" + names() + ") SELECT " + names() + " FROM " + source.from()
                + where + (most == null ? "" : " LIMIT " + most);
    }

    /** Reads what has been copied so far. */
    String selectCopied() {
        return selectStatement(new Input.Source("", -1, shipment.name(), null));
    }

    private String names() {
        return String.join(", ", columns.stream().map(LoadedColumn::name).toList());
    }
}
