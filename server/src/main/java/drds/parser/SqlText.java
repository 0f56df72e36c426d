package drds.parser;

/** Writes names and values as SQL text. */
public final class SqlText {
    private SqlText() {}

    /** The name in backticks. */
    public static String identifier(String name) {
        if (name.indexOf('`') < 0) return "`" + name + "`";
        return "`" + name.replace("`", "``") + "`";
    }

    /** {@code `schema`.`name`}. */
    public static String qualified(String schema, String name) {
        return identifier(schema) + "." + identifier(name);
    }

    /** The value as a string literal in single quotes, as {@code modes} wants it. */
    public static String string(String value, ParserModes modes) {
        StringBuilder text = new StringBuilder(value.length() + 8).append('\'');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\'') text.append("''");
            else if (modes.noBackslashEscapes()) text.append(c);
            else appendEscaped(text, c);
        }
        return text.append('\'').toString();
    }

    private static void appendEscaped(StringBuilder text, char c) {
        switch (c) {
            case '\\' -> text.append("\\\\");
            case '\0' -> text.append("\\0");
            case '\n' -> text.append("\\n");
            case '\r' -> text.append("\\r");
            case 26 -> text.append("\\Z");
            default -> text.append(c);
        }
    }
}
