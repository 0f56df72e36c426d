package drds.planner;

import drds.parser.Expression;
import drds.parser.Limit;
import drds.parser.ParsedStatement;
import drds.parser.Span;
import drds.parser.TextEdits;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A statement's text with values in the places of its {@code ?}. */
public final class FilledIn {
    private static final BigInteger MOST = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
    private static final Pattern WHOLE_AT_START = Pattern.compile("\\s*(-?\\d{1,30})");

    private FilledIn() {}

    /**
     * @param values one SQL text for each {@code ?}, in their order
     * @param open which places stay question marks
     * @param window what to give of the text
     */
    public static String text(ParsedStatement statement, List<String> values, boolean[] open, Span window) {
        String source = statement.source();
        TextEdits edits = new TextEdits(source);
        Set<Expression> limits = limits(statement);
        statement.statement().walk(node -> {
            if (node instanceof Expression.Parameter parameter && !open[parameter.ordinal()]) {
                String given = values.get(parameter.ordinal());
                String value = limits.contains(parameter) ? wholeNumber(given) : given;
                boolean left = parameter.start() > 0 && isWord(source.charAt(parameter.start() - 1));
                boolean right = parameter.end() < source.length() && isWord(source.charAt(parameter.end()));
                edits.replace(parameter.span(), (left ? " " : "") + value + (right ? " " : ""));
            }
        });
        return edits.render(window);
    }

    /** LIMIT takes a parameter of any type, but only whole numbers in a text. */
    private static Set<Expression> limits(ParsedStatement statement) {
        Set<Expression> limits = Collections.newSetFromMap(new IdentityHashMap<>());
        statement.statement().walk(node -> {
            if (node instanceof Limit limit) {
                limit.forEachChild(child -> {
                    if (child instanceof Expression.Parameter parameter) {
                        limits.add(parameter);
                    }
                });
            }
        });
        return limits;
    }

    /** A value as LIMIT reads it: the number that a text begins with, rounded, a negative one as a huge one; NULL is none. */
    static String wholeNumber(String value) {
        BigInteger number;
        if (value.startsWith("'")) {
            Matcher digits = WHOLE_AT_START.matcher(value).region(1, value.length());
            number = digits.lookingAt() ? new BigInteger(digits.group(1)) : BigInteger.ZERO;
        } else {
            try {
                number = new BigDecimal(value).setScale(0, RoundingMode.HALF_UP).toBigInteger();
            } catch (NumberFormatException notANumber) {
                return value.equals("NULL") ? "0" : value;
            }
        }
        return number.signum() < 0 ? MOST.toString() : number.min(MOST).toString();
    }

    private static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '$';
    }
}
