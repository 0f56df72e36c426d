package drds.parser;

import static drds.parser.Word.*;

import drds.parser.DataChange.ColumnValue;
import drds.parser.DataChange.Modifier;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** INSERT, REPLACE, UPDATE, DELETE, LOAD, CALL, DO and HANDLER. */
final class DataChangeParser {
    private final Tokens t;
    private final Grammar grammar;

    DataChangeParser(Grammar grammar) {
        this.t = grammar.tokens;
        this.grammar = grammar;
    }

    private EnumSet<Modifier> modifiers() {
        EnumSet<Modifier> modifiers = EnumSet.noneOf(Modifier.class);
        while (true) {
            switch (t.word()) {
                case LOW_PRIORITY -> modifiers.add(Modifier.LOW_PRIORITY);
                case HIGH_PRIORITY -> modifiers.add(Modifier.HIGH_PRIORITY);
                case DELAYED -> modifiers.add(Modifier.DELAYED);
                case QUICK -> {
                    if (!t.at(QUICK) || t.kind(1) != Token.WORD && t.kind(1) != Token.QUOTED) return modifiers;
                    modifiers.add(Modifier.QUICK);
                }
                case IGNORE -> modifiers.add(Modifier.IGNORE);
                case null, default -> {
                    return modifiers;
                }
            }
            t.next();
        }
    }

    // ---------------------------------------------------------------- INSERT and REPLACE

    Statement insert() {
        int start = t.start();
        boolean replace = t.at(REPLACE);
        t.next();
        EnumSet<Modifier> modifiers = modifiers();
        t.accept(INTO);
        QualifiedName table = t.qualifiedName();
        List<Identifier> partitions = grammar.tables.partitions();
        Span columnsSpan = null;
        List<Expression.ColumnReference> columns = List.of();
        if (t.at(Token.OPEN) && !grammar.primaries.queryInside(0)) {
            int columnsStart = t.start();
            columns = columns();
            columnsSpan = t.since(columnsStart);
        }
        Insert.Source source = source(columnsSpan);
        Insert.OnDuplicateKey onDuplicateKey = onDuplicateKey();
        DataChange.Returning returning = returning();
        return new Insert(
                t.since(start),
                replace,
                modifiers,
                table,
                partitions,
                columnsSpan,
                columns,
                source,
                onDuplicateKey,
                returning);
    }

    private List<Expression.ColumnReference> columns() {
        t.expect(Token.OPEN);
        List<Expression.ColumnReference> columns = new ArrayList<>();
        if (t.accept(Token.CLOSE)) return columns;
        do columns.add(grammar.primaries.column());
        while (t.accept(Token.COMMA));
        t.expect(Token.CLOSE);
        return columns;
    }

    private Insert.Source source(@Nullable Span columnsSpan) {
        int start = t.start();
        if (t.at(SET)) {
            if (columnsSpan != null) throw t.error();
            t.next();
            List<ColumnValue> values = values();
            Insert.RowAlias alias = rowAlias();
            return new Insert.Assignments(t.since(start), values, alias);
        }
        if (t.at(VALUE) || t.at(VALUES)) return rows();
        if (t.at(Token.OPEN)) {
            // A query in parentheses, which may be an operand of UNION or have a LIMIT behind it.
            Query query = grammar.queries.query();
            return new Insert.FromQuery(t.since(start), query);
        }
        Query query = grammar.queries.query();
        return new Insert.FromQuery(query.span(), query);
    }

    private Insert.Source rows() {
        int start = t.start();
        t.next();
        List<Expression.Row> rows = new ArrayList<>();
        do {
            int rowStart = t.start();
            t.accept(ROW);
            List<Expression> items = rowValues();
            rows.add(new Expression.Row(t.since(rowStart), items));
        } while (t.accept(Token.COMMA));
        Insert.RowAlias alias = rowAlias();
        return new Insert.Rows(t.since(start), rows, alias);
    }

    private List<Expression> rowValues() {
        t.expect(Token.OPEN);
        if (t.accept(Token.CLOSE)) return List.of();
        List<Expression> values = new ArrayList<>();
        do values.add(value());
        while (t.accept(Token.COMMA));
        t.expect(Token.CLOSE);
        return values;
    }

    /** An expression, or MariaDB's IGNORE, which means DEFAULT here. */
    private Expression value() {
        if (!t.at(IGNORE)) return grammar.expressions.expression();
        Span span = t.span();
        t.next();
        return new Expression.DefaultValue(span);
    }

    private Insert.@Nullable RowAlias rowAlias() {
        int start = t.start();
        if (!t.accept(AS)) return null;
        Identifier name = t.identifier();
        List<Identifier> columns = t.at(Token.OPEN) ? grammar.tables.identifiers() : List.of();
        return new Insert.RowAlias(t.since(start), name, columns);
    }

    private Insert.@Nullable OnDuplicateKey onDuplicateKey() {
        int start = t.start();
        if (!t.accept(ON)) return null;
        t.expect(DUPLICATE);
        t.expect(KEY);
        t.expect(UPDATE);
        List<ColumnValue> values = values();
        return new Insert.OnDuplicateKey(t.since(start), values);
    }

    private DataChange.@Nullable Returning returning() {
        int start = t.start();
        if (!t.accept(RETURNING)) return null;
        List<Select.Item> items = grammar.queries.items();
        return new DataChange.Returning(t.since(start), items);
    }

    /** {@code a = 1, b = 2}; {@code :=} is taken as {@code =}. */
    private List<ColumnValue> values() {
        List<ColumnValue> values = new ArrayList<>();
        do {
            int start = t.start();
            Expression column = grammar.primaries.column();
            if (!t.accept(Token.EQUAL)) t.expect(Token.ASSIGN);
            Expression value = value();
            values.add(new ColumnValue(t.since(start), column, value));
        } while (t.accept(Token.COMMA));
        return values;
    }

    // ---------------------------------------------------------------- UPDATE and DELETE

    Statement update(int start, @Nullable With with) {
        t.next();
        EnumSet<Modifier> modifiers = modifiers();
        TableReference tables = grammar.tables.references();
        DataChange.Portion portion = portion();
        t.expect(SET);
        List<ColumnValue> values = values();
        Condition where = grammar.queries.condition(WHERE);
        OrderBy orderBy = grammar.queries.orderBy();
        Limit limit = grammar.queries.limit();
        DataChange.Returning returning = returning();
        return new Update(t.since(start), with, modifiers, tables, portion, values, where, orderBy, limit, returning);
    }

    private DataChange.@Nullable Portion portion() {
        int start = t.start();
        if (!t.accept(FOR, PORTION)) return null;
        t.expect(OF);
        Identifier period = t.identifier();
        t.expect(FROM);
        Expression from = grammar.expressions.bits(1);
        t.expect(TO);
        Expression to = grammar.expressions.bits(1);
        return new DataChange.Portion(t.since(start), period, from, to);
    }

    Statement delete(int start, @Nullable With with) {
        t.next();
        EnumSet<Modifier> modifiers = modifiers();
        List<Delete.Target> targets = List.of();
        if (t.accept(HISTORY)) return history(start);
        if (!t.accept(FROM)) {
            targets = targets();
            t.expect(FROM);
        } else if (listWithUsing()) {
            targets = targets();
            t.expect(USING);
        }
        TableReference tables = targets.isEmpty() ? grammar.tables.tableName() : grammar.tables.references();
        DataChange.Portion portion = portion();
        Condition where = grammar.queries.condition(WHERE);
        OrderBy orderBy = grammar.queries.orderBy();
        Limit limit = grammar.queries.limit();
        DataChange.Returning returning = returning();
        return new Delete(t.since(start), with, modifiers, targets, tables, portion, where, orderBy, limit, returning);
    }

    /** MariaDB's {@code DELETE HISTORY FROM t [BEFORE SYSTEM_TIME x]}. */
    private Statement history(int start) {
        t.expect(FROM);
        t.qualifiedName();
        grammar.tables.partitions();
        if (t.accept(BEFORE)) {
            t.expect(SYSTEM_TIME);
            if (t.at(TRANSACTION) || t.at(TIMESTAMP) && t.kind(1) != Token.STRING && t.kind(1) != Token.OPEN) t.next();
            grammar.expressions.bits(1);
        }
        return new OperatorStatement.Other(t.since(start), "DELETE HISTORY");
    }

    private boolean listWithUsing() {
        for (int ahead = 0; ; ahead++) {
            switch (t.kind(ahead)) {
                case WORD -> {
                    Word word = t.word(ahead);
                    if (word == USING) return true;
                    if (word != null && word.reserved) return false;
                }
                case QUOTED, DOT, COMMA, STAR -> {}
                default -> {
                    return false;
                }
            }
        }
    }

    private List<Delete.Target> targets() {
        List<Delete.Target> targets = new ArrayList<>();
        do {
            int start = t.start();
            Identifier first = t.identifier();
            Identifier second = null;
            if (t.accept(Token.DOT) && !t.accept(Token.STAR)) {
                second = t.anyIdentifier();
                if (t.accept(Token.DOT)) t.expect(Token.STAR);
            }
            QualifiedName name = second == null
                    ? new QualifiedName(first.span(), null, first)
                    : new QualifiedName(first.span().to(second.span()), first, second);
            targets.add(new Delete.Target(t.since(start), name));
        } while (t.accept(Token.COMMA));
        return targets;
    }

    // ---------------------------------------------------------------- the others

    Statement load() {
        int start = t.start();
        t.next();
        boolean xml = t.at(XML);
        if (!t.accept(DATA)) t.expect(XML);
        EnumSet<Modifier> modifiers = EnumSet.noneOf(Modifier.class);
        if (t.accept(LOW_PRIORITY)) modifiers.add(Modifier.LOW_PRIORITY);
        else if (t.accept(CONCURRENT)) modifiers.add(Modifier.CONCURRENT);
        boolean local = t.accept(LOCAL);
        t.expect(INFILE);
        String file = grammar.primaries.stringLiteral().value();
        if (t.accept(REPLACE)) modifiers.add(Modifier.REPLACE);
        else if (t.accept(IGNORE)) modifiers.add(Modifier.IGNORE);
        t.expect(INTO);
        t.expect(TABLE);
        QualifiedName table = t.qualifiedName();
        List<Identifier> partitions = grammar.tables.partitions();
        Identifier charset = null;
        if (t.accept(CHARSET) || t.accept(CHARACTER, SET)) charset = grammar.expressions.collationName();
        if (xml && t.accept(ROWS)) {
            t.expect(IDENTIFIED);
            t.expect(BY);
            t.string();
        }
        FileFormatParser format = new FileFormatParser(grammar);
        LoadData.Fields fields = format.fields();
        LoadData.Lines lines = format.lines();
        long ignoreLines = 0;
        if (t.accept(IGNORE)) {
            ignoreLines = t.integer();
            if (!t.accept(LINES)) t.expect(ROWS);
        }
        List<Expression> targets = loadTargets();
        List<ColumnValue> values = t.accept(SET) ? values() : List.of();
        return new LoadData(
                t.since(start),
                xml,
                local,
                modifiers,
                file,
                table,
                partitions,
                charset,
                fields,
                lines,
                ignoreLines,
                targets,
                values);
    }

    private List<Expression> loadTargets() {
        if (!t.accept(Token.OPEN)) return List.of();
        List<Expression> targets = new ArrayList<>();
        if (t.accept(Token.CLOSE)) return targets;
        do targets.add(t.at(Token.USER_VARIABLE) ? grammar.primaries.userVariableName() : grammar.primaries.column());
        while (t.accept(Token.COMMA));
        t.expect(Token.CLOSE);
        return targets;
    }

    Statement call() {
        int start = t.start();
        t.next();
        QualifiedName name = t.qualifiedName();
        List<Expression> arguments = t.at(Token.OPEN) ? grammar.expressions.parenthesizedList() : List.of();
        return new DataChange.Call(t.since(start), name, arguments);
    }

    Statement doStatement() {
        int start = t.start();
        t.next();
        List<Expression> expressions = new ArrayList<>();
        do {
            expressions.add(grammar.expressions.expression());
            if (t.accept(AS) || t.atIdentifier() || t.at(Token.STRING)) t.identifierOrString();
        } while (t.accept(Token.COMMA));
        return new DataChange.Do(t.since(start), expressions);
    }

    Statement handler() {
        int start = t.start();
        t.next();
        QualifiedName table = t.qualifiedName();
        String verb = t.text().toUpperCase(Locale.ROOT);
        if (t.accept(OPEN)) grammar.tables.alias();
        else if (!t.accept(CLOSE)) {
            t.expect(READ);
            handlerRead();
        }
        return new DataChange.Handler(t.since(start), table, verb);
    }

    private void handlerRead() {
        boolean plain = t.accept(FIRST) || t.accept(NEXT);
        if (!plain) {
            if (t.at(PRIMARY)) t.anyIdentifier();
            else t.identifier();
            if (!t.accept(FIRST) && !t.accept(NEXT) && !t.accept(PREV) && !t.accept(LAST)) {
                switch (t.kind()) {
                    case EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL -> t.next();
                    default -> throw t.error();
                }
                grammar.expressions.parenthesizedList();
            }
        }
        grammar.queries.condition(WHERE);
        grammar.queries.limit();
    }
}
