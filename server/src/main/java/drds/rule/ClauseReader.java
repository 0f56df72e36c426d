package drds.rule;

import drds.error.ErrorCode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * From a clause's text, DBPARTITION BY ... or MySQL's PARTITION BY ..., to the rule. What a rule's {@link Rule#clause} says is
 * read back to an equal rule.
 */
public final class ClauseReader {
    /** No more partitions than MySQL takes. */
    public static final int PARTITIONS_LIMIT = 8192;

    private final List<KeyColumn> columns;
    private final List<String> primaryKey;
    private final int shards;
    private final Bounds bounds;

    /** How a literal in VALUES becomes the value of a column: {@link KeyConversion#stored}, or values kept from before. */
    @FunctionalInterface
    public interface Bounds {
        Optional<KeyValue> value(KeyLiteral literal, KeyType type);
    }

    /**
     * @param columns all of the table's
     * @param primaryKey names of the primary key's columns; empty if there is none
     * @param shards how many shards the database has
     */
    public ClauseReader(List<KeyColumn> columns, List<String> primaryKey, int shards, Bounds bounds) {
        this.columns = List.copyOf(columns);
        this.primaryKey = List.copyOf(primaryKey);
        this.shards = shards;
        this.bounds = bounds;
    }

    /** @throws drds.error.SqlError if it is no sharding clause, or none for this table */
    public Rule read(String clause) {
        ClauseTokens tokens = new ClauseTokens(clause);
        Rule rule;
        if (tokens.take("DBPARTITION")) {
            tokens.expect("BY");
            rule = levels(tokens);
        } else {
            tokens.expect("PARTITION");
            tokens.expect("BY");
            rule = new PartitionReader(this, tokens, bounds).read();
        }
        tokens.take(";");
        if (tokens.peek().kind() != ClauseTokens.Kind.END) {
            throw tokens.unexpected();
        }
        if (rule.partitions() > PARTITIONS_LIMIT) {
            throw ErrorCode.TOO_MANY_PARTITIONS.with();
        }
        return rule;
    }

    private Rule levels(ClauseTokens tokens) {
        ShardFunction shardFunction = function(tokens, false);
        boolean given = tokens.take("DBPARTITIONS");
        int count = given ? count(tokens.integer()) : shards;
        if (count > shards) {
            throw RuleErrors.bad("DBPARTITIONS " + count + " is more than the database's " + shards + " shards");
        }
        ShardFunction tableFunction = null;
        int tables = 1;
        if (tokens.take("TBPARTITION")) {
            tokens.expect("BY");
            tableFunction = function(tokens, true);
            int most = tableFunction instanceof ShardFunction.OfDate date
                    ? date.unit().maxTables()
                    : 0;
            tables = tokens.take("TBPARTITIONS") ? count(tokens.integer()) : Math.max(1, most);
            if (most > 0 && tables > most) {
                throw RuleErrors.bad("TBPARTITIONS of " + tableFunction.text(KeyColumn::name) + " is at most " + most);
            }
        }
        return new LevelRule(shardFunction, tableFunction, count, given, tables);
    }

    static int count(int count) {
        if (count < 1) {
            throw ErrorCode.NO_PARTITIONS.with("partitions");
        }
        return Math.min(count, PARTITIONS_LIMIT + 1);
    }

    private ShardFunction function(ClauseTokens tokens, boolean ofTables) {
        String name = tokens.name().toUpperCase(Locale.ROOT);
        tokens.expect("(");
        ShardFunction function = switch (name) {
            case "HASH" -> new ShardFunction.Hash(columnOrPrimaryKey(tokens));
            case "UNI_HASH" -> new ShardFunction.UniHash(columnOrPrimaryKey(tokens));
            case "RIGHT_SHIFT" -> rightShift(tokens);
            case "RANGE_HASH" -> rangeHash(tokens);
            case "STR_HASH" -> strHash(tokens);
            default -> ofDate(name, tokens, ofTables);
        };
        tokens.expect(")");
        return function;
    }

    private ShardFunction rightShift(ClauseTokens tokens) {
        KeyColumn column = column(tokens.name());
        tokens.expect(",");
        int bits = tokens.integer();
        if (!column.type().isInteger() || bits < 0) {
            throw RuleErrors.bad("RIGHT_SHIFT takes an integer column and a number of bits");
        }
        return new ShardFunction.RightShift(column, bits);
    }

    private ShardFunction rangeHash(ClauseTokens tokens) {
        KeyColumn first = column(tokens.name());
        tokens.expect(",");
        KeyColumn second = column(tokens.name());
        tokens.expect(",");
        int count = tokens.integer();
        boolean integers = first.type().isInteger() && second.type().isInteger();
        boolean texts = first.type().isText() && first.type().comparesLike(second.type());
        if (!integers && !texts || count < 1) {
            throw RuleErrors.bad(
                    "RANGE_HASH takes two integer columns or two text columns of one collation, and a count");
        }
        return new ShardFunction.RangeHash(first, second, count);
    }

    private ShardFunction strHash(ClauseTokens tokens) {
        KeyColumn column = column(tokens.name());
        int[] arguments = {-1, -1, 0, 31};
        for (int i = 0; i < arguments.length && tokens.take(","); i++) {
            arguments[i] = tokens.integer();
        }
        boolean sound = column.type().isText()
                && arguments[0] >= -1
                && arguments[1] >= -1
                && (arguments[1] == -1 || arguments[0] == -1 || arguments[1] > arguments[0])
                && (arguments[2] == 0 || arguments[2] == 1);
        if (!sound) {
            throw RuleErrors.bad("STR_HASH takes a text column, start and end, 0 or 1, and a seed");
        }
        return new ShardFunction.StrHash(column, arguments[0], arguments[1], arguments[2], arguments[3]);
    }

    private ShardFunction ofDate(String name, ClauseTokens tokens, boolean ofTables) {
        boolean spread = name.endsWith("_OPT");
        String plain = spread ? name.substring(0, name.length() - 4) : name;
        for (DateUnit unit : DateUnit.values()) {
            if (unit.name().equals(plain)) {
                KeyColumn column = column(tokens.name());
                if (!column.type().isTime()) {
                    throw RuleErrors.bad(name + " takes a DATE, DATETIME or TIMESTAMP column");
                }
                if (!ofTables && !unit.ofDatabases() || spread && !unit.ofDatabases()) {
                    throw RuleErrors.bad(name + " can't stand in DBPARTITION BY");
                }
                return new ShardFunction.OfDate(unit, spread, column);
            }
        }
        throw RuleErrors.bad("there is no sharding function " + name);
    }

    private KeyColumn columnOrPrimaryKey(ClauseTokens tokens) {
        if (!tokens.peek().is(")")) {
            return column(tokens.name());
        }
        if (primaryKey.size() != 1) {
            throw RuleErrors.bad("a function without a column needs a primary key of one column");
        }
        return column(primaryKey.getFirst());
    }

    KeyColumn column(String name) {
        for (KeyColumn column : columns) {
            if (column.name().equalsIgnoreCase(name)) {
                return column;
            }
        }
        throw ErrorCode.PARTITION_COLUMN_UNKNOWN.with();
    }

    int shards() {
        return shards;
    }

    List<KeyColumn> primaryKeyColumns() {
        return primaryKey.stream().map(this::column).toList();
    }
}
