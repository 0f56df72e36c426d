package drds.session;

import drds.mysql.ColumnDefinition;
import drds.mysql.FieldType;
import drds.parser.SqlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads user variables from an instance as literals that make the same variables again: type, character set and collation. */
final class UserVariableLiteral {
    private static final int COLUMNS_EACH = 4;

    private UserVariableLiteral() {}

    /** The query whose one row {@link #literals} reads. */
    static String query(List<String> names) {
        List<String> items = new ArrayList<>();
        for (String name : names) {
            String variable = "@" + SqlText.identifier(name);
            items.add(variable);
            items.add("HEX(" + variable + ")");
            items.add("CHARSET(" + variable + ")");
            items.add("COLLATION(" + variable + ")");
        }
        return "SELECT " + String.join(", ", items) + " LIMIT 1";
    }

    /** Each variable's value as SQL text, null for NULL. */
    static Map<String, @Nullable String> literals(List<String> names, MemoryResult row) {
        Map<String, @Nullable String> values = new TreeMap<>();
        for (int i = 0; i < names.size(); i++) {
            values.put(names.get(i), literal(row, i * COLUMNS_EACH));
        }
        return values;
    }

    private static @Nullable String literal(MemoryResult row, int column) {
        String text = row.text(0, column);
        if (text == null) {
            return null;
        }
        ColumnDefinition definition = row.columns().get(column);
        return switch (definition.type()) {
            case FieldType.TINY, FieldType.SHORT, FieldType.INT24, FieldType.LONG, FieldType.LONGLONG ->
                definition.unsigned() ? "CAST(" + text + " AS UNSIGNED)" : text;
            case FieldType.DECIMAL, FieldType.NEWDECIMAL -> "CAST('" + text + "' AS DECIMAL" + precision(text) + ")";
            case FieldType.FLOAT, FieldType.DOUBLE -> text.contains("e") ? text : text + "e0";
            default -> string(row, column);
        };
    }

    private static String precision(String digits) {
        String plain = digits.startsWith("-") ? digits.substring(1) : digits;
        int point = plain.indexOf('.');
        int scale = point < 0 ? 0 : plain.length() - point - 1;
        int all = plain.length() - (point < 0 ? 0 : 1);
        return "(" + all + "," + scale + ")";
    }

    private static String string(MemoryResult row, int column) {
        String hex = row.text(0, column + 1);
        String charset = row.text(0, column + 2);
        String collation = row.text(0, column + 3);
        String value = hex == null || hex.isEmpty() ? "''" : "X'" + hex + "'";
        return "_" + charset + " " + value + ("binary".equals(collation) ? "" : " COLLATE " + collation);
    }
}
