package drds.parser;

import static drds.parser.Word.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Statements about the rules of throttling. */
final class CclRuleParser {
    private static final long STANDARD_WAIT_SECONDS = 600;

    private final Tokens t;
    private final Grammar grammar;

    CclRuleParser(Grammar grammar) {
        this.t = grammar.tokens;
        this.grammar = grammar;
    }

    Statement create(int start) {
        t.next();
        boolean ifNotExists = t.accept(IF);
        if (ifNotExists) t.expect(NOT, EXISTS);
        Identifier name = t.identifier();
        t.expect(ON);
        String database = nameOrStar();
        t.expect(Token.DOT);
        String table = nameOrStar();
        t.expect(TO);
        AccountStatement.Account account = new AccountParser(grammar).account();
        t.expect(FOR);
        String kind = t.text().toUpperCase(Locale.ROOT);
        if (!t.accept(SELECT) && !t.accept(INSERT) && !t.accept(UPDATE)) t.expect(DELETE);
        List<String> keywords = new ArrayList<>();
        String template = null;
        while (accept("FILTER")) {
            t.expect(BY);
            if (accept("KEYWORD")) keywords.addAll(strings());
            else if (accept("TEMPLATE")) template = t.at(Token.OPEN) ? strings().getFirst() : t.string();
            else throw t.error();
        }
        t.expect(WITH);
        Long concurrency = null;
        long queue = 0;
        long timeout = STANDARD_WAIT_SECONDS;
        do {
            if (accept("MAX_CONCURRENCY")) concurrency = value();
            else if (accept("WAIT_QUEUE_SIZE")) queue = value();
            else if (accept("WAIT_TIMEOUT")) timeout = value();
            else if (accept("FAST_MATCH")) value();
            else throw t.error();
        } while (t.accept(Token.COMMA));
        if (concurrency == null) throw t.error();
        return new OperatorStatement.CreateCclRule(
                t.since(start),
                ifNotExists,
                name,
                database,
                table,
                account,
                kind,
                keywords,
                template,
                concurrency,
                queue,
                timeout);
    }

    Statement drop(int start) {
        t.next();
        boolean ifExists = t.accept(IF);
        if (ifExists) t.expect(EXISTS);
        List<Identifier> names = new ArrayList<>(1);
        do names.add(t.identifier());
        while (t.accept(Token.COMMA));
        return new OperatorStatement.DropCclRules(t.since(start), ifExists, names);
    }

    Statement clear() {
        int start = t.start();
        t.next();
        t.next();
        return new OperatorStatement.DropCclRules(t.since(start), true, List.of());
    }

    private String nameOrStar() {
        return t.accept(Token.STAR) ? "*" : t.identifier().text();
    }

    /** A word that is no keyword elsewhere. */
    private boolean accept(String word) {
        if (!t.at(Token.WORD) || !t.text().equalsIgnoreCase(word)) return false;
        t.next();
        return true;
    }

    private long value() {
        t.accept(Token.EQUAL);
        return t.integer();
    }

    private List<String> strings() {
        List<String> values = new ArrayList<>(1);
        t.expect(Token.OPEN);
        do values.add(t.string());
        while (t.accept(Token.COMMA));
        t.expect(Token.CLOSE);
        return values;
    }
}
