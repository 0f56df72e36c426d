package drds.parser;

import static drds.parser.Word.*;

import java.util.List;
import java.util.Locale;

/** DRDS's clauses for the distribution of a table. */
final class DistributionParser {
    private final Tokens t;
    private final Grammar grammar;

    DistributionParser(Grammar grammar) {
        this.t = grammar.tokens;
        this.grammar = grammar;
    }

    boolean atDistribution() {
        return switch (t.word()) {
            case DBPARTITION, TBPARTITION -> t.word(1) == BY;
            case BROADCAST, SINGLE -> t.kind(1) != Token.EQUAL;
            case null, default -> false;
        };
    }

    Distribution distribution() {
        int start = t.start();
        if (t.accept(BROADCAST)) return new Distribution.Broadcast(t.since(start));
        if (t.accept(SINGLE)) return new Distribution.Single(t.since(start));
        Distribution.ShardFunction database = null;
        Distribution.ShardFunction table = null;
        int databases = 0;
        int tables = 0;
        while (true) {
            if (database == null && t.accept(DBPARTITION)) database = function();
            else if (table == null && t.accept(TBPARTITION)) table = function();
            else if (databases == 0 && t.accept(DBPARTITIONS)) databases = t.smallInteger();
            else if (tables == 0 && t.accept(TBPARTITIONS)) tables = t.smallInteger();
            else break;
        }
        if (database == null && table == null) throw t.error();
        return new Distribution.Sharded(t.since(start), database, databases, table, tables);
    }

    private Distribution.ShardFunction function() {
        t.expect(BY);
        int start = t.start();
        if (!t.at(Token.WORD)) throw t.error();
        String name = t.text().toUpperCase(Locale.ROOT);
        t.next();
        List<Expression> arguments = grammar.expressions.parenthesizedList();
        return new Distribution.ShardFunction(t.since(start), name, arguments);
    }
}
