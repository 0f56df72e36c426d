package drds.planner;

import drds.parser.Expression;
import drds.parser.Limit;
import drds.parser.Literal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * LIMIT and OFFSET as numbers; huge numbers are as good as no limit.
 *
 * @param count null for no limit
 */
record Window(@Nullable BigInteger count, BigInteger offset) {
    static final Window ALL = new Window(null, BigInteger.ZERO);

    private static final BigInteger MOST = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
    private static final BigInteger LARGEST_LONG = BigInteger.valueOf(Long.MAX_VALUE);

    /** @throws NotPushable if it isn't written as plain numbers */
    static Window of(@Nullable Limit limit) {
        if (limit == null) {
            return ALL;
        }
        if (limit.withTies() || limit.rowsExamined() != null || limit.count() == null) {
            throw new NotPushable("a LIMIT of another kind");
        }
        Expression offset = limit.offset();
        return new Window(number(limit.count()), offset == null ? BigInteger.ZERO : number(offset));
    }

    private static BigInteger number(Expression expression) {
        if (expression instanceof Literal.IntegerLiteral number) {
            return number.value().min(MOST);
        }
        throw new NotPushable("a LIMIT whose value is not known");
    }

    /** What each fragment must send at most, as the text of its LIMIT; null for all rows. */
    @Nullable
    String fragmentLimit() {
        BigInteger limit = count;
        return limit == null ? null : "LIMIT " + limit.add(offset).min(MOST);
    }

    /** The limit of the merge; null for none. */
    @Nullable
    Long limit() {
        BigInteger limit = count;
        return limit == null || limit.compareTo(LARGEST_LONG) > 0 ? null : limit.longValue();
    }

    long offsetRows() {
        return offset.min(LARGEST_LONG).longValue();
    }
}
