package drds.session;

import drds.catalog.Table;
import drds.error.ErrorCode;
import drds.parser.ParserModes;
import drds.parser.SqlText;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a table as literals that give exactly the same values again: what is read before and after a change, to take it back.
 *
 * @param columns those that are read
 */
record RowImages(Table table, List<Table.Column> columns) {
    private static final ParserModes MODES = ParserModes.of("");

    RowImages {
        columns = List.copyOf(columns);
    }

    /** All columns that hold something of their own. */
    static RowImages whole(Table table) {
        identity(table);
        return new RowImages(
                table,
                table.columns().stream().filter(column -> !column.generated()).toList());
    }

    /** Those that tell rows apart and say where they lie, and some more. */
    static RowImages of(Table table, Set<String> more) {
        Set<String> names = new LinkedHashSet<>(identity(table));
        return new RowImages(
                table,
                table.columns().stream()
                        .filter(column -> has(names, column.name()) || has(more, column.name()))
                        .toList());
    }

    static boolean has(Set<String> names, String name) {
        return names.stream().anyMatch(name::equalsIgnoreCase);
    }

    /** The columns of the primary key and of the shard key. */
    static Set<String> identity(Table table) {
        Set<String> names = new LinkedHashSet<>(table.keys().stream()
                .filter(key -> key.primary() && !key.prefixed())
                .findFirst()
                .map(Table.Key::columns)
                .orElseThrow(() -> ErrorCode.NOT_FLEXIBLE.with("the table " + table.name() + " has no primary key")));
        if (table.rule() != null) {
            names.addAll(table.rule().columns());
        }
        return names;
    }

    /** What to select, so that {@link #read} understands the answer. @param qualifier the table's name in the statement */
    String items(String qualifier) {
        StringJoiner items = new StringJoiner(", ");
        for (Table.Column column : columns) {
            String name = qualifier + SqlText.identifier(column.name());
            items.add(
                    switch (kind(column)) {
                        case HEX -> "HEX(" + name + ")";
                        case NUMBER, QUOTED -> name;
                        case BIT -> name + " + 0";
                        case STAMP -> "UNIX_TIMESTAMP(" + name + ")";
                    });
        }
        return items.toString();
    }

    private enum Kind {
        HEX,
        NUMBER,
        QUOTED,
        BIT,
        STAMP
    }

    private Kind kind(Table.Column column) {
        return switch (column.dataType()) {
            case "tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "double", "year" -> Kind.NUMBER;
            case "char",
                    "varchar",
                    "tinytext",
                    "text",
                    "mediumtext",
                    "longtext",
                    "binary",
                    "varbinary",
                    "tinyblob",
                    "blob",
                    "mediumblob",
                    "longblob",
                    "enum",
                    "set" -> Kind.HEX;
            case "date", "datetime", "time", "uuid", "inet4", "inet6" -> Kind.QUOTED;
            case "bit" -> Kind.BIT;
            case "timestamp" -> Kind.STAMP;
            default ->
                throw ErrorCode.NOT_FLEXIBLE.with("the column " + column.name() + " of type " + column.dataType()
                        + " could not be given its value back exactly");
        };
    }

    /** One row, a literal for each column. */
    record Image(RowImages of, List<String> literals) {
        String of(String column) {
            for (int i = 0; i < literals.size(); i++) {
                if (of.columns.get(i).name().equalsIgnoreCase(column)) {
                    return literals.get(i);
                }
            }
            throw new IllegalStateException("not read: " + column);
        }

        /** The condition that finds the row. */
        String found() {
            return all(identity(of.table));
        }

        /** The condition that finds it as it is. */
        String unchanged() {
            Set<String> names = new LinkedHashSet<>();
            of.columns.forEach(column -> names.add(column.name()));
            return all(names);
        }

        String all(Set<String> names) {
            StringJoiner all = new StringJoiner(" AND ");
            names.forEach(name -> all.add(SqlText.identifier(name) + " <=> " + of(name)));
            return all.toString();
        }
    }

    List<Image> read(MemoryResult rows) {
        List<Image> images = new ArrayList<>();
        for (byte[] @Nullable [] row : rows.rows()) {
            List<String> literals = new ArrayList<>();
            for (int i = 0; i < columns.size(); i++) {
                literals.add(literal(columns.get(i), row[i]));
            }
            images.add(new Image(this, literals));
        }
        return images;
    }

    private String literal(Table.Column column, byte @Nullable [] value) {
        if (value == null) {
            return "NULL";
        }
        String text = new String(value, StandardCharsets.UTF_8);
        return switch (kind(column)) {
            case HEX -> "X'" + text + "'";
            case NUMBER, BIT -> text;
            case QUOTED -> SqlText.string(text, MODES);
            case STAMP -> {
                if (new BigDecimal(text).signum() == 0) {
                    throw ErrorCode.NOT_FLEXIBLE.with("the column " + column.name() + " has a zero timestamp");
                }
                yield "FROM_UNIXTIME(" + text + ")";
            }
        };
    }
}
