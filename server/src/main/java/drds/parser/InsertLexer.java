package drds.parser;

/**
 * Reads an INSERT or REPLACE of rows as bytes in UTF-8, without a tree: where its head ends, and where the rows and their values
 * stand. It takes the plain form alone: {@code INSERT INTO t (a, b) VALUES (1, 'x'), (2, NULL)} with constants, DEFAULT and the
 * time for values, and nothing behind the rows. All else is for the parser.
 */
public final class InsertLexer {
    /** A longer head (in bytes) is for the parser. */
    public static final int HEAD_LIMIT = 8 * 1024;

    private static final boolean[] WORD = wordBytes();
    private static final int LONGEST_WORD = 20;

    private final boolean ansiQuotes;
    private final boolean backslashEscapes;

    private byte[] text = new byte[0];
    private int end;
    private RowTexts.Kind kind = RowTexts.Kind.CONSTANT;
    private int items;

    public InsertLexer(ParserModes modes) {
        this.ansiQuotes = modes.ansiQuotes();
        this.backslashEscapes = !modes.noBackslashEscapes();
    }

    private static boolean[] wordBytes() {
        boolean[] word = new boolean[256];
        for (int c = 0; c < 256; c++) {
            word[c] = Lexer.isWordChar((char) c);
        }
        return word;
    }

    // ---- the head ----

    /** The end of the head, which is behind VALUES; -1 if the statement is of another form. */
    public int headEnd(byte[] bytes, int from, int to) {
        text = bytes;
        end = Math.min(to, from + HEAD_LIMIT);
        int position = skipSpace(from);
        int first = wordEnd(position);
        if (!is("INSERT", position, first) && !is("REPLACE", position, first)) {
            return -1;
        }
        position = first;
        int depth = 0;
        while (position < end) {
            byte c = text[position];
            if (isWord(c)) {
                int wordEnd = wordEnd(position);
                boolean values = is("VALUES", position, wordEnd) || is("VALUE", position, wordEnd);
                if (values && depth == 0 && text[position - 1] != '.') {
                    return wordEnd;
                }
                position = wordEnd;
            } else if (c == '`') {
                position = nameEnd(position);
                if (position < 0) {
                    return -1;
                }
            } else if (c == '(' || c == ')') {
                depth += c == '(' ? 1 : -1;
                position++;
            } else if (isSpace(c) || c == ',' || c == '.') {
                position++;
            } else {
                return -1;
            }
        }
        return -1;
    }

    private int nameEnd(int from) {
        for (int i = from + 1; i < end; i++) {
            if (text[i] == '`') {
                return i + 1;
            }
        }
        return -1;
    }

    // ---- the rows ----

    /** How many values the row that begins at a position has, -1 if it can't be read. */
    public int valuesOfRow(byte[] bytes, int from, int to) {
        text = bytes;
        end = to;
        RowTexts none = new RowTexts();
        none.begin(bytes);
        return row(skipSpace(from), none) < 0 ? -1 : items;
    }

    /**
     * Reads the rows behind a head up to the statement's end.
     *
     * @param valuesOfRow how many values each row must have
     * @return false if they are for the parser
     */
    public boolean rows(byte[] bytes, int from, int to, int valuesOfRow, RowTexts rows) {
        text = bytes;
        end = to;
        rows.begin(bytes);
        int position = skipSpace(from);
        while (true) {
            position = row(position, rows);
            if (position < 0 || items != valuesOfRow) {
                return false;
            }
            position = skipSpace(position);
            if (position == end) {
                return true;
            }
            if (text[position] != ',') {
                return text[position] == ';' && skipSpace(position + 1) == end;
            }
            position = skipSpace(position + 1);
        }
    }

    /** Behind the row's closing parenthesis, -1 if it can't be read. */
    private int row(int from, RowTexts rows) {
        if (from >= end || text[from] != '(') {
            return -1;
        }
        rows.row(from);
        items = 0;
        int position = from + 1;
        while (true) {
            int start = skipSpace(position);
            position = start < end ? value(start) : -1;
            if (position < 0) {
                return -1;
            }
            rows.value(items++, start, position, kind);
            position = skipSpace(position);
            if (position == end) {
                return -1;
            }
            byte c = text[position++];
            if (c == ')') {
                rows.endRow(position);
                return position;
            }
            if (c != ',') {
                return -1;
            }
        }
    }

    /** Behind a value, whose kind is noted; -1 if it is for the parser. */
    private int value(int from) {
        byte c = text[from];
        if (c == '\'' || c == '"' && !ansiQuotes) {
            return string(from);
        }
        if (isDigit(c) || c == '.') {
            return number(from);
        }
        if (c == '-' || c == '+') {
            byte next = at(from + 1);
            return isDigit(next) || next == '.' ? number(from + 1) : -1;
        }
        return isWord(c) ? word(from) : -1;
    }

    private int string(int from) {
        byte quote = text[from];
        boolean plain = true;
        for (int i = from + 1; i < end; i++) {
            byte c = text[i];
            if (c == '\\' && backslashEscapes) {
                plain = false;
                i++;
            } else if (c == quote) {
                if (at(i + 1) != quote) {
                    kind = plain ? RowTexts.Kind.STRING : RowTexts.Kind.CONSTANT;
                    return i + 1;
                }
                plain = false;
                i++;
            }
        }
        return -1;
    }

    private int number(int from) {
        int to = from;
        while (isDigit(at(to))) {
            to++;
        }
        kind = RowTexts.Kind.INTEGER;
        if (at(to) == '.') {
            kind = RowTexts.Kind.CONSTANT;
            to++;
            while (isDigit(at(to))) {
                to++;
            }
            if (to == from + 1) {
                return -1;
            }
        }
        if (at(to) == 'e' || at(to) == 'E') {
            kind = RowTexts.Kind.CONSTANT;
            to++;
            if (at(to) == '+' || at(to) == '-') {
                to++;
            }
            if (!isDigit(at(to))) {
                return -1;
            }
            while (isDigit(at(to))) {
                to++;
            }
        }
        if (at(to) == 'x' && to == from + 1 && text[from] == '0') {
            kind = RowTexts.Kind.CONSTANT;
            to = wordEnd(to);
            return at(to) == '\'' ? -1 : to;
        }
        return to < end && isWord(text[to]) ? -1 : to;
    }

    private int word(int from) {
        int to = wordEnd(from);
        int length = to - from;
        byte next = at(to);
        kind = RowTexts.Kind.CONSTANT;
        if (next == '\'') {
            // X'1f', B'01', N'text', _utf8mb4'text'; all other words before a quote are for the parser.
            boolean prefix = length == 1 && isOneOf(text[from], "xXbBnN") || text[from] == '_';
            return prefix ? constantString(to) : -1;
        }
        if (length > LONGEST_WORD) {
            return -1;
        }
        if (text[from] == '_') {
            return introduced(to);
        }
        String word = upper(from, to);
        switch (word) {
            case "NULL" -> kind = RowTexts.Kind.NULL;
            case "DEFAULT" -> kind = RowTexts.Kind.DEFAULT;
            case "TRUE", "FALSE" -> kind = RowTexts.Kind.CONSTANT;
            case "DATE", "TIME", "TIMESTAMP" -> {
                int string = skipSpace(to);
                return at(string) == '\'' ? constantString(string) : -1;
            }
            case "NOW", "CURDATE", "CURTIME", "UTC_TIMESTAMP", "UTC_DATE", "UTC_TIME", "SYSDATE", "UNIX_TIMESTAMP" -> {
                return time(to);
            }
            case "CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME", "LOCALTIME", "LOCALTIMESTAMP" -> {
                kind = RowTexts.Kind.TIME;
                return next == '(' ? time(to) : to;
            }
            default -> {
                return -1;
            }
        }
        return to;
    }

    /** A character set's name was read: a string or {@code X'..'} follows. */
    private int introduced(int from) {
        int to = skipSpace(from);
        boolean hexadecimal = isOneOf(at(to), "xX") && at(to + 1) == '\'';
        int quote = hexadecimal ? to + 1 : to;
        return at(quote) == '\'' ? constantString(quote) : -1;
    }

    private int constantString(int from) {
        int to = string(from);
        kind = RowTexts.Kind.CONSTANT;
        return to;
    }

    /** The parentheses of a function that gives the time, with digits in them or none. */
    private int time(int from) {
        kind = RowTexts.Kind.TIME;
        if (at(from) != '(') {
            return -1;
        }
        int to = from + 1;
        while (isDigit(at(to))) {
            to++;
        }
        return at(to) == ')' ? to + 1 : -1;
    }

    // ---- bytes ----

    private String upper(int from, int to) {
        char[] word = new char[to - from];
        for (int i = from; i < to; i++) {
            byte c = text[i];
            word[i - from] = (char) (c >= 'a' && c <= 'z' ? c - 0x20 : c & 0xff);
        }
        return new String(word);
    }

    private boolean is(String word, int from, int to) {
        if (to - from != word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if ((text[from + i] & 0xdf) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private int wordEnd(int from) {
        int to = from;
        while (to < end && isWord(text[to])) {
            to++;
        }
        return to;
    }

    private int skipSpace(int from) {
        int to = from;
        while (to < end && isSpace(text[to])) {
            to++;
        }
        return to;
    }

    private byte at(int index) {
        return index < end ? text[index] : 0;
    }

    private static boolean isOneOf(byte c, String some) {
        return some.indexOf(c) >= 0;
    }

    private static boolean isWord(byte c) {
        return WORD[c & 0xff];
    }

    private static boolean isSpace(byte c) {
        return c <= ' ' && c >= 0;
    }

    private static boolean isDigit(byte c) {
        return c >= '0' && c <= '9';
    }
}
