package drds.parser;

import java.util.Arrays;

/** Rows of values as SQL text in one array of bytes, with the places of the values that somebody wants to look at. */
public final class RowTexts {
    /** What a value is, as far as that can be told from its text. */
    public enum Kind {
        /** Digits, a sign before them or none. */
        INTEGER,
        /** A string whose bytes between the quotes are its value. */
        STRING,
        NULL,
        DEFAULT,
        /** Any other text that means the same wherever and whenever it is evaluated. */
        CONSTANT,
        /** The time, or a date from it. */
        TIME
    }

    private static final Kind[] KINDS = Kind.values();
    private static final int ROW_FIELDS = 2;
    private static final int VALUE_FIELDS = 3;
    private static final int FIRST_ROWS = 4;
    private static final int MANY_ROWS = 128;
    private static final byte[] NONE = new byte[0];

    private final int[] wanted;
    private final int stride;
    private byte[] text = NONE;
    private int[] places;
    private int rows;
    private int next;
    private boolean asksTime;

    /** @param wanted the positions, from 0 and ascending, of the values to look at */
    public RowTexts(int... wanted) {
        this.wanted = wanted.clone();
        this.stride = ROW_FIELDS + VALUE_FIELDS * wanted.length;
        this.places = new int[stride * FIRST_ROWS];
    }

    // ---- writing ----

    /** Forgets all rows; those to come stand in this text. */
    public void begin(byte[] newText) {
        text = newText;
        rows = 0;
        asksTime = false;
    }

    /** Lets go of the text, and of the room for more rows than there are as a rule. */
    public void end() {
        begin(NONE);
        if (places.length > stride * MANY_ROWS) {
            places = new int[stride * FIRST_ROWS];
        }
    }

    /** A row begins. @param start where its parenthesis opens */
    public void row(int start) {
        int at = rows * stride;
        if (at + stride > places.length) {
            places = Arrays.copyOf(places, places.length * 2);
        }
        places[at] = start;
        next = 0;
    }

    /** The row's value with that number. */
    public void value(int number, int start, int end, Kind kind) {
        asksTime |= kind == Kind.TIME;
        if (next < wanted.length && wanted[next] == number) {
            int at = rows * stride + ROW_FIELDS + VALUE_FIELDS * next++;
            places[at] = start;
            places[at + 1] = end;
            places[at + 2] = kind.ordinal();
        }
    }

    /** The row ends behind its closing parenthesis. */
    public void endRow(int end) {
        places[rows * stride + 1] = end;
        rows++;
    }

    // ---- reading ----

    public byte[] text() {
        return text;
    }

    public int count() {
        return rows;
    }

    /** Whether a value of any row is the time. */
    public boolean asksTime() {
        return asksTime;
    }

    /** Where a row's parenthesis opens. */
    public int start(int row) {
        return places[row * stride];
    }

    /** Behind a row's closing parenthesis. */
    public int end(int row) {
        return places[row * stride + 1];
    }

    /** @param index of the wanted values, from 0 */
    public int valueStart(int row, int index) {
        return places[row * stride + ROW_FIELDS + VALUE_FIELDS * index];
    }

    public int valueEnd(int row, int index) {
        return places[row * stride + ROW_FIELDS + VALUE_FIELDS * index + 1];
    }

    public Kind kind(int row, int index) {
        return KINDS[places[row * stride + ROW_FIELDS + VALUE_FIELDS * index + 2]];
    }
}
