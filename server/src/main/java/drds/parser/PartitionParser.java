package drds.parser;

import static drds.parser.Word.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** MySQL's PARTITION BY. */
final class PartitionParser {
    private final Tokens t;
    private final Grammar grammar;

    PartitionParser(Grammar grammar) {
        this.t = grammar.tokens;
        this.grammar = grammar;
    }

    /** Behind nothing yet: PARTITION is here. */
    PartitionBy partitionBy() {
        int start = t.start();
        t.expect(PARTITION);
        t.expect(BY);
        Function function = function();
        int partitions = t.accept(PARTITIONS) ? t.smallInteger() : 0;
        PartitionBy subpartition = t.at(SUBPARTITION) ? subpartitionBy() : null;
        if (partitions == 0 && t.accept(PARTITIONS)) partitions = t.smallInteger();
        List<PartitionBy.Definition> definitions = t.at(Token.OPEN) ? definitions() : List.of();
        return new PartitionBy(
                t.since(start),
                function.linear,
                function.kind,
                function.expression,
                function.columns,
                partitions,
                subpartition,
                definitions);
    }

    private PartitionBy subpartitionBy() {
        int start = t.start();
        t.next();
        t.expect(BY);
        Function function = function();
        int partitions = t.accept(SUBPARTITIONS) ? t.smallInteger() : 0;
        return new PartitionBy(
                t.since(start),
                function.linear,
                function.kind,
                function.expression,
                function.columns,
                partitions,
                null,
                List.of());
    }

    private record Function(
            boolean linear, PartitionBy.Kind kind, @Nullable Expression expression, List<Identifier> columns) {}

    private Function function() {
        boolean linear = t.accept(LINEAR);
        if (t.accept(HASH)) return new Function(linear, PartitionBy.Kind.HASH, inParentheses(), List.of());
        if (t.accept(KEY)) {
            if (t.accept(ALGORITHM)) {
                t.expect(Token.EQUAL);
                t.integer();
            }
            return new Function(linear, PartitionBy.Kind.KEY, null, grammar.tables.identifiers());
        }
        if (linear) throw t.error();
        if (t.accept(SYSTEM_TIME)) {
            systemTime();
            return new Function(false, PartitionBy.Kind.SYSTEM_TIME, null, List.of());
        }
        boolean range = t.accept(RANGE);
        if (!range) t.expect(LIST);
        if (t.accept(COLUMNS) || t.accept(FIELDS)) {
            PartitionBy.Kind kind = range ? PartitionBy.Kind.RANGE_COLUMNS : PartitionBy.Kind.LIST_COLUMNS;
            return new Function(false, kind, null, grammar.tables.identifiers());
        }
        PartitionBy.Kind kind = range ? PartitionBy.Kind.RANGE : PartitionBy.Kind.LIST;
        return new Function(false, kind, inParentheses(), List.of());
    }

    private Expression inParentheses() {
        t.expect(Token.OPEN);
        Expression expression = grammar.expressions.expression();
        t.expect(Token.CLOSE);
        return expression;
    }

    private void systemTime() {
        while (true) {
            if (t.at(INTERVAL)) grammar.primaries.interval();
            else if (t.accept(LIMIT)) t.integer();
            else if (t.accept(STARTS)) grammar.expressions.bits(1);
            else if (!t.accept(AUTO)) return;
        }
    }

    List<PartitionBy.Definition> definitions() {
        t.expect(Token.OPEN);
        List<PartitionBy.Definition> list = new ArrayList<>();
        do list.add(definition(PARTITION));
        while (t.accept(Token.COMMA));
        t.expect(Token.CLOSE);
        return list;
    }

    /** {@code PARTITION p VALUES ...}. */
    PartitionBy.Definition definition() {
        return definition(PARTITION);
    }

    private PartitionBy.Definition definition(Word word) {
        int start = t.start();
        if (!t.accept(word) && word == SUBPARTITION) throw t.error();
        Identifier name = t.identifier();
        PartitionBy.Values values = null;
        int valuesStart = t.start();
        if (t.accept(VALUES)) values = values(valuesStart);
        else if (t.at(DEFAULT) || t.at(HISTORY) || t.at(CURRENT)) values = special();
        List<TableOption> options = new ArrayList<>(0);
        for (TableOption option = option(); option != null; option = option()) options.add(option);
        List<PartitionBy.Definition> subpartitions = new ArrayList<>(0);
        if (word == PARTITION && t.accept(Token.OPEN)) {
            do subpartitions.add(definition(SUBPARTITION));
            while (t.accept(Token.COMMA));
            t.expect(Token.CLOSE);
        }
        return new PartitionBy.Definition(t.since(start), name, values, options, subpartitions);
    }

    private @Nullable TableOption option() {
        return new TableOptionParser(grammar).partitionOption();
    }

    private PartitionBy.Values special() {
        Span span = t.span();
        String word = t.text().toUpperCase(Locale.ROOT);
        t.next();
        return new PartitionBy.Special(span, word);
    }

    private PartitionBy.Values values(int start) {
        if (t.accept(LESS)) {
            t.expect(THAN);
            List<Expression> bounds = new ArrayList<>(1);
            boolean parentheses = t.accept(Token.OPEN);
            do bounds.add(bound());
            while (parentheses && t.accept(Token.COMMA));
            if (parentheses) t.expect(Token.CLOSE);
            return new PartitionBy.LessThan(t.since(start), bounds);
        }
        if (t.at(DEFAULT)) return special();
        t.expect(IN);
        List<Expression> values = new ArrayList<>();
        t.expect(Token.OPEN);
        do values.add(tuple());
        while (t.accept(Token.COMMA));
        t.expect(Token.CLOSE);
        return new PartitionBy.In(t.since(start), values);
    }

    private Expression tuple() {
        if (!t.at(Token.OPEN)) return bound();
        int start = t.start();
        t.next();
        List<Expression> items = new ArrayList<>();
        do items.add(bound());
        while (t.accept(Token.COMMA));
        t.expect(Token.CLOSE);
        return new Expression.Row(t.since(start), items);
    }

    private Expression bound() {
        if (!t.at(MAXVALUE)) return grammar.expressions.expression();
        Span span = t.span();
        t.next();
        return new Expression.MaxValue(span);
    }
}
