package drds.parser;

/**
 * Takes the comment marks away from conditional comments: of a live one its content stays, one that isn't live goes. A text
 * without them can be cut and put together anywhere.
 */
public final class ConditionalComments {
    private final String source;
    private final boolean backslashEscapes;
    private final StringBuilder text = new StringBuilder();
    private int position;

    private ConditionalComments(String source, ParserModes modes) {
        this.source = source;
        this.backslashEscapes = !modes.noBackslashEscapes();
    }

    /** The same statement without conditional comments. */
    public static String unwrap(String source, ParserModes modes) {
        return new ConditionalComments(source, modes).run();
    }

    private String run() {
        boolean inside = false;
        while (position < source.length()) {
            char c = source.charAt(position);
            if (c == '\'' || c == '"' || c == '`') {
                copyTo(endOfQuoted(c));
            } else if (c == '#' || source.startsWith("-- ", position)) {
                int end = source.indexOf('\n', position);
                copyTo(end < 0 ? source.length() : end + 1);
            } else if (inside && source.startsWith("*/", position)) {
                inside = false;
                text.append(' ');
                position += 2;
            } else if (source.startsWith("/*", position)) {
                inside |= comment(inside);
            } else {
                copyTo(position + 1);
            }
        }
        return text.toString();
    }

    private void copyTo(int end) {
        text.append(source, position, end);
        position = end;
    }

    private int endOfQuoted(char quote) {
        for (int i = position + 1; i < source.length(); i++) {
            char c = source.charAt(i);
            if (c == '\\' && quote != '`' && backslashEscapes) {
                i++;
            } else if (c == quote) {
                return i + 1;
            }
        }
        return source.length();
    }

    /** @return whether a live conditional comment begins here */
    private boolean comment(boolean inside) {
        int bang = source.startsWith("/*!", position)
                ? position + 2
                : source.startsWith("/*M!", position) ? position + 3 : -1;
        int end = source.indexOf("*/", position + 2);
        int afterEnd = end < 0 ? source.length() : end + 2;
        if (bang < 0 || inside || source.startsWith("/*!+", position)) {
            copyTo(afterEnd);
            return false;
        }
        int digits = bang + 1;
        while (digits < Math.min(source.length(), bang + 7) && Character.isDigit(source.charAt(digits))) {
            digits++;
        }
        boolean versioned = digits >= bang + 6;
        if (versioned && !Lexer.isLive(Integer.parseInt(source, bang + 1, digits, 10), bang == position + 2)) {
            text.append(' ');
            int nestedEnd = Lexer.endOfNested(source, position);
            position = nestedEnd < 0 ? source.length() : nestedEnd;
            return false;
        }
        text.append(' ');
        position = versioned ? digits : bang + 1;
        return true;
    }
}
