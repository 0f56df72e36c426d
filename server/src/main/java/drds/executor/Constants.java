package drds.executor;

import drds.rule.Bytes;
import drds.rule.KeyLiteral;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Tells plain constants from expressions in the texts of an INSERT's values, and reads the plainest of them. */
final class Constants {
    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]+");
    private static final Pattern DECIMAL = Pattern.compile("[+-]?([0-9]+\\.[0-9]*|\\.[0-9]+)");
    private static final Pattern APPROXIMATE = Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)[eE][+-]?[0-9]+");
    private static final Pattern HEX = Pattern.compile("[xX]'([0-9a-fA-F]*)'|0x([0-9a-fA-F]+)");
    private static final Pattern UTF8 = Pattern.compile("_utf8mb4 X'([0-9a-f]*)'");
    private static final Pattern TEMPORAL = Pattern.compile("(?i)(?:DATE|TIMESTAMP)\\s*'([^'\\\\]*)'");

    private final boolean backslashEscapes;
    private final boolean doubleQuotes;

    /** @param sqlMode the session's, as SQL text */
    Constants(String sqlMode) {
        String mode = sqlMode.toUpperCase(Locale.ROOT);
        this.backslashEscapes = !mode.contains("NO_BACKSLASH_ESCAPES");
        this.doubleQuotes = !mode.contains("ANSI");
    }

    /** Whether the text means the same wherever and whenever it is evaluated. */
    boolean isConstant(String text) {
        return read(text).isPresent() || APPROXIMATE.matcher(text).matches();
    }

    /** Empty for everything that isn't one of the plain kinds. */
    Optional<KeyLiteral> read(String expression) {
        String text = expression.strip();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        char first = text.charAt(0);
        if (first == '\'' || (first == '"' && doubleQuotes)) {
            return string(text, first).map(KeyLiteral.Text::new);
        }
        if (INTEGER.matcher(text).matches()) {
            return Optional.of(new KeyLiteral.Int(new BigInteger(first == '+' ? text.substring(1) : text)));
        }
        if (DECIMAL.matcher(text).matches()) {
            return Optional.of(new KeyLiteral.Decimal(new BigDecimal(text)));
        }
        return word(text);
    }

    private static Optional<KeyLiteral> word(String text) {
        switch (text.toUpperCase(Locale.ROOT)) {
            case "NULL" -> {
                return Optional.of(new KeyLiteral.Null());
            }
            case "TRUE" -> {
                return Optional.of(KeyLiteral.Int.of(1));
            }
            case "FALSE" -> {
                return Optional.of(KeyLiteral.Int.of(0));
            }
            default -> {}
        }
        var hex = HEX.matcher(text);
        if (hex.matches()) {
            String digits = hex.group(1) != null ? hex.group(1) : hex.group(2);
            String even = digits.length() % 2 == 0 ? digits : "0" + digits;
            return Optional.of(new KeyLiteral.Binary(new Bytes(HexFormat.of().parseHex(even))));
        }
        var utf8 = UTF8.matcher(text);
        if (utf8.matches()) {
            byte[] bytes = HexFormat.of().parseHex(utf8.group(1));
            return Optional.of(new KeyLiteral.Text(new String(bytes, StandardCharsets.UTF_8)));
        }
        var temporal = TEMPORAL.matcher(text);
        return temporal.matches() ? Optional.of(new KeyLiteral.Temporal(temporal.group(1))) : Optional.empty();
    }

    /** The value of one quoted string that is the whole text. */
    private Optional<String> string(String text, char quote) {
        StringBuilder value = new StringBuilder(text.length());
        int end = text.length() - 1;
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == quote) {
                if (i == end) {
                    return Optional.of(value.toString());
                }
                if (text.charAt(i + 1) != quote) {
                    return Optional.empty();
                }
                value.append(quote);
                i++;
            } else if (c == '\\' && backslashEscapes && i < end) {
                i++;
                value.append(unescaped(text.charAt(i)));
            } else {
                value.append(c);
            }
        }
        return Optional.empty();
    }

    private static String unescaped(char c) {
        return switch (c) {
            case 'n' -> "\n";
            case 't' -> "\t";
            case 'r' -> "\r";
            case '0' -> "\0";
            case 'b' -> "\b";
            case 'Z' -> "\032";
            case '%' -> "\\%";
            case '_' -> "\\_";
            default -> String.valueOf(c);
        };
    }
}
