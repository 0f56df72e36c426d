package drds.parser;

import static drds.parser.Word.*;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Statements about sequences. */
final class SequenceParser {
    private final Tokens t;

    SequenceParser(Grammar grammar) {
        this.t = grammar.tokens;
    }

    Statement create(int start, boolean orReplace, boolean temporary, @Nullable SequenceKind kind) {
        t.expect(SEQUENCE);
        boolean ifNotExists = t.accept(IF, NOT, EXISTS);
        QualifiedName name = t.qualifiedName();
        SequenceStatement.Options options = options();
        return new SequenceStatement.CreateSequence(
                t.since(start), orReplace, temporary, ifNotExists, kind, name, options);
    }

    Statement alter(int start) {
        t.next();
        boolean ifExists = t.accept(IF, EXISTS);
        QualifiedName name = t.qualifiedName();
        SequenceKind changeTo = null;
        if (t.accept(CHANGE, TO)) {
            if (t.accept(GROUP)) changeTo = SequenceKind.GROUP;
            else if (t.accept(TIME)) changeTo = SequenceKind.TIME;
            else {
                t.expect(SIMPLE);
                changeTo = t.accept(WITH, CACHE) ? SequenceKind.SIMPLE_WITH_CACHE : SequenceKind.SIMPLE;
            }
        }
        SequenceStatement.Options options = options();
        return new SequenceStatement.AlterSequence(t.since(start), ifExists, name, changeTo, options);
    }

    Statement drop(int start, boolean temporary) {
        t.next();
        boolean ifExists = t.accept(IF, EXISTS);
        List<QualifiedName> names = new ArrayList<>(1);
        do names.add(t.qualifiedName());
        while (t.accept(Token.COMMA));
        return new SequenceStatement.DropSequence(t.since(start), temporary, ifExists, names);
    }

    Statement rename(int start) {
        t.next();
        QualifiedName from = t.qualifiedName();
        t.expect(TO);
        QualifiedName to = t.qualifiedName();
        return new SequenceStatement.RenameSequence(t.since(start), from, to);
    }

    private SequenceStatement.Options options() {
        int start = t.start();
        Long startWith = null;
        Long increment = null;
        Long minimum = null;
        Long maximum = null;
        Long cache = null;
        Long restart = null;
        boolean restarts = false;
        Long unitCount = null;
        Long unitIndex = null;
        Boolean cycle = null;
        boolean noMinimum = false;
        boolean noMaximum = false;
        while (true) {
            if (t.accept(START)) startWith = number(WITH);
            else if (t.accept(INCREMENT)) increment = number(BY);
            else if (t.accept(MINVALUE)) minimum = number(null);
            else if (t.accept(MAXVALUE)) maximum = number(null);
            else if (t.accept(NO, MINVALUE) || t.accept(NOMINVALUE)) noMinimum = true;
            else if (t.accept(NO, MAXVALUE) || t.accept(NOMAXVALUE)) noMaximum = true;
            else if (t.accept(NO, CYCLE) || t.accept(NOCYCLE)) cycle = false;
            else if (t.accept(CYCLE)) cycle = true;
            else if (t.accept(NO, CACHE) || t.accept(NOCACHE)) cache = 0L;
            else if (t.accept(CACHE)) cache = number(null);
            else if (t.accept(RESTART)) {
                restarts = true;
                restart = numberFollows() ? number(WITH) : null;
            } else if (t.accept(UNIT)) {
                t.expect(COUNT);
                unitCount = t.integer();
                t.expect(INDEX);
                unitIndex = t.integer();
            } else if ((t.at(ENGINE) || t.at(COMMENT)) && !t.atEnd()) {
                t.next();
                t.accept(Token.EQUAL);
                if (t.at(Token.STRING)) t.next();
                else t.anyIdentifier();
            } else break;
        }
        Span span = start < t.lastEnd() ? t.since(start) : new Span(t.lastEnd(), t.lastEnd());
        return new SequenceStatement.Options(
                span, startWith, increment, minimum, noMinimum, maximum, noMaximum, cycle, cache, restarts, restart,
                unitCount, unitIndex);
    }

    private boolean numberFollows() {
        return t.at(WITH) || t.at(Token.EQUAL) || t.at(Token.INTEGER) || t.at(Token.MINUS);
    }

    private Long number(@Nullable Word word) {
        if (word == null || !t.accept(word)) t.accept(Token.EQUAL);
        boolean negative = t.accept(Token.MINUS);
        if (!t.at(Token.INTEGER)) throw t.error();
        Long value = new Literal.IntegerLiteral(t.span(), (negative ? "-" : "") + t.text()).asLong();
        if (value == null) throw t.error();
        t.next();
        return value;
    }
}
