package drds.executor;

import drds.catalog.Table.Column;
import drds.rule.Collations;
import drds.rule.KeyQuestion;
import drds.rule.KeyValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads what rows hold in some columns exactly: as key values, and as SQL that gives the same values again. */
final class StoredValues {
    private final List<Column> columns;
    private final Collations collations;

    StoredValues(List<Column> columns, Collations collations) {
        this.columns = columns;
        this.collations = collations;
    }

    /**
     * What a row holds.
     *
     * @param key the columns' values as key values
     * @param literals the same as SQL
     */
    record Row(List<KeyValue> key, List<String> literals) {}

    /** The select list that {@link #read} reads. */
    String items() {
        return items("");
    }

    /** The same of the row that a qualifier ({@code a.}) names. */
    String items(String qualifier) {
        List<String> items = new ArrayList<>();
        for (Column column : columns) {
            String name = qualifier + Names.quoted(column.name());
            items.addAll(question(column).items(name));
            items.add(literalItem(column, name));
        }
        return String.join(", ", items);
    }

    /** How many items there are. */
    int count() {
        int count = 0;
        for (Column column : columns) {
            count += question(column).items("c").size() + 1;
        }
        return count;
    }

    static KeyQuestion question(Column column) {
        return new KeyQuestion(InsertedRows.typeOf(column));
    }

    /** @param first where the items begin among the row's columns */
    Row read(byte[] @Nullable [] answers, int first) {
        List<KeyValue> key = new ArrayList<>();
        List<String> literals = new ArrayList<>();
        int at = first;
        for (Column column : columns) {
            KeyQuestion question = question(column);
            List<byte @Nullable []> own = new ArrayList<>();
            int count = question.items("c").size();
            for (int i = 0; i < count; i++) {
                own.add(answers[at + i]);
            }
            key.add(question.answer(collations, own));
            byte[] literal = answers[at + count];
            literals.add(literal == null ? "NULL" : literal(column, new String(literal, StandardCharsets.UTF_8)));
            at += count + 1;
        }
        return new Row(List.copyOf(key), List.copyOf(literals));
    }

    /** What is selected to write the value again. */
    static String literalItem(Column column, String name) {
        return switch (column.dataType().toLowerCase(Locale.ROOT)) {
            case "tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "year", "double" -> name;
            case "float" -> "CAST(" + name + " AS DOUBLE)";
            case "bit", "enum", "set" -> name + "+0";
            case "timestamp" -> "UNIX_TIMESTAMP(" + name + ")";
            case "date", "datetime", "time", "uuid", "inet4", "inet6" -> "CAST(" + name + " AS CHAR)";
            case "char", "varchar", "tinytext", "text", "mediumtext", "longtext", "json" ->
                "HEX(CONVERT(" + name + " USING utf8mb4))";
            default -> "HEX(" + name + ")";
        };
    }

    static String literal(Column column, String text) {
        return switch (column.dataType().toLowerCase(Locale.ROOT)) {
            case "tinyint",
                    "smallint",
                    "mediumint",
                    "int",
                    "bigint",
                    "decimal",
                    "year",
                    "double",
                    "float",
                    "bit",
                    "enum",
                    "set" -> text;
            case "timestamp" -> text.matches("[0.]+") ? "0" : "FROM_UNIXTIME(" + text + ")";
            case "date", "datetime", "time", "uuid", "inet4", "inet6" -> "'" + text + "'";
            case "char", "varchar", "tinytext", "text", "mediumtext", "longtext", "json" -> "_utf8mb4 X'" + text + "'";
            default -> "X'" + text + "'";
        };
    }
}
