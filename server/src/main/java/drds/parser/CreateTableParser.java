package drds.parser;

import static drds.parser.Word.*;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** CREATE TABLE. */
final class CreateTableParser {
    private final Tokens t;
    private final Grammar grammar;

    CreateTableParser(Grammar grammar) {
        this.t = grammar.tokens;
        this.grammar = grammar;
    }

    /** From TABLE on. */
    Statement create(int start, boolean orReplace, boolean temporary) {
        t.next();
        boolean ifNotExists = t.accept(IF, NOT, EXISTS);
        QualifiedName table = t.qualifiedName();
        Span elementsSpan = null;
        List<TableElement> elements = List.of();
        QualifiedName like = null;
        if (t.accept(LIKE)) like = t.qualifiedName();
        else if (t.at(Token.OPEN) && t.word(1) == LIKE) {
            t.next();
            t.next();
            like = t.qualifiedName();
            t.expect(Token.CLOSE);
        } else if (t.at(Token.OPEN) && !grammar.primaries.queryInside(0)) {
            int open = t.start();
            elements = elements();
            elementsSpan = t.since(open);
        }
        List<TableOption> options = new ArrayList<>();
        PartitionBy partitionBy = null;
        Distribution distribution = null;
        DistributionParser distributions = new DistributionParser(grammar);
        TableOptionParser optionParser = new TableOptionParser(grammar);
        while (!t.atEnd()) {
            if (t.at(PARTITION) && partitionBy == null) partitionBy = new PartitionParser(grammar).partitionBy();
            else if (distribution == null && distributions.atDistribution())
                distribution = distributions.distribution();
            else {
                t.accept(Token.COMMA);
                TableOption option = optionParser.tableOption();
                if (option == null) break;
                options.add(option);
            }
        }
        int queryStart = t.start();
        Query query = like == null ? query() : null;
        Span querySpan = query == null ? null : t.since(queryStart);
        return new CreateTable(
                t.since(start),
                orReplace,
                temporary,
                ifNotExists,
                table,
                elementsSpan,
                elements,
                like,
                options,
                partitionBy,
                distribution,
                query,
                querySpan);
    }

    private @Nullable Query query() {
        if (!t.accept(IGNORE)) t.accept(REPLACE);
        boolean as = t.accept(AS);
        if (!as && !grammar.primaries.queryAt(0) && !grammar.primaries.queryInside(0)) return null;
        return grammar.queries.query();
    }

    /** The list of columns and indexes. */
    private List<TableElement> elements() {
        t.expect(Token.OPEN);
        List<TableElement> elements = new ArrayList<>();
        do elements.add(element());
        while (t.accept(Token.COMMA));
        t.expect(Token.CLOSE);
        return elements;
    }

    TableElement element() {
        int start = t.start();
        IndexParser indexes = new IndexParser(grammar);
        Identifier constraint = null;
        boolean constrained = t.accept(CONSTRAINT);
        if (constrained) {
            if (t.accept(IF)) {
                t.expect(NOT);
                t.expect(EXISTS);
            }
            if (t.atIdentifier()) constraint = t.identifier();
        }
        if (indexes.atIndex()) return indexes.definition(start, constraint);
        if (t.at(FOREIGN)) return foreignKey(start, constraint);
        if (t.at(CHECK)) {
            Expression condition = check();
            return new TableElement.Check(t.since(start), constraint, condition);
        }
        if (constrained) throw t.error();
        if (t.at(PERIOD) && t.word(1) == FOR) return period(start);
        return new ColumnParser(grammar).column();
    }

    /** {@code CHECK (condition) [[NOT] ENFORCED]}. */
    Expression check() {
        t.expect(CHECK);
        t.expect(Token.OPEN);
        Expression condition = grammar.expressions.expression();
        t.expect(Token.CLOSE);
        if (!t.accept(NOT, ENFORCED)) t.accept(ENFORCED);
        return condition;
    }

    private TableElement foreignKey(int start, @Nullable Identifier constraint) {
        t.next();
        t.expect(KEY);
        if (t.accept(IF)) {
            t.expect(NOT);
            t.expect(EXISTS);
        }
        Identifier index = t.at(Token.OPEN) ? null : t.identifier();
        List<Identifier> columns = foreignKeyColumns();
        TableElement.References references = new ColumnParser(grammar).references();
        return new TableElement.ForeignKey(t.since(start), constraint, index, columns, references);
    }

    /** Column names; lengths and directions are taken as MySQL takes them: for nothing. */
    private List<Identifier> foreignKeyColumns() {
        t.expect(Token.OPEN);
        List<Identifier> columns = new ArrayList<>(1);
        do {
            columns.add(t.identifier());
            if (t.accept(Token.OPEN)) {
                t.integer();
                t.expect(Token.CLOSE);
            }
            grammar.queries.direction();
        } while (t.accept(Token.COMMA));
        t.expect(Token.CLOSE);
        return columns;
    }

    private TableElement period(int start) {
        t.next();
        t.next();
        if (t.accept(IF)) {
            t.expect(NOT);
            t.expect(EXISTS);
        }
        Identifier name = t.identifier();
        t.expect(Token.OPEN);
        Identifier from = t.identifier();
        t.expect(Token.COMMA);
        Identifier to = t.identifier();
        t.expect(Token.CLOSE);
        return new TableElement.Period(t.since(start), name, from, to);
    }
}
