package drds.executor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The statements that write rows to one place, made as bytes: as few as fit into the length of a batch. */
public final class InsertedText {
    private static final byte[] NOTHING = new byte[0];
    private static final byte[] COMMA = {','};
    private static final int FIRST_BYTES = 1024;

    private final String group;
    private final byte[] head;
    private final int batchBytes;
    private List<PlacedInsert.Statement> full = new ArrayList<>(1);
    private byte[] text;
    private int length;

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

    /** A row's text with its parentheses comes next. */
    public void beginRow() {
        if (length >= batchBytes) {
            end();
        }
        if (length == 0) {
            append(head);
        } else {
            append(COMMA);
        }
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
        full.add(new PlacedInsert.Statement(group, text.length == length ? text : Arrays.copyOf(text, length)));
        text = NOTHING;
        length = 0;
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
