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
    private final List<KeyQuestion> questions;
    /** How many items each question has. */
    private final List<Integer> counts;

    private final Collations collations;

    StoredValues(List<Column> columns, Collations collations) {
        this.columns = columns;
        this.questions = columns.stream().map(StoredValues::question).toList();
        this.counts =
                questions.stream().map(question -> question.items("c").size()).toList();
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
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            String name = qualifier + Names.quoted(column.name());
            items.addAll(questions.get(i).items(name));
            items.add(literalItem(column, name));
        }
        return String.join(", ", items);
    }

    /** How many items there are. */
    int count() {
        return counts.stream().mapToInt(count -> count + 1).sum();
    }

    static KeyQuestion question(Column column) {
        return new KeyQuestion(InsertedRows.typeOf(column));
    }

    /** @param first where the items begin among the row's columns */
    Row read(byte[] @Nullable [] answers, int first) {
        List<KeyValue> key = new ArrayList<>();
        List<String> literals = new ArrayList<>();
        int at = first;
        for (int c = 0; c < columns.size(); c++) {
            List<byte @Nullable []> own = new ArrayList<>();
            int count = counts.get(c);
            for (int i = 0; i < count; i++) {
                own.add(answers[at + i]);
            }
            key.add(questions.get(c).answer(collations, own));
            byte[] literal = answers[at + count];
            literals.add(
                    literal == null ? "NULL" : literal(columns.get(c), new String(literal, StandardCharsets.UTF_8)));
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
