package drds.rule;

import java.math.BigDecimal;
import java.math.BigInteger;

/** A constant as a statement gives it for a key column, before it is known what the column makes of it. */
public sealed interface KeyLiteral {
    record Null() implements KeyLiteral {}

    /** 5, -7, TRUE (1), FALSE (0). */
    record Int(BigInteger value) implements KeyLiteral {
        public static Int of(long value) {
            return new Int(BigInteger.valueOf(value));
        }
    }

    /** 5.40, its scale kept. Numbers with an exponent are approximate and have no literal here. */
    record Decimal(BigDecimal value) implements KeyLiteral {}

    /** 'text' as the client meant it: decoded, escapes resolved, without an introducer or with one that was applied. */
    record Text(String value) implements KeyLiteral {}

    /** x'4142', 0x4142, b'01', _binary'AB': bytes without a character set. */
    record Binary(Bytes value) implements KeyLiteral {}

    /** DATE '2024-01-01', TIMESTAMP '2024-01-01 10:00:00': the text between the quotes. */
    record Temporal(String value) implements KeyLiteral {}
}
