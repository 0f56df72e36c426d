package drds.acceptance;

import java.util.regex.Pattern;

/** The little that the harness must know of SQL's text: where quotes, comments and parentheses end. */
final class Text {
    private static final Pattern ORDER_BY = Pattern.compile("(?is).*\\border\\s+by\\b.*");

    private Text() {}

    /** The place of the delimiter (a semicolon) that ends the statement at {@code from}, or -1. */
    static int endOfStatement(String text, int from, String delimiter) {
        for (int at = from; at < text.length(); at = next(text, at)) {
            if (text.startsWith(delimiter, at)) {
                return at;
            }
        }
        return -1;
    }

    /** True if ORDER BY stands outside all parentheses. */
    static boolean endsWithOrderBy(String sql) {
        var outside = new StringBuilder();
        int depth = 0;
        for (int at = 0; at < sql.length(); at = next(sql, at)) {
            char c = sql.charAt(at);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (depth == 0) {
                outside.append(c);
            }
        }
        return ORDER_BY.matcher(outside).matches();
    }

    /** The place after the character, the quoted text or the comment at {@code at}. */
    static int next(String text, int at) {
        char c = text.charAt(at);
        if (c == '\'' || c == '"' || c == '`') {
            return afterQuoted(text, at, c);
        }
        if (c == '#' || text.startsWith("-- ", at)) {
            return endOr(text, text.indexOf('\n', at));
        }
        if (text.startsWith("/*", at) && !text.startsWith("/*!", at)) {
            return endOr(text, text.indexOf("*/", at) + 1) + 1;
        }
        return at + 1;
    }

    private static int endOr(String text, int found) {
        return found <= 0 ? text.length() : found;
    }

    private static int afterQuoted(String text, int from, char quote) {
        int at = from + 1;
        while (at < text.length() && text.charAt(at) != quote) {
            at += text.charAt(at) == '\\' && quote != '`' ? 2 : 1;
        }
        return at + 1;
    }
}
