package drds.parser;

import static drds.parser.Word.*;

import drds.parser.TableReference.Join;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tables and joins. */
final class TableReferenceParser {
    private final Tokens t;
    private final Grammar grammar;

    TableReferenceParser(Grammar grammar) {
        this.t = grammar.tokens;
        this.grammar = grammar;
    }

    /** Table references separated by commas. */
    TableReference references() {
        int start = t.start();
        TableReference left = reference();
        while (t.accept(Token.COMMA)) {
            TableReference right = reference();
            left = new Join(t.since(start), Join.Kind.COMMA, left, right, null, List.of());
        }
        return left;
    }

    /**
     * A table with all joins that follow. The right side of a join takes what it can, as in {@code a JOIN b JOIN c ON x
     * ON y}; where it leaves no condition for the join itself, the tree is turned to lean to the left, as MySQL does.
     */
    private TableReference reference() {
        grammar.enter();
        int start = t.start();
        TableReference left = factor();
        while (true) {
            Join.Kind kind = joinOperator();
            if (kind == null) break;
            if (isNatural(kind)) {
                TableReference right = factor();
                left = new Join(t.since(start), kind, left, right, null, List.of());
                continue;
            }
            TableReference right = reference();
            left = conditioned(start, kind, left, right);
        }
        grammar.leave();
        return left;
    }

    private static boolean isNatural(Join.Kind kind) {
        return kind == Join.Kind.NATURAL || kind == Join.Kind.NATURAL_LEFT || kind == Join.Kind.NATURAL_RIGHT;
    }

    private TableReference conditioned(int start, Join.Kind kind, TableReference left, TableReference right) {
        int on = t.start();
        if (t.accept(ON)) {
            Expression expression = grammar.expressions.expression();
            Condition condition = new Condition(t.since(on), expression);
            return new Join(t.since(start), kind, left, right, condition, List.of());
        }
        if (t.accept(USING)) {
            List<Identifier> columns = identifiers();
            return new Join(t.since(start), kind, left, right, null, columns);
        }
        if (kind == Join.Kind.LEFT || kind == Join.Kind.RIGHT) throw t.error();
        return leaningLeft(start, kind, left, right);
    }

    private static TableReference leaningLeft(int start, Join.Kind kind, TableReference left, TableReference right) {
        Span span = new Span(start, right.end());
        if (!(right instanceof Join join)) return new Join(span, kind, left, right, null, List.of());
        TableReference inner = leaningLeft(start, kind, left, join.left());
        return new Join(span, join.kind(), inner, join.right(), join.on(), join.using());
    }

    /** The join operator here, behind which the parser stands then; null if there is none. */
    private Join.@Nullable Kind joinOperator() {
        if (!t.at(Token.WORD)) return null;
        switch (t.word()) {
            case JOIN -> {
                t.next();
                return Join.Kind.INNER;
            }
            case INNER, CROSS -> {
                Join.Kind kind = t.at(INNER) ? Join.Kind.INNER : Join.Kind.CROSS;
                t.next();
                t.expect(JOIN);
                return kind;
            }
            case STRAIGHT_JOIN -> {
                t.next();
                return Join.Kind.STRAIGHT;
            }
            case LEFT, RIGHT -> {
                Join.Kind kind = t.at(LEFT) ? Join.Kind.LEFT : Join.Kind.RIGHT;
                t.next();
                t.accept(OUTER);
                t.expect(JOIN);
                return kind;
            }
            case NATURAL -> {
                return natural();
            }
            case null, default -> {
                return null;
            }
        }
    }

    private Join.Kind natural() {
        t.next();
        Join.Kind kind = Join.Kind.NATURAL;
        if (t.at(LEFT) || t.at(RIGHT)) {
            kind = t.at(LEFT) ? Join.Kind.NATURAL_LEFT : Join.Kind.NATURAL_RIGHT;
            t.next();
            t.accept(OUTER);
        } else if (t.accept(STRAIGHT_JOIN)) {
            return kind;
        } else t.accept(INNER);
        t.expect(JOIN);
        return kind;
    }

    // ---------------------------------------------------------------- one table

    private TableReference factor() {
        int start = t.start();
        if (t.at(Token.OPEN)) {
            if (grammar.primaries.queryInside(0)) return derived(start, false);
            t.next();
            TableReference inner = references();
            t.expect(Token.CLOSE);
            return new TableReference.ParenthesizedTables(t.since(start), inner);
        }
        if (t.accept(Token.OPEN_BRACE)) {
            t.identifier();
            TableReference inner = reference();
            t.expect(Token.CLOSE_BRACE);
            return new TableReference.ParenthesizedTables(t.since(start), inner);
        }
        if (t.at(LATERAL) && t.kind(1) == Token.OPEN) {
            t.next();
            return derived(start, true);
        }
        if (t.at(JSON_TABLE) && t.kind(1) == Token.OPEN) return jsonTable(start);
        if (t.at(DUAL)) {
            t.next();
            return new TableReference.Dual(t.since(start));
        }
        return tableName();
    }

    private TableReference derived(int start, boolean lateral) {
        t.expect(Token.OPEN);
        Query query = grammar.queries.query();
        t.expect(Token.CLOSE);
        Identifier alias = alias();
        List<Identifier> columns = alias != null && t.at(Token.OPEN) ? identifiers() : List.of();
        return new TableReference.DerivedTable(t.since(start), lateral, query, alias, columns);
    }

    /** A table's name with all that may follow it in FROM. */
    TableReference.TableName tableName() {
        int start = t.start();
        QualifiedName name = t.qualifiedName();
        List<Identifier> partitions = partitions();
        TableReference.SystemTime systemTime = systemTime();
        int aliasPosition = t.lastEnd();
        Identifier alias = alias();
        List<TableReference.IndexHint> hints = indexHints();
        return new TableReference.TableName(t.since(start), name, partitions, systemTime, alias, aliasPosition, hints);
    }

    /** {@code [AS] alias}, if it is here. */
    @Nullable
    Identifier alias() {
        if (t.accept(AS)) return t.at(Token.STRING) ? t.identifierOrString() : t.identifier();
        if (!t.atIdentifier() || t.at(WINDOW)) return null;
        return t.identifier();
    }

    /** {@code PARTITION (a, b)}, if it is here. */
    List<Identifier> partitions() {
        if (!t.at(PARTITION) || t.kind(1) != Token.OPEN) return List.of();
        t.next();
        return identifiers();
    }

    /** {@code (a, b)}, perhaps empty. */
    List<Identifier> identifiers() {
        t.expect(Token.OPEN);
        List<Identifier> list = new ArrayList<>(4);
        if (t.accept(Token.CLOSE)) return list;
        do list.add(t.identifier());
        while (t.accept(Token.COMMA));
        t.expect(Token.CLOSE);
        return list;
    }

    private TableReference.@Nullable SystemTime systemTime() {
        if (!t.at(FOR) || t.word(1) != SYSTEM_TIME) return null;
        int start = t.start();
        t.next();
        t.next();
        List<Expression> points = new ArrayList<>(2);
        if (t.accept(AS)) {
            t.expect(OF);
            points.add(point());
        } else if (t.accept(BETWEEN)) {
            points.add(point());
            t.expect(AND);
            points.add(point());
        } else if (t.accept(FROM)) {
            points.add(point());
            t.expect(TO);
            points.add(point());
        } else t.expect(ALL);
        return new TableReference.SystemTime(t.since(start), points);
    }

    private Expression point() {
        boolean word = t.at(TRANSACTION) || t.at(TIMESTAMP) && t.kind(1) != Token.STRING && t.kind(1) != Token.OPEN;
        if (word) t.next();
        return grammar.expressions.bits(1);
    }

    private List<TableReference.IndexHint> indexHints() {
        if (!t.at(USE) && !t.at(FORCE) && !t.at(IGNORE)) return List.of();
        List<TableReference.IndexHint> hints = new ArrayList<>(1);
        while (true) {
            TableReference.IndexHint.Kind kind = switch (t.word()) {
                case USE -> TableReference.IndexHint.Kind.USE;
                case FORCE -> TableReference.IndexHint.Kind.FORCE;
                case IGNORE -> TableReference.IndexHint.Kind.IGNORE;
                case null, default -> null;
            };
            if (kind == null || t.word(1) != INDEX && t.word(1) != KEY) return hints;
            int start = t.start();
            t.next();
            t.next();
            if (t.accept(FOR) && !t.accept(JOIN) && !t.accept(ORDER, BY)) t.expect(GROUP, BY);
            t.expect(Token.OPEN);
            List<Identifier> indexes = new ArrayList<>(1);
            while (!t.at(Token.CLOSE)) {
                indexes.add(t.at(PRIMARY) ? t.anyIdentifier() : t.identifier());
                if (!t.accept(Token.COMMA)) break;
            }
            t.expect(Token.CLOSE);
            hints.add(new TableReference.IndexHint(t.since(start), kind, indexes));
        }
    }

    // ---------------------------------------------------------------- JSON_TABLE

    private TableReference jsonTable(int start) {
        t.next();
        t.expect(Token.OPEN);
        Expression document = grammar.expressions.expression();
        t.expect(Token.COMMA);
        Expression path = grammar.expressions.expression();
        List<TableReference.JsonColumn> columns = jsonColumns();
        t.expect(Token.CLOSE);
        Identifier alias = alias();
        if (alias == null) throw t.error();
        return new TableReference.JsonTable(t.since(start), document, path, columns, alias);
    }

    private List<TableReference.JsonColumn> jsonColumns() {
        t.expect(COLUMNS);
        t.expect(Token.OPEN);
        List<TableReference.JsonColumn> columns = new ArrayList<>();
        do columns.add(jsonColumn());
        while (t.accept(Token.COMMA));
        t.expect(Token.CLOSE);
        return columns;
    }

    private TableReference.JsonColumn jsonColumn() {
        int start = t.start();
        if (t.at(NESTED) && (t.word(1) == PATH || t.kind(1) == Token.STRING)) {
            t.next();
            t.accept(PATH);
            Expression path = grammar.primaries.stringLiteral();
            List<TableReference.JsonColumn> nested = jsonColumns();
            return new TableReference.JsonColumn(t.since(start), null, null, path, nested);
        }
        Identifier name = t.identifier();
        if (t.accept(FOR, ORDINALITY)) {
            return new TableReference.JsonColumn(t.since(start), name, null, null, List.of());
        }
        DataType type = new TypeParser(grammar).castType();
        t.accept(EXISTS);
        t.expect(PATH);
        Expression path = grammar.primaries.stringLiteral();
        jsonResponses();
        return new TableReference.JsonColumn(t.since(start), name, type, path, List.of());
    }

    /** {@code NULL | ERROR | DEFAULT x ON EMPTY | ERROR}, any number of times. */
    void jsonResponses() {
        while (true) {
            if (t.at(DEFAULT)) {
                t.next();
                grammar.expressions.bits(1);
            } else if (!t.accept(NULL) && !t.accept(ERROR)) return;
            t.expect(ON);
            if (!t.accept(EMPTY)) t.expect(ERROR);
        }
    }
}
