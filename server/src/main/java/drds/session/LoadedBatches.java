package drds.session;

import drds.mysql.StatementCharset;
import drds.parser.DataChange;
import drds.parser.Expression;
import drds.parser.ParserModes;
import drds.parser.SqlText;
import drds.parser.TextEdits;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes INSERT statements of a file's lines, so many rows each. */
final class LoadedBatches {
    private static final int BATCH_ROWS = 10_000;
    private static final int BATCH_BYTES = 1024 * 1024;
    private static final byte[] DEFAULT = ascii("DEFAULT");
    private static final byte[] NULL = ascii("NULL");
    private static final byte[] COMMA = ascii(", ");

    private final DelimitedReader reader;
    private final Layout layout;
    private final byte[] head;
    private final boolean plain;
    private final ByteArrayOutputStream sql = new ByteArrayOutputStream(BATCH_BYTES + BATCH_BYTES / 8);
    private List<Misfit> misfits = new ArrayList<>();
    private long records;

    /**
     * What becomes of a line's fields.
     *
     * @param head the statement up to the first row
     * @param columns how many values a row has
     * @param targets what the fields are for, columns or user variables; empty where they are the columns in their order
     * @param values what SET says, the row's last values
     * @param source the text in which the expressions stand
     * @param charset the file's, in which ASCII is plain
     */
    record Layout(
            String head,
            int columns,
            List<Expression> targets,
            List<DataChange.ColumnValue> values,
            String source,
            StatementCharset charset,
            ParserModes modes) {}

    /** A line with too few or too many fields, as SHOW WARNINGS is to tell of it. */
    record Misfit(int number, String message) {}

    /** @param sql the statement in UTF-8 */
    record Batch(byte[] sql, int rows, List<Misfit> misfits) {}

    LoadedBatches(DelimitedReader reader, Layout layout) {
        this.reader = reader;
        this.layout = layout;
        this.head = StatementCharset.UTF8.encode(layout.head);
        this.plain = layout.values.isEmpty()
                && layout.targets.stream().noneMatch(target -> target instanceof Expression.UserVariable);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The next one, null if there are no more lines. */
    @Nullable
    Batch next() {
        sql.reset();
        sql.writeBytes(head);
        int rows = 0;
        while (rows < BATCH_ROWS && sql.size() < BATCH_BYTES) {
            List<byte @Nullable []> fields = reader.next();
            if (fields == null) {
                break;
            }
            if (rows > 0) {
                sql.writeBytes(COMMA);
            }
            row(fields);
            rows++;
            records++;
        }
        if (rows == 0) {
            return null;
        }
        Batch batch = new Batch(sql.toByteArray(), rows, misfits);
        misfits = new ArrayList<>();
        return batch;
    }

    private void row(List<byte @Nullable []> fields) {
        int count = layout.targets.isEmpty() ? layout.columns - layout.values.size() : layout.targets.size();
        if (plain) {
            plainRow(fields, count);
        } else {
            sql.writeBytes(StatementCharset.UTF8.encode(computedRow(fields, count)));
        }
        if (fields.size() < count) {
            misfits.add(new Misfit(1261, "Row " + (records + 1) + " doesn't contain data for all columns"));
        } else if (fields.size() > count) {
            misfits.add(new Misfit(
                    1262,
                    "Row " + (records + 1) + " was truncated; it contained more data than there were input columns"));
        }
    }

    private void plainRow(List<byte @Nullable []> fields, int count) {
        sql.write('(');
        for (int i = 0; i < count; i++) {
            if (i > 0) {
                sql.writeBytes(COMMA);
            }
            if (i >= fields.size()) {
                sql.writeBytes(DEFAULT);
            } else {
                plainValue(fields.get(i));
            }
        }
        sql.write(')');
    }

    /** ASCII is written as it is; other text has to be read in the file's character set. */
    private void plainValue(byte @Nullable [] field) {
        if (field == null) {
            sql.writeBytes(NULL);
            return;
        }
        for (byte b : field) {
            if (b < 0) {
                sql.writeBytes(StatementCharset.UTF8.encode(literal(field)));
                return;
            }
        }
        sql.write('\'');
        int written = 0;
        for (int i = 0; i < field.length; i++) {
            if (isSpecial(field[i])) {
                sql.write(field, written, i - written);
                special(field[i]);
                written = i + 1;
            }
        }
        sql.write(field, written, field.length - written);
        sql.write('\'');
    }

    private static boolean isSpecial(byte c) {
        return c == '\'' || c == '\\' || c < ' ';
    }

    private void special(byte c) {
        String quoted = SqlText.string(String.valueOf((char) c), layout.modes);
        sql.writeBytes(ascii(quoted.substring(1, quoted.length() - 1)));
    }

    private String literal(byte @Nullable [] field) {
        return field == null ? "NULL" : SqlText.string(layout.charset.decode(field), layout.modes);
    }

    /** A row with user variables or SET. */
    private String computedRow(List<byte @Nullable []> fields, int count) {
        List<String> values = new ArrayList<>();
        Map<String, String> variables = new HashMap<>();
        for (int i = 0; i < count; i++) {
            String value = i < fields.size() ? literal(fields.get(i)) : "DEFAULT";
            if (!layout.targets.isEmpty() && layout.targets.get(i) instanceof Expression.UserVariable variable) {
                variables.put(variable.name().toLowerCase(Locale.ROOT), i < fields.size() ? value : "NULL");
            } else {
                values.add(value);
            }
        }
        for (DataChange.ColumnValue value : layout.values) {
            values.add(withVariables(value.value(), variables));
        }
        return "(" + String.join(", ", values) + ")";
    }

    private String withVariables(Expression expression, Map<String, String> variables) {
        TextEdits edits = new TextEdits(layout.source);
        expression.walk(node -> {
            if (node instanceof Expression.UserVariable variable) {
                String value = variables.get(variable.name().toLowerCase(Locale.ROOT));
                if (value != null) {
                    edits.replace(variable.span(), value);
                }
            }
        });
        return edits.render(expression.span());
    }
}
