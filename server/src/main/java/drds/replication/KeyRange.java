package drds.replication;

import drds.binlog.TableShape;
import drds.parser.SqlText;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Conditions on a table's key, in its order: NULL before all values. Written as {@code a >= 1 AND (a > 1 OR a = 1 AND b > 2)}, since
 * servers use an index for this and not for rows that are compared as a whole.
 */
final class KeyRange {
    private static final String NULL = "NULL";

    private final List<String> names;

    KeyRange(TableShape shape) {
        names = shape.key().stream()
                .map(place -> SqlText.identifier(shape.columns().get(place).name()))
                .toList();
    }

    List<String> names() {
        return names;
    }

    String order() {
        return " ORDER BY " + names.stream().collect(Collectors.joining(", "));
    }

    /**
     * @param after the key behind which the rows are, as literals; null from the first row on
     * @param bound the key up to which, with it; null to the last row
     * @return with WHERE, or empty
     */
    byte[] where(@Nullable List<String> after, @Nullable List<String> bound) {
        ByteArrayOutputStream sql = new ByteArrayOutputStream();
        if (after != null) {
            add(sql, " WHERE ");
            first(sql, after.getFirst(), true);
            add(sql, " AND (");
            steps(sql, after, true);
            add(sql, ")");
        }
        if (bound != null) {
            add(sql, after == null ? " WHERE " : " AND ");
            first(sql, bound.getFirst(), false);
            add(sql, " AND (");
            steps(sql, bound, false);
            add(sql, " OR ");
            equal(sql, bound, names.size());
            add(sql, ")");
        }
        return sql.toByteArray();
    }

    /** The whole key is equal. */
    void equal(ByteArrayOutputStream sql, List<String> key) {
        equal(sql, key, names.size());
    }

    private void first(ByteArrayOutputStream sql, String literal, boolean behind) {
        String name = names.getFirst();
        if (literal.equals(NULL)) {
            add(sql, behind ? "TRUE" : name + " IS NULL");
        } else if (behind) {
            add(sql, name + " >= ");
            literal(sql, literal);
        } else {
            add(sql, "(" + name + " <= ");
            literal(sql, literal);
            add(sql, " OR " + name + " IS NULL)");
        }
    }

    private void steps(ByteArrayOutputStream sql, List<String> key, boolean behind) {
        for (int i = 0; i < names.size(); i++) {
            add(sql, i == 0 ? "" : " OR ");
            if (i > 0) {
                equal(sql, key, i);
                add(sql, " AND ");
            }
            step(sql, names.get(i), key.get(i), behind);
        }
    }

    private static void step(ByteArrayOutputStream sql, String name, String literal, boolean behind) {
        if (literal.equals(NULL)) {
            add(sql, behind ? name + " IS NOT NULL" : "FALSE");
        } else if (behind) {
            add(sql, name + " > ");
            literal(sql, literal);
        } else {
            add(sql, "(" + name + " < ");
            literal(sql, literal);
            add(sql, " OR " + name + " IS NULL)");
        }
    }

    private void equal(ByteArrayOutputStream sql, List<String> key, int columns) {
        for (int i = 0; i < columns; i++) {
            add(sql, (i == 0 ? "" : " AND ") + names.get(i) + (key.get(i).equals(NULL) ? " IS " : " = "));
            literal(sql, key.get(i));
        }
    }

    private static void add(ByteArrayOutputStream sql, String text) {
        sql.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void literal(ByteArrayOutputStream sql, String literal) {
        sql.writeBytes(literal.getBytes(StandardCharsets.ISO_8859_1));
    }
}
