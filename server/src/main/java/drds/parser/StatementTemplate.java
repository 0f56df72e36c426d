package drds.parser;

/** A statement's text with question marks in the place of its constants: the same for all that differ in these alone. */
public final class StatementTemplate {
    private StatementTemplate() {}

    /** Words are in upper case, single spaces stand between all tokens, comments are left out. */
    public static String of(String sql, ParserModes modes) {
        Tokens t = new Lexer(sql, modes).tokens();
        StringBuilder template = new StringBuilder(sql.length());
        while (!t.at(Token.END)) {
            if (!t.at(Token.SEMICOLON)) {
                template.append(template.isEmpty() ? "" : " ").append(token(t));
            }
            if (t.at(Token.BAD)) {
                break;
            }
            t.next();
        }
        return template.toString();
    }

    private static String token(Tokens t) {
        return switch (t.kind()) {
            case STRING, INTEGER, DECIMAL, FLOAT, HEX, BIT, PARAMETER -> "?";
            case WORD -> t.text().toUpperCase(java.util.Locale.ROOT);
            default -> t.text();
        };
    }
}
