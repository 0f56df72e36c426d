package drds.executor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The statements that write rows to one place, made as bytes: as few as fit into the length of a batch. */
public final class InsertedText {
    private static final byte[] NOTHING = new byte[0];
    private static final int[] NO_ROWS = new int[0];
    private static final int FIRST_ROWS = 16;
    private static final byte[] COMMA = {','};
    private static final int FIRST_BYTES = 1024;

    private final String group;
    private final byte[] head;
    private final int batchBytes;
    private List<PlacedInsert.Statement> full = new ArrayList<>(1);
    private byte[] text;
    private int length;
    private int[] rows = NO_ROWS;
    private int count;

    /**
     * @param head with VALUES at its end
     * @param expectedBytes of the rows; 0 if that isn't known
     * @param batchBytes a longer statement is followed by another one
     */
    public InsertedText(String group, byte[] head, int expectedBytes, int batchBytes) {
        this.group = group;
        this.head = head;
        this.batchBytes = batchBytes;
        this.text = expectedBytes > 0 ? new byte[head.length + expectedBytes] : NOTHING;
    }

    /** A row's text with its parentheses comes next. @param row its number among all, from 1 */
    public void beginRow(int row) {
        if (length >= batchBytes) {
            end();
        }
        if (length == 0) {
            append(head);
        } else {
            append(COMMA);
        }
        if (count == rows.length) {
            rows = Arrays.copyOf(rows, Math.max(FIRST_ROWS, count * 2));
        }
        rows[count++] = row;
    }

    public void append(byte[] bytes) {
        append(bytes, 0, bytes.length);
    }

    public void append(byte[] bytes, int from, int to) {
        int more = to - from;
        if (length + more > text.length) {
            text = Arrays.copyOf(text, Math.max(FIRST_BYTES, Math.max(length + more, text.length * 2)));
        }
        System.arraycopy(bytes, from, text, length, more);
        length += more;
    }

    private void end() {
        full.add(new PlacedInsert.Statement(
                group, text.length == length ? text : Arrays.copyOf(text, length), Arrays.copyOf(rows, count)));
        text = NOTHING;
        length = 0;
        count = 0;
    }

    /** The statements with all rows that have come, which are forgotten here. */
    public List<PlacedInsert.Statement> statements() {
        if (length > 0) {
            end();
        }
        List<PlacedInsert.Statement> all = full;
        full = new ArrayList<>(1);
        return all;
    }
}
