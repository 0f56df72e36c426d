package drds.parser;

import static drds.parser.Word.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Indexes and keys, DRDS's global ones too. */
final class IndexParser {
    private final Tokens t;
    private final Grammar grammar;

    IndexParser(Grammar grammar) {
        this.t = grammar.tokens;
        this.grammar = grammar;
    }

    /** The words that begin an index: what it is, up to INDEX or KEY. */
    record Head(IndexDefinition.Kind kind, boolean global, boolean clustered) {}

    /** Whether the words here begin an index and not a column of such a name. */
    boolean atIndex() {
        Word next = t.word(1);
        return switch (t.word()) {
            case PRIMARY, UNIQUE, INDEX, KEY, FULLTEXT, SPATIAL -> true;
            case VECTOR -> next == INDEX || next == KEY;
            case GLOBAL, CLUSTERED -> next == INDEX || next == KEY || next == UNIQUE || next == CLUSTERED;
            case null, default -> false;
        };
    }

    Head head() {
        boolean global = false;
        boolean clustered = false;
        IndexDefinition.Kind kind = IndexDefinition.Kind.INDEX;
        while (true) {
            switch (t.word()) {
                case PRIMARY -> {
                    t.next();
                    t.expect(KEY);
                    return new Head(IndexDefinition.Kind.PRIMARY, false, false);
                }
                case UNIQUE -> kind = IndexDefinition.Kind.UNIQUE;
                case FULLTEXT -> kind = IndexDefinition.Kind.FULLTEXT;
                case SPATIAL -> kind = IndexDefinition.Kind.SPATIAL;
                case VECTOR -> {
                    if (t.word(1) != INDEX && t.word(1) != KEY) return new Head(kind, global, clustered);
                    kind = IndexDefinition.Kind.VECTOR;
                }
                case GLOBAL -> {
                    if (t.word(1) != INDEX && t.word(1) != KEY && t.word(1) != UNIQUE && t.word(1) != CLUSTERED) {
                        return new Head(kind, global, clustered);
                    }
                    global = true;
                }
                case CLUSTERED -> {
                    if (t.word(1) != INDEX && t.word(1) != KEY) return new Head(kind, global, clustered);
                    global = true;
                    clustered = true;
                }
                case INDEX, KEY -> {
                    t.next();
                    return new Head(kind, global, clustered);
                }
                case null, default -> {
                    return new Head(kind, global, clustered);
                }
            }
            t.next();
        }
    }

    /** An index in CREATE TABLE or ALTER TABLE ADD, behind its CONSTRAINT if there is one. */
    IndexDefinition definition(int start, @Nullable Identifier constraint) {
        Head head = head();
        if (t.accept(IF)) {
            t.expect(NOT);
            t.expect(EXISTS);
        }
        Identifier name = null;
        boolean type = t.at(TYPE) && t.kind(1) == Token.WORD && t.word(1) != TYPE && t.word(1) != USING;
        if (!t.at(Token.OPEN) && !t.at(USING) && !type) name = t.identifier();
        String using = using();
        return rest(start, head, constraint, name, using);
    }

    /** {@code USING BTREE} or {@code TYPE BTREE}, if it is here. */
    @Nullable
    String using() {
        if (!t.accept(USING) && !t.accept(TYPE)) return null;
        return t.identifier().text().toUpperCase(Locale.ROOT);
    }

    /** From the key parts on. */
    IndexDefinition rest(
            int start, Head head, @Nullable Identifier constraint, @Nullable Identifier name, @Nullable String using) {
        List<IndexDefinition.KeyPart> parts = parts();
        List<TableOption> options = new ArrayList<>(0);
        List<Identifier> covering = List.of();
        Distribution distribution = null;
        DistributionParser distributions = new DistributionParser(grammar);
        while (true) {
            if (t.accept(NOWAIT)) continue;
            if (t.accept(COVERING)) covering = grammar.tables.identifiers();
            else if (t.at(DBPARTITION) || t.at(TBPARTITION)) distribution = distributions.distribution();
            else {
                TableOption option = new TableOptionParser(grammar).indexOption();
                if (option == null) break;
                if (option.name().equals("USING")) using = option.value().toUpperCase(Locale.ROOT);
                options.add(option);
            }
        }
        Span span = t.since(start);
        boolean global = head.global || distribution != null || !covering.isEmpty();
        return new IndexDefinition(
                span,
                head.kind,
                constraint,
                name,
                using,
                parts,
                options,
                global ? new IndexDefinition.Global(span, head.clustered, covering, distribution) : null);
    }

    private List<IndexDefinition.KeyPart> parts() {
        t.expect(Token.OPEN);
        List<IndexDefinition.KeyPart> parts = new ArrayList<>(2);
        do {
            int start = t.start();
            if (t.at(Token.OPEN)) {
                t.next();
                Expression expression = grammar.expressions.expression();
                t.expect(Token.CLOSE);
                OrderBy.Direction direction = grammar.queries.direction();
                parts.add(new IndexDefinition.KeyPart(t.since(start), null, expression, -1, direction, false));
                continue;
            }
            Identifier column = t.identifier();
            int length = -1;
            if (t.accept(Token.OPEN)) {
                length = t.smallInteger();
                t.expect(Token.CLOSE);
            }
            OrderBy.Direction direction = grammar.queries.direction();
            boolean without = t.accept(WITHOUT, OVERLAPS);
            parts.add(new IndexDefinition.KeyPart(t.since(start), column, null, length, direction, without));
        } while (t.accept(Token.COMMA));
        t.expect(Token.CLOSE);
        return parts;
    }
}
