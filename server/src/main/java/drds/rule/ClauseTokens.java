package drds.rule;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A sharding clause as a row of tokens with a place in it. */
final class ClauseTokens {
    private static final Pattern TOKEN = Pattern.compile(
            "\\s+|/\\*.*?\\*/|--\\s[^\\n]*|#[^\\n]*" // skipped
                    + "|(?<hex>[xX]'[0-9a-fA-F]*'|0[xX][0-9a-fA-F]+)"
                    + "|(?<number>[0-9]+(?:\\.[0-9]+)?)"
                    + "|(?<text>'(?:[^'\\\\]|''|\\\\.)*'|\"(?:[^\"\\\\]|\"\"|\\\\.)*\")"
                    + "|(?<quoted>`(?:[^`]|``)*`)"
                    + "|(?<word>[\\p{L}\\p{N}_$]+)"
                    + "|(?<sign>[(),=%+;.\\-])",
            Pattern.DOTALL);

    enum Kind {
        WORD,
        QUOTED,
        NUMBER,
        TEXT,
        HEX,
        SIGN,
        END
    }

    record Token(Kind kind, String text, int start, int end) {
        boolean is(String word) {
            return (kind == Kind.WORD || kind == Kind.SIGN) && text.equalsIgnoreCase(word);
        }
    }

    private final String clause;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    ClauseTokens(String clause) {
        this.clause = clause;
        Matcher matcher = TOKEN.matcher(clause);
        int position = 0;
        while (position < clause.length()) {
            if (!matcher.find(position) || matcher.start() != position) {
                throw RuleErrors.bad("can't read the sharding clause near '" + rest(position) + "'");
            }
            for (Kind kind : Kind.values()) {
                String text =
                        kind == Kind.END ? null : matcher.group(kind.name().toLowerCase(Locale.ROOT));
                if (text != null) {
                    tokens.add(new Token(kind, text, matcher.start(), matcher.end()));
                }
            }
            position = matcher.end();
        }
        tokens.add(new Token(Kind.END, "", clause.length(), clause.length()));
    }

    Token peek() {
        return tokens.get(at);
    }

    Token next() {
        Token token = tokens.get(at);
        if (token.kind() != Kind.END) {
            at++;
        }
        return token;
    }

    boolean take(String word) {
        if (peek().is(word)) {
            at++;
            return true;
        }
        return false;
    }

    void expect(String word) {
        if (!take(word)) {
            throw unexpected();
        }
    }

    drds.error.SqlError unexpected() {
        return RuleErrors.bad("can't read the sharding clause near '" + rest(peek().start()) + "'");
    }

    int integer() {
        boolean negative = take("-");
        Token token = next();
        if (token.kind() != Kind.NUMBER
                || token.text().contains(".")
                || token.text().length() > 9) {
            at--;
            throw unexpected();
        }
        int value = Integer.parseInt(token.text());
        return negative ? -value : value;
    }

    String name() {
        Token token = next();
        return switch (token.kind()) {
            case WORD -> token.text();
            case QUOTED -> token.text().substring(1, token.text().length() - 1).replace("``", "`");
            default -> {
                at--;
                throw unexpected();
            }
        };
    }

    /** The clause's text between two tokens. */
    String between(int start, int end) {
        return clause.substring(start, end);
    }

    int lastEnd() {
        return at == 0 ? 0 : tokens.get(at - 1).end();
    }

    /** A string literal's value: quotes doubled and backslashes resolved. */
    static String unquote(String literal) {
        char quote = literal.charAt(0);
        StringBuilder value = new StringBuilder();
        for (int i = 1; i < literal.length() - 1; i++) {
            char c = literal.charAt(i);
            if (c == quote) {
                i++;
            } else if (c == '\\') {
                i++;
                c = escaped(literal.charAt(i));
            }
            value.append(c);
        }
        return value.toString();
    }

    private static char escaped(char c) {
        return switch (c) {
            case '0' -> '\0';
            case 'b' -> '\b';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'Z' -> '\u001a';
            default -> c;
        };
    }

    private String rest(int from) {
        return clause.substring(from, Math.min(clause.length(), from + 60));
    }
}
