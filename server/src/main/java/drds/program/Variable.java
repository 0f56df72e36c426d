package drds.program;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A local variable or parameter with what it holds now. */
final class Variable {
    private static final Pattern INTEGER = Pattern.compile(
            "(tinyint|smallint|mediumint|middleint|int|integer|bigint|int1|int2|int3|int4|int8|bool|boolean)"
                    + "(?:\\s*\\(\\s*\\d+\\s*\\))?(\\s+signed)?");

    private final String name;
    private final String type;
    private final int integerBits;
    private Value value = Value.NULL;

    /** @param type as DECLARE takes it */
    Variable(String name, String type) {
        this.name = name;
        this.type = type;
        this.integerBits = integerBits(type.toLowerCase(Locale.ROOT).strip());
    }

    private static int integerBits(String type) {
        Matcher integer = INTEGER.matcher(type);
        if (!integer.matches()) {
            return 0;
        }
        return switch (integer.group(1)) {
            case "tinyint", "int1", "bool", "boolean" -> 8;
            case "smallint", "int2" -> 16;
            case "mediumint", "middleint", "int3" -> 24;
            case "bigint", "int8" -> 64;
            default -> 32;
        };
    }

    String name() {
        return name;
    }

    String type() {
        return type;
    }

    boolean isFloat() {
        return type.toLowerCase(Locale.ROOT).startsWith("float");
    }

    Value value() {
        return value;
    }

    void set(Value newValue) {
        value = newValue;
    }

    /** Whether it holds such a number without any conversion. */
    boolean takes(long number) {
        return integerBits > 0 && number >> (integerBits - 1) == (number < 0 ? -1 : 0);
    }

    boolean isBigInteger() {
        return integerBits == 64;
    }
}
