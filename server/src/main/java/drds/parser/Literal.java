package drds.parser;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A constant as written. A minus sign is no part of it but a {@link Expression.Unary}. */
public sealed interface Literal extends Expression {
    @Override
    default void forEachChild(Consumer<? super Node> action) {}

    /** Digits only, of any length. */
    record IntegerLiteral(Span span, String digits) implements Literal {
        /** The value where it fits into a signed long (18 digits always do), else null. */
        public @Nullable Long asLong() {
            if (digits.length() < 19) return Long.parseLong(digits);
            BigInteger value = new BigInteger(digits);
            return value.bitLength() < 64 ? value.longValue() : null;
        }

        public BigInteger value() {
            return new BigInteger(digits);
        }
    }

    /** {@code 1.5}, {@code .5}, {@code 1.}: exact. */
    record DecimalLiteral(Span span, String digits) implements Literal {
        public BigDecimal value() {
            return new BigDecimal(digits);
        }
    }

    /** {@code 1.5e3}: a double. */
    record FloatLiteral(Span span, String digits) implements Literal {
        public double value() {
            return Double.parseDouble(digits);
        }
    }

    /**
     * {@code 'abc'}, {@code _utf8mb4'abc'}, {@code N'abc'}, {@code 'a' 'bc'}.
     *
     * @param span all of it, with the introducer and the adjacent strings that join it
     * @param introducer the character set of {@code _charset}, without the underscore; null where there is none
     * @param national written {@code N'...'}
     * @param value escapes resolved, adjacent strings joined
     */
    record StringLiteral(Span span, @Nullable String introducer, boolean national, String value) implements Literal {}

    /** {@code 0x1F}, {@code x'1F'}, {@code _utf8mb4 0x41}; {@code digits} without prefix and quotes. */
    record HexLiteral(Span span, @Nullable String introducer, String digits) implements Literal {}

    /** {@code 0b101}, {@code b'101'}; {@code digits} without prefix and quotes. */
    record BitLiteral(Span span, @Nullable String introducer, String digits) implements Literal {}

    /** NULL and {@code \N}. */
    record NullLiteral(Span span) implements Literal {}

    record BooleanLiteral(Span span, boolean value) implements Literal {}

    /** {@code DATE '2024-01-31'}, also {@code {d '2024-01-31'}}. */
    record TemporalLiteral(Span span, Kind kind, String value) implements Literal {
        public enum Kind {
            DATE,
            TIME,
            TIMESTAMP
        }
    }
}
