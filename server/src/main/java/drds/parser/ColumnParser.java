package drds.parser;

import static drds.parser.Word.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Column definitions. */
final class ColumnParser {
    private final Tokens t;
    private final Grammar grammar;

    ColumnParser(Grammar grammar) {
        this.t = grammar.tokens;
        this.grammar = grammar;
    }

    ColumnDefinition column() {
        int start = t.start();
        Identifier name = t.identifier();
        boolean untyped = t.at(AS) || t.at(GENERATED) || t.at(Token.COMMA) || t.at(Token.CLOSE);
        DataType type = untyped ? null : new TypeParser(grammar).columnType();
        List<ColumnAttribute> attributes = new ArrayList<>(2);
        for (ColumnAttribute next = attribute(); next != null; next = attribute()) attributes.add(next);
        return new ColumnDefinition(t.since(start), name, type, attributes);
    }

    private @Nullable ColumnAttribute attribute() {
        int start = t.start();
        Word word = t.word();
        if (word == null) return engineDefined(start);
        switch (word) {
            case NOT -> {
                t.next();
                t.expect(NULL);
                return new ColumnAttribute.NotNull(t.since(start));
            }
            case NULL -> {
                t.next();
                return new ColumnAttribute.Null(t.since(start));
            }
            case DEFAULT -> {
                t.next();
                Expression value = defaultValue();
                return new ColumnAttribute.Default(t.since(start), value);
            }
            case ON -> {
                t.next();
                t.expect(UPDATE);
                Expression value = defaultValue();
                return new ColumnAttribute.OnUpdate(t.since(start), value);
            }
            case AUTO_INCREMENT -> {
                return autoIncrement(start);
            }
            case PRIMARY -> {
                t.next();
                t.expect(KEY);
                return new ColumnAttribute.PrimaryKey(t.since(start));
            }
            case KEY -> {
                t.next();
                return new ColumnAttribute.PrimaryKey(t.since(start));
            }
            case UNIQUE -> {
                t.next();
                t.accept(KEY);
                return new ColumnAttribute.Unique(t.since(start));
            }
            case COMMENT -> {
                t.next();
                String text = grammar.primaries.stringLiteral().value();
                return new ColumnAttribute.Comment(t.since(start), text);
            }
            case COLLATE -> {
                t.next();
                Identifier collation = grammar.expressions.collationName();
                return new ColumnAttribute.Collation(t.since(start), collation);
            }
            case GENERATED, AS -> {
                return generated(start);
            }
            case CONSTRAINT, CHECK -> {
                Identifier constraint = t.accept(CONSTRAINT) && t.atIdentifier() ? t.identifier() : null;
                Expression condition = new CreateTableParser(grammar).check();
                return new ColumnAttribute.Check(t.since(start), constraint, condition);
            }
            case REFERENCES -> {
                TableElement.References references = references();
                return new ColumnAttribute.Reference(t.since(start), references);
            }
            default -> {
                return other(start, word);
            }
        }
    }

    /** A signed literal, a function call, or an expression in parentheses. */
    private Expression defaultValue() {
        return grammar.expressions.withoutCollation();
    }

    private ColumnAttribute autoIncrement(int start) {
        t.next();
        int dialect = t.lastEnd();
        if (!t.at(BY) && !t.at(UNIT)) {
            return new ColumnAttribute.AutoIncrement(t.since(start), null, -1, -1, new Span(dialect, dialect));
        }
        SequenceKind kind;
        if (!t.accept(BY)) kind = null;
        else if (t.accept(GROUP)) kind = SequenceKind.GROUP;
        else if (t.accept(TIME)) kind = SequenceKind.TIME;
        else {
            t.expect(SIMPLE);
            kind = t.accept(WITH, CACHE) ? SequenceKind.SIMPLE_WITH_CACHE : SequenceKind.SIMPLE;
        }
        int units = -1;
        int index = -1;
        if (t.accept(UNIT)) {
            t.expect(COUNT);
            units = t.smallInteger();
            t.expect(INDEX);
            index = t.smallInteger();
        }
        return new ColumnAttribute.AutoIncrement(t.since(start), kind, units, index, t.since(dialect));
    }

    private ColumnAttribute generated(int start) {
        if (t.accept(GENERATED)) {
            t.expect(ALWAYS);
        }
        t.expect(AS);
        if (t.accept(ROW)) {
            if (!t.accept(START)) t.expect(END);
            return new ColumnAttribute.Other(t.since(start), "AS ROW");
        }
        t.expect(Token.OPEN);
        Expression expression = grammar.expressions.expression();
        t.expect(Token.CLOSE);
        boolean stored = t.accept(STORED) || t.accept(PERSISTENT);
        if (!stored) t.accept(VIRTUAL);
        return new ColumnAttribute.Generated(t.since(start), expression, stored);
    }

    private @Nullable ColumnAttribute other(int start, Word word) {
        switch (word) {
            case VISIBLE, INVISIBLE -> t.next();
            case COLUMN_FORMAT, STORAGE, SRID, ENGINE_ATTRIBUTE, SECONDARY_ENGINE_ATTRIBUTE, REF_SYSTEM_ID -> {
                t.next();
                t.accept(Token.EQUAL);
                if (t.atEnd() || t.at(Token.COMMA) || t.at(Token.CLOSE)) throw t.error();
                t.next();
            }
            case COMPRESSED -> {
                t.next();
                if (t.accept(Token.EQUAL)) t.anyIdentifier();
            }
            case WITH, WITHOUT -> {
                if (t.word(1) != SYSTEM) return null;
                t.next();
                t.next();
                t.expect(VERSIONING);
            }
            case SERIAL -> {
                t.next();
                t.expect(DEFAULT);
                t.expect(VALUE);
            }
            default -> {
                return word.reserved ? null : engineDefined(start);
            }
        }
        return new ColumnAttribute.Other(t.since(start), word.name());
    }

    /** MariaDB's {@code name = value}. */
    private @Nullable ColumnAttribute engineDefined(int start) {
        if (!t.atIdentifier() || t.kind(1) != Token.EQUAL) return null;
        String name = t.identifier().text().toUpperCase(Locale.ROOT);
        t.next();
        t.next();
        return new ColumnAttribute.Other(t.since(start), name);
    }

    TableElement.References references() {
        int start = t.start();
        t.expect(REFERENCES);
        QualifiedName table = t.qualifiedName();
        List<Identifier> columns = t.at(Token.OPEN) ? grammar.tables.identifiers() : List.of();
        String onDelete = null;
        String onUpdate = null;
        while (true) {
            if (t.accept(MATCH)) t.anyIdentifier();
            else if (t.at(ON) && t.word(1) == DELETE && onDelete == null) onDelete = referenceAction();
            else if (t.at(ON) && t.word(1) == UPDATE && onUpdate == null) onUpdate = referenceAction();
            else break;
        }
        return new TableElement.References(t.since(start), table, columns, onDelete, onUpdate);
    }

    private String referenceAction() {
        t.next();
        t.next();
        if (t.accept(RESTRICT)) return "RESTRICT";
        if (t.accept(CASCADE)) return "CASCADE";
        if (t.accept(NO)) {
            t.expect(ACTION);
            return "NO ACTION";
        }
        t.expect(SET);
        if (t.accept(DEFAULT)) return "SET DEFAULT";
        t.expect(NULL);
        return "SET NULL";
    }
}
