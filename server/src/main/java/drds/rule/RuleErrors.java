package drds.rule;

import drds.error.ErrorCode;
import drds.error.SqlError;

/** The errors of this package in one place. */
final class RuleErrors {
    private RuleErrors() {}

    static SqlError bad(String text) {
        return ErrorCode.BAD_SHARDING_RULE.with(text);
    }

    static SqlError disagree(ShardFunction.RangeHash function) {
        return ErrorCode.BAD_SHARDING_RULE.with("the last " + function.count() + " characters of "
                + function.first().name() + " and " + function.second().name()
                + " differ, so " + function.text(KeyColumn::quoted) + " has no place for the row");
    }

    static SqlError noPartition(String value) {
        return ErrorCode.NO_PARTITION_FOR_VALUE.with(value);
    }
}
