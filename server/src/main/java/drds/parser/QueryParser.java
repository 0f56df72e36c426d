package drds.parser;

import static drds.parser.Word.*;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Queries: blocks, set operations, WITH, and the clauses behind them. */
final class QueryParser {
    private final Tokens t;
    private final Grammar grammar;

    QueryParser(Grammar grammar) {
        this.t = grammar.tokens;
        this.grammar = grammar;
    }

    /** ORDER BY, LIMIT, locking and INTO, which belong to the whole query in front of them. */
    private record Tail(
            @Nullable OrderBy orderBy,
            @Nullable Limit limit,
            List<Locking> locking,
            @Nullable Into into) {
        static final Tail NONE = new Tail(null, null, List.of(), null);

        boolean isEmpty() {
            return orderBy == null && limit == null && locking.isEmpty() && into == null;
        }
    }

    Query query() {
        int start = t.start();
        With with = t.at(WITH) ? with() : null;
        return query(start, with);
    }

    /** A query whose WITH, if there is one, has been read. */
    Query query(int start, @Nullable With with) {
        grammar.enter();
        int body = t.start();
        Query query = operand(start, with, true);
        if (atSetOperator()) {
            if (!ownTail(query).isEmpty()) throw t.error();
            query = withoutWith(query, body);
            query = setOperations(body, query, false);
            Tail tail = tail();
            query = finish((Query.SetOperation) query, start, with, tail);
        }
        grammar.leave();
        return query;
    }

    private static Tail ownTail(Query query) {
        return query instanceof Query.ParenthesizedQuery parenthesized
                ? new Tail(parenthesized.orderBy(), parenthesized.limit(), parenthesized.locking(), null)
                : new Tail(query.orderBy(), query.limit(), query.locking(), null);
    }

    private boolean atSetOperator() {
        return t.at(UNION) || t.at(INTERSECT) || t.at(EXCEPT);
    }

    private Query.SetOperation finish(Query.SetOperation q, int start, @Nullable With with, Tail tail) {
        return new Query.SetOperation(
                t.since(start),
                with,
                q.kind(),
                q.all(),
                q.left(),
                q.right(),
                tail.orderBy,
                tail.limit,
                tail.locking,
                tail.into);
    }

    /** The first operand was read as if the WITH were its own; in a set operation it belongs to the whole. */
    private static Query withoutWith(Query query, int start) {
        if (query.with() == null) return query;
        Span span = new Span(start, query.end());
        return switch (query) {
            case Select s ->
                new Select(
                        span,
                        null,
                        s.distinct(),
                        s.options(),
                        s.itemsSpan(),
                        s.items(),
                        s.from(),
                        s.where(),
                        s.groupBy(),
                        s.having(),
                        s.windows(),
                        null,
                        null,
                        List.of(),
                        s.into());
            case Query.ParenthesizedQuery p ->
                new Query.ParenthesizedQuery(span, null, p.query(), null, null, List.of(), null);
            case Query.ValuesQuery v -> new Query.ValuesQuery(span, null, v.rows(), null, null, List.of(), null);
            case Query.TableQuery q -> new Query.TableQuery(span, null, q.table(), null, null, List.of(), null);
            case Query.SetOperation o -> o;
        };
    }

    /** What follows {@code left}: INTERSECT binds closer than UNION and EXCEPT, which lean to the left. */
    private Query setOperations(int start, Query left, boolean onlyIntersect) {
        while (t.at(INTERSECT) || !onlyIntersect && (t.at(UNION) || t.at(EXCEPT))) {
            Query.SetOperation.Kind kind = t.at(UNION)
                    ? Query.SetOperation.Kind.UNION
                    : t.at(EXCEPT) ? Query.SetOperation.Kind.EXCEPT : Query.SetOperation.Kind.INTERSECT;
            t.next();
            boolean all = t.accept(ALL);
            if (!all && !t.accept(DISTINCT)) t.accept(DISTINCTROW);
            int rightStart = t.start();
            Query right = operand(rightStart, null, false);
            if (kind != Query.SetOperation.Kind.INTERSECT) right = setOperations(rightStart, right, true);
            left = new Query.SetOperation(t.since(start), null, kind, all, left, right, null, null, List.of(), null);
        }
        return left;
    }

    /** One block; {@code tail} tells whether ORDER BY and the like behind it are its own. */
    private Query operand(int start, @Nullable With with, boolean tail) {
        switch (t.word()) {
            case SELECT -> {
                return select(start, with, tail);
            }
            case VALUES -> {
                List<Expression.Row> rows = values();
                Tail end = tail ? tail() : Tail.NONE;
                return new Query.ValuesQuery(t.since(start), with, rows, end.orderBy, end.limit, end.locking, end.into);
            }
            case TABLE -> {
                t.next();
                QualifiedName table = t.qualifiedName();
                Tail end = tail ? tail() : Tail.NONE;
                return new Query.TableQuery(t.since(start), with, table, end.orderBy, end.limit, end.locking, end.into);
            }
            case null, default -> {}
        }
        t.expect(Token.OPEN);
        Query inner = query();
        t.expect(Token.CLOSE);
        Tail end = tail ? tail() : Tail.NONE;
        return new Query.ParenthesizedQuery(t.since(start), with, inner, end.orderBy, end.limit, end.locking, end.into);
    }

    private List<Expression.Row> values() {
        t.next();
        List<Expression.Row> rows = new ArrayList<>();
        do {
            int start = t.start();
            t.accept(ROW);
            List<Expression> items = grammar.expressions.parenthesizedList();
            rows.add(new Expression.Row(t.since(start), items));
        } while (t.accept(Token.COMMA));
        return rows;
    }

    private Tail tail() {
        OrderBy orderBy = orderBy();
        Limit limit = limit();
        Into into = into();
        List<Locking> locking = locking();
        if (into == null) into = into();
        if (orderBy == null && limit == null && into == null && locking.isEmpty()) return Tail.NONE;
        return new Tail(orderBy, limit, locking, into);
    }

    // ---------------------------------------------------------------- one block

    private Select select(int start, @Nullable With with, boolean ownTail) {
        t.next();
        EnumSet<Select.Option> options = EnumSet.noneOf(Select.Option.class);
        boolean distinct = options(options);
        int itemsStart = t.start();
        List<Select.Item> items = items();
        Span itemsSpan = t.since(itemsStart);
        Into into = into();
        Select.From from = from();
        Condition where = condition(WHERE);
        Select.GroupBy groupBy = groupBy();
        Condition having = condition(HAVING);
        Select.Windows windows = windows();
        Tail tail = ownTail ? tail() : Tail.NONE;
        if (into != null && tail.into != null) throw t.error();
        return new Select(
                t.since(start),
                with,
                distinct,
                options,
                itemsSpan,
                items,
                from,
                where,
                groupBy,
                having,
                windows,
                tail.orderBy,
                tail.limit,
                tail.locking,
                into != null ? into : tail.into);
    }

    private boolean options(EnumSet<Select.Option> options) {
        boolean distinct = false;
        while (true) {
            switch (t.word()) {
                case DISTINCT, DISTINCTROW -> distinct = true;
                case ALL -> options.add(Select.Option.ALL);
                case HIGH_PRIORITY -> options.add(Select.Option.HIGH_PRIORITY);
                case STRAIGHT_JOIN -> options.add(Select.Option.STRAIGHT_JOIN);
                case SQL_SMALL_RESULT -> options.add(Select.Option.SQL_SMALL_RESULT);
                case SQL_BIG_RESULT -> options.add(Select.Option.SQL_BIG_RESULT);
                case SQL_BUFFER_RESULT -> options.add(Select.Option.SQL_BUFFER_RESULT);
                case SQL_CACHE -> options.add(Select.Option.SQL_CACHE);
                case SQL_NO_CACHE -> options.add(Select.Option.SQL_NO_CACHE);
                case SQL_CALC_FOUND_ROWS -> options.add(Select.Option.SQL_CALC_FOUND_ROWS);
                case null, default -> {
                    return distinct;
                }
            }
            t.next();
        }
    }

    /** A select list, also that of RETURNING. */
    List<Select.Item> items() {
        List<Select.Item> items = new ArrayList<>();
        do {
            // A bare star comes first or not at all.
            if (!items.isEmpty() && t.at(Token.STAR)) throw t.error();
            items.add(item());
        } while (t.accept(Token.COMMA));
        return items;
    }

    private Select.Item item() {
        int start = t.start();
        if (t.accept(Token.STAR)) return new Select.Wildcard(t.since(start), null, null);
        if (t.atIdentifier() && t.kind(1) == Token.DOT) {
            if (t.kind(2) == Token.STAR) {
                Identifier table = t.identifier();
                t.next();
                t.next();
                return new Select.Wildcard(t.since(start), null, table);
            }
            if (t.kind(3) == Token.DOT && t.kind(4) == Token.STAR) {
                Identifier schema = t.identifier();
                t.next();
                Identifier table = t.anyIdentifier();
                t.next();
                t.next();
                return new Select.Wildcard(t.since(start), schema, table);
            }
        }
        Expression expression = grammar.expressions.expression();
        Span expressionSpan = t.since(start);
        Identifier alias = null;
        if (t.accept(AS) || t.at(Token.STRING) || t.atIdentifier()) alias = t.identifierOrString();
        return new Select.ExpressionItem(t.since(start), expressionSpan, expression, alias);
    }

    private Select.@Nullable From from() {
        int start = t.start();
        if (!t.accept(FROM)) return null;
        TableReference tables = grammar.tables.references();
        return new Select.From(t.since(start), tables);
    }

    /** WHERE or HAVING, if it is here. */
    @Nullable
    Condition condition(Word word) {
        int start = t.start();
        if (!t.accept(word)) return null;
        Expression expression = grammar.expressions.expression();
        return new Condition(t.since(start), expression);
    }

    private Select.@Nullable GroupBy groupBy() {
        int start = t.start();
        if (!t.accept(GROUP)) return null;
        t.expect(BY);
        List<OrderBy.Item> items = orderItems();
        boolean rollup = t.accept(WITH, ROLLUP);
        return new Select.GroupBy(t.since(start), items, rollup);
    }

    private Select.@Nullable Windows windows() {
        int start = t.start();
        if (!t.accept(WINDOW)) return null;
        List<Select.WindowDefinition> definitions = new ArrayList<>();
        do {
            int definition = t.start();
            Identifier name = t.identifier();
            t.expect(AS);
            WindowSpecification window = windowSpecification();
            definitions.add(new Select.WindowDefinition(t.since(definition), name, window));
        } while (t.accept(Token.COMMA));
        return new Select.Windows(t.since(start), definitions);
    }

    // ---------------------------------------------------------------- clauses

    @Nullable
    OrderBy orderBy() {
        int start = t.start();
        if (!t.accept(ORDER)) return null;
        t.expect(BY);
        List<OrderBy.Item> items = orderItems();
        return new OrderBy(t.since(start), items);
    }

    private List<OrderBy.Item> orderItems() {
        List<OrderBy.Item> items = new ArrayList<>(2);
        do {
            int start = t.start();
            Expression expression = grammar.expressions.expression();
            OrderBy.Direction direction = direction();
            items.add(new OrderBy.Item(t.since(start), expression, direction));
        } while (t.accept(Token.COMMA));
        return items;
    }

    OrderBy.@Nullable Direction direction() {
        if (t.accept(ASC)) return OrderBy.Direction.ASC;
        return t.accept(DESC) ? OrderBy.Direction.DESC : null;
    }

    @Nullable
    Limit limit() {
        int start = t.start();
        if (t.at(OFFSET) || t.at(FETCH)) return fetch(start);
        if (!t.accept(LIMIT)) return null;
        if (t.at(ROWS)) {
            Expression examined = rowsExamined();
            return new Limit(t.since(start), null, null, false, examined);
        }
        Expression first = limitValue();
        Expression second = null;
        boolean offsetFirst = t.accept(Token.COMMA);
        if (offsetFirst || t.accept(OFFSET)) second = limitValue();
        Expression examined = t.at(ROWS) ? rowsExamined() : null;
        return offsetFirst
                ? new Limit(t.since(start), second, first, false, examined)
                : new Limit(t.since(start), first, second, false, examined);
    }

    private Expression rowsExamined() {
        t.expect(ROWS, EXAMINED);
        return limitValue();
    }

    private Limit fetch(int start) {
        Expression offset = null;
        if (t.accept(OFFSET)) {
            offset = limitValue();
            if (!t.accept(ROW)) t.expect(ROWS);
        }
        Expression count = null;
        boolean ties = false;
        if (t.accept(FETCH)) {
            if (!t.accept(FIRST)) t.expect(NEXT);
            if (!t.at(ROW) && !t.at(ROWS)) count = limitValue();
            if (!t.accept(ROW)) t.expect(ROWS);
            if (t.accept(WITH)) {
                t.expect(TIES);
                ties = true;
            } else t.expect(ONLY);
        }
        return new Limit(t.since(start), count, offset, ties, null);
    }

    private Expression limitValue() {
        switch (t.kind()) {
            case INTEGER, PARAMETER, WORD, QUOTED, HEX, BIT, USER_VARIABLE -> {}
            default -> throw t.error();
        }
        return grammar.expressions.bits(8);
    }

    private List<Locking> locking() {
        if (!t.at(FOR) && !t.at(LOCK)) return List.of();
        List<Locking> list = new ArrayList<>(1);
        while (true) {
            int start = t.start();
            Locking.Strength strength;
            if (t.accept(FOR, UPDATE)) strength = Locking.Strength.UPDATE;
            else if (t.accept(FOR, SHARE)) strength = Locking.Strength.SHARE;
            else if (t.accept(LOCK, IN, SHARE)) {
                t.expect(MODE);
                strength = Locking.Strength.SHARE;
            } else return list;
            List<Identifier> tables = new ArrayList<>(0);
            if (t.accept(OF)) {
                do tables.add(t.identifier());
                while (t.accept(Token.COMMA));
            }
            boolean noWait = t.accept(NOWAIT);
            boolean skip = !noWait && t.accept(SKIP, LOCKED);
            Expression seconds = !noWait && !skip && t.accept(WAIT) ? limitValue() : null;
            list.add(new Locking(t.since(start), strength, tables, noWait, skip, seconds));
        }
    }

    private @Nullable Into into() {
        int start = t.start();
        if (!t.accept(INTO)) return null;
        if (t.accept(OUTFILE)) {
            String name = t.string();
            if (t.at(CHARACTER) || t.at(CHARSET)) {
                if (t.accept(CHARACTER)) t.expect(SET);
                else t.next();
                grammar.expressions.collationName();
            }
            FileFormatParser format = new FileFormatParser(grammar);
            format.fields();
            format.lines();
            return new Into.File(t.since(start), false, name);
        }
        if (t.accept(DUMPFILE)) {
            String name = t.string();
            return new Into.File(t.since(start), true, name);
        }
        List<Expression> targets = new ArrayList<>();
        do targets.add(t.at(Token.USER_VARIABLE) ? grammar.primaries.userVariableName() : grammar.primaries.column());
        while (t.accept(Token.COMMA));
        return new Into.Variables(t.since(start), targets);
    }

    With with() {
        int start = t.start();
        t.expect(WITH);
        boolean recursive = t.accept(RECURSIVE);
        List<With.CommonTable> tables = new ArrayList<>(2);
        do {
            int tableStart = t.start();
            Identifier name = t.identifier();
            List<Identifier> columns = t.at(Token.OPEN) ? grammar.tables.identifiers() : List.of();
            t.expect(AS);
            t.expect(Token.OPEN);
            Query query = query();
            t.expect(Token.CLOSE);
            List<Identifier> cycle = new ArrayList<>(0);
            if (t.accept(CYCLE)) {
                do cycle.add(t.identifier());
                while (t.accept(Token.COMMA));
                t.expect(RESTRICT);
            }
            tables.add(new With.CommonTable(t.since(tableStart), name, columns, query, cycle));
        } while (t.accept(Token.COMMA));
        return new With(t.since(start), recursive, tables);
    }

    WindowSpecification windowSpecification() {
        int start = t.start();
        t.expect(Token.OPEN);
        Identifier base = t.atIdentifier() ? t.identifier() : null;
        List<Expression> partitionBy = List.of();
        if (t.accept(PARTITION)) {
            t.expect(BY);
            partitionBy = grammar.expressions.list();
        }
        OrderBy orderBy = orderBy();
        WindowSpecification.Frame frame = frame();
        t.expect(Token.CLOSE);
        return new WindowSpecification(t.since(start), base, partitionBy, orderBy, frame);
    }

    private WindowSpecification.@Nullable Frame frame() {
        int start = t.start();
        WindowSpecification.Frame.Unit unit;
        if (t.accept(ROWS)) unit = WindowSpecification.Frame.Unit.ROWS;
        else if (t.accept(RANGE)) unit = WindowSpecification.Frame.Unit.RANGE;
        else if (t.accept(GROUPS)) unit = WindowSpecification.Frame.Unit.GROUPS;
        else return null;
        WindowSpecification.Bound first;
        WindowSpecification.Bound last = null;
        if (t.accept(BETWEEN)) {
            first = bound();
            t.expect(AND);
            last = bound();
        } else first = bound();
        if (t.accept(EXCLUDE)) {
            if (!t.accept(CURRENT, ROW) && !t.accept(GROUP) && !t.accept(TIES)) t.expect(NO, OTHERS);
        }
        return new WindowSpecification.Frame(t.since(start), unit, first, last);
    }

    private WindowSpecification.Bound bound() {
        int start = t.start();
        if (t.accept(CURRENT, ROW)) {
            return new WindowSpecification.Bound(t.since(start), WindowSpecification.Bound.Kind.CURRENT_ROW, null);
        }
        boolean unbounded = t.accept(UNBOUNDED);
        Expression distance = unbounded ? null : grammar.expressions.bits(1);
        boolean preceding = t.accept(PRECEDING);
        if (!preceding) t.expect(FOLLOWING);
        WindowSpecification.Bound.Kind kind = preceding
                ? unbounded
                        ? WindowSpecification.Bound.Kind.UNBOUNDED_PRECEDING
                        : WindowSpecification.Bound.Kind.PRECEDING
                : unbounded
                        ? WindowSpecification.Bound.Kind.UNBOUNDED_FOLLOWING
                        : WindowSpecification.Bound.Kind.FOLLOWING;
        return new WindowSpecification.Bound(t.since(start), kind, distance);
    }
}
