package drds.parser;

import static drds.parser.Word.*;

import java.util.ArrayList;
import java.util.List;

/** Finds the statements of a text with several; a {@code ;} inside the body of a stored program ends nothing. */
final class StatementSplitter {
    private final Tokens t;
    private int depth;

    StatementSplitter(Tokens tokens) {
        this.t = tokens;
    }

    /** The statements' spans, with the comments before them, without semicolons; empty ones are left out. */
    List<Span> split() {
        List<Span> spans = new ArrayList<>(2);
        int from = 0;
        while (true) {
            boolean empty = t.atEnd();
            if (compound()) skipCompound();
            else while (!t.atEnd()) t.next();
            int to = t.start();
            if (!empty) spans.add(stripped(from, to));
            if (t.at(Token.END)) return spans;
            t.next();
            from = t.lastEnd();
        }
    }

    private Span stripped(int from, int to) {
        while (from < to && t.source.charAt(from) <= ' ') from++;
        while (to > from && t.source.charAt(to - 1) <= ' ') to--;
        return new Span(from, to);
    }

    private boolean compound() {
        if (t.at(BEGIN)) return t.word(1) == NOT;
        if (t.at(IF) || t.at(CASE) || t.at(LOOP) || t.at(WHILE) || t.at(REPEAT) || t.at(FOR)) return true;
        if (!t.at(CREATE) && !t.at(ALTER)) return false;
        for (int ahead = 1; ahead < 16; ahead++) {
            switch (t.word(ahead)) {
                case PROCEDURE, FUNCTION, TRIGGER, EVENT, PACKAGE -> {
                    return true;
                }
                case TABLE, VIEW, INDEX, DATABASE, SCHEMA, USER, ROLE, SEQUENCE -> {
                    return false;
                }
                case null, default -> {}
            }
            if (t.kind(ahead) == Token.SEMICOLON || t.kind(ahead) == Token.END) return false;
        }
        return false;
    }

    private void skipCompound() {
        depth = 0;
        boolean statementStart = true;
        while (!t.at(Token.END)) {
            if (t.at(Token.SEMICOLON) && depth <= 0) return;
            boolean nextStarts = t.at(Token.SEMICOLON) || t.at(Token.COLON);
            Word word = t.word();
            if (word != null) nextStarts = word(word, statementStart);
            t.next();
            statementStart = nextStarts;
        }
    }

    /** Counts what a word opens or closes; whether a statement may begin behind it. */
    private boolean word(Word word, boolean statementStart) {
        switch (word) {
            case BEGIN -> {
                depth++;
                return true;
            }
            case CASE -> depth++;
            case IF, WHILE, FOR, LOOP, REPEAT -> {
                if (statementStart && !(word == IF && isFunction())) depth++;
                return word == LOOP || word == REPEAT;
            }
            case END -> {
                depth--;
                switch (t.word(1)) {
                    case IF, WHILE, FOR, LOOP, REPEAT, CASE -> t.next();
                    case null, default -> {}
                }
            }
            case THEN, ELSE, DO -> {
                return true;
            }
            default -> {}
        }
        return false;
    }

    /** IF(a, b, c) and not {@code IF (a) THEN}. */
    private boolean isFunction() {
        if (t.kind(1) != Token.OPEN) return false;
        int close = t.closing(1);
        int inner = 0;
        for (int ahead = 2; ahead < close; ahead++) {
            if (t.kind(ahead) == Token.OPEN) inner++;
            else if (t.kind(ahead) == Token.CLOSE) inner--;
            else if (t.kind(ahead) == Token.COMMA && inner == 0) return true;
        }
        return false;
    }
}
