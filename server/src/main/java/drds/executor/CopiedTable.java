package drds.executor;

import drds.catalog.Table.Column;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the definition of a table's copy is made of.
 *
 * @param columns those that are copied, in the table's order
 */
record CopiedTable(List<Column> columns) {
    /** @param wanted names, in any case */
    static CopiedTable of(List<Column> all, List<String> wanted) {
        Set<String> names =
                wanted.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
        return new CopiedTable(all.stream()
                .filter(column -> names.contains(column.name().toLowerCase(Locale.ROOT)))
                .toList());
    }

    List<LoadedColumn> loaded() {
        return columns.stream().map(LoadedColumn::of).toList();
    }

    /** Whether a column is to be INVISIBLE: a table must have one that isn't. */
    boolean hides(Column column) {
        return column.invisible() && !columns.stream().allMatch(Column::invisible);
    }

    /** A column of the copy, from what the catalog knows. */
    String definition(Column column) {
        String charset = column.characterSet() == null
                ? ""
                : " CHARACTER SET " + column.characterSet() + " COLLATE " + column.collation();
        boolean nullable = column.nullable() || column.invisible();
        return Names.quoted(column.name()) + " " + column.type() + charset
                + (nullable ? " NULL DEFAULT NULL" : " NOT NULL") + (hides(column) ? " INVISIBLE" : "");
    }

    /** Each key as far as its columns are copied and it isn't too long. */
    List<String> keys(List<List<String>> keys) {
        Set<String> all = new LinkedHashSet<>();
        for (List<String> key : keys) {
            List<String> parts = new ArrayList<>();
            int bytesLeft = LoadedColumn.KEY_BYTES_LIMIT;
            for (String part : key) {
                int bytes = keyBytes(part);
                if (bytes > bytesLeft) {
                    break;
                }
                bytesLeft -= bytes;
                parts.add(Names.quoted(part));
            }
            if (!parts.isEmpty()) {
                all.add("KEY (" + String.join(", ", parts) + ")");
            }
        }
        return List.copyOf(all);
    }

    private int keyBytes(String name) {
        return columns.stream()
                .filter(column -> column.name().equalsIgnoreCase(name))
                .findFirst()
                .map(LoadedColumn::keyBytes)
                .orElse(Integer.MAX_VALUE);
    }
}
