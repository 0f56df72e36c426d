package drds.parser;

import static drds.parser.Word.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** SET in all forms. */
final class SetParser {
    private final Tokens t;
    private final Grammar grammar;

    SetParser(Grammar grammar) {
        this.t = grammar.tokens;
        this.grammar = grammar;
    }

    Statement set() {
        int start = t.start();
        t.next();
        switch (t.word()) {
            case PASSWORD -> {
                if (passwordAt()) {
                    int entry = t.start();
                    AccountStatement.SetPassword alone = new AccountParser(grammar).setPassword(start);
                    return t.at(Token.COMMA) ? passwordAndMore(start, entry, alone) : alone;
                }
            }
            case ROLE -> {
                if (t.kind(1) != Token.EQUAL && t.kind(1) != Token.ASSIGN) return role(start);
            }
            case DEFAULT -> {
                return new AccountParser(grammar).setDefaultRole(start);
            }
            case STATEMENT -> {
                if (t.kind(1) != Token.EQUAL && t.kind(1) != Token.ASSIGN) return forStatement(start);
            }
            case TRANSACTION -> {
                return transaction(start, null);
            }
            case GLOBAL, SESSION, LOCAL -> {
                if (t.word(1) == TRANSACTION) return transaction(start, scope());
            }
            case RESOURCE -> {
                if (t.word(1) == GROUP) return resourceGroup(start);
            }
            case null, default -> {}
        }
        List<SetStatement.Entry> entries = entries();
        return new SetStatement.SetVariables(t.since(start), entries);
    }

    /** Whether an account's password is set here, not a variable of that name. */
    private boolean passwordAt() {
        return t.at(PASSWORD) && (t.word(1) == FOR || t.word(1) == TO || assignmentAt(1));
    }

    private Statement passwordAndMore(int start, int entry, AccountStatement.SetPassword first) {
        List<SetStatement.Entry> entries = new ArrayList<>();
        Span span = t.since(entry);
        entries.add(new SetStatement.Password(
                span, new AccountStatement.SetPassword(span, first.account(), first.value(), first.hashed())));
        while (t.accept(Token.COMMA)) entries.add(entry());
        return new SetStatement.SetVariables(t.since(start), entries);
    }

    private Statement role(int start) {
        return new AccountParser(grammar).setRole(start);
    }

    private Statement resourceGroup(int start) {
        t.next();
        t.next();
        t.identifier();
        while (t.accept(FOR) || t.at(Token.INTEGER) || t.at(Token.COMMA)) if (!t.atEnd() && t.word() == null) t.next();
        return new OperatorStatement.Other(t.since(start), "SET RESOURCE GROUP");
    }

    private Statement forStatement(int start) {
        t.next();
        List<SetStatement.Entry> entries = entries();
        t.expect(FOR);
        Statement statement = new StatementParser(grammar).statement();
        return new SetStatement.SetForStatement(t.since(start), entries, statement);
    }

    private List<SetStatement.Entry> entries() {
        List<SetStatement.Entry> entries = new ArrayList<>();
        do entries.add(entry());
        while (t.accept(Token.COMMA));
        return entries;
    }

    private SetStatement.Entry entry() {
        int start = t.start();
        if (t.at(Token.USER_VARIABLE)) {
            Expression.UserVariable variable = grammar.primaries.userVariableName();
            assign();
            Expression value = grammar.expressions.expression();
            return new SetStatement.UserVariable(t.since(start), variable, value);
        }
        if (t.at(Token.AT_AT)) {
            Expression.SystemVariable variable = grammar.primaries.systemVariable();
            assign();
            Expression value = value();
            return new SetStatement.SystemVariable(
                    t.since(start), variable.scope(), variable.component(), variable.name(), value);
        }
        if (passwordAt()) {
            AccountStatement.SetPassword change = new AccountParser(grammar).setPassword(start);
            return new SetStatement.Password(change.span(), change);
        }
        if (t.at(NAMES) && !assignmentAt(1)) return names(start);
        if (t.accept(CHARACTER, SET) || t.accept(CHAR, SET)) return characterSet(start);
        if (t.at(CHARSET) && !assignmentAt(1)) {
            t.next();
            return characterSet(start);
        }
        VariableScope scope = assignmentAt(1) ? null : scope();
        Identifier first = t.identifier();
        Identifier second = t.accept(Token.DOT) ? t.anyIdentifier() : null;
        assign();
        Expression value = value();
        return second == null
                ? new SetStatement.SystemVariable(t.since(start), scope, null, first, value)
                : new SetStatement.SystemVariable(t.since(start), scope, first, second, value);
    }

    private boolean assignmentAt(int ahead) {
        return t.kind(ahead) == Token.EQUAL || t.kind(ahead) == Token.ASSIGN;
    }

    private void assign() {
        if (!t.accept(Token.EQUAL)) t.expect(Token.ASSIGN);
    }

    private @Nullable VariableScope scope() {
        VariableScope scope = switch (t.word()) {
            case GLOBAL -> VariableScope.GLOBAL;
            case SESSION, LOCAL -> VariableScope.SESSION;
            case PERSIST -> VariableScope.PERSIST;
            case PERSIST_ONLY -> VariableScope.PERSIST_ONLY;
            case null, default -> null;
        };
        if (scope != null) t.next();
        return scope;
    }

    /** An expression, DEFAULT, or one of the reserved words that a variable may be set to. */
    private Expression value() {
        boolean alone =
                t.kind(1) == Token.COMMA || t.kind(1) == Token.END || t.kind(1) == Token.SEMICOLON || t.word(1) == FOR;
        if (alone && (t.at(ON) || t.at(ALL) || t.at(BINARY) || t.at(ROW) || t.at(SYSTEM) || t.at(FORCE))) {
            Span span = t.span();
            String word = t.text().toUpperCase(Locale.ROOT);
            t.next();
            return new Expression.Keyword(span, word);
        }
        return grammar.expressions.expression();
    }

    private SetStatement.Entry names(int start) {
        t.next();
        if (t.accept(DEFAULT)) {
            String collation = t.accept(COLLATE) ? collation() : null;
            return new SetStatement.Names(t.since(start), null, collation);
        }
        String charset = grammar.expressions.collationName().text();
        String collation = t.accept(COLLATE) ? collation() : null;
        return new SetStatement.Names(t.since(start), charset, collation);
    }

    private @Nullable String collation() {
        return t.accept(DEFAULT) ? null : grammar.expressions.collationName().text();
    }

    private SetStatement.Entry characterSet(int start) {
        String charset =
                t.accept(DEFAULT) ? null : grammar.expressions.collationName().text();
        return new SetStatement.CharacterSet(t.since(start), charset);
    }

    private Statement transaction(int start, @Nullable VariableScope scope) {
        t.expect(TRANSACTION);
        SetStatement.Isolation isolation = null;
        TransactionStatement.AccessMode accessMode = null;
        do {
            if (t.accept(ISOLATION)) {
                t.expect(LEVEL);
                if (isolation != null) throw t.error();
                isolation = isolation();
            } else {
                t.expect(READ);
                if (accessMode != null) throw t.error();
                if (t.accept(ONLY)) accessMode = TransactionStatement.AccessMode.READ_ONLY;
                else {
                    t.expect(WRITE);
                    accessMode = TransactionStatement.AccessMode.READ_WRITE;
                }
            }
        } while (t.accept(Token.COMMA));
        return new SetStatement.SetTransaction(t.since(start), scope, isolation, accessMode);
    }

    private SetStatement.Isolation isolation() {
        if (t.accept(READ, UNCOMMITTED)) return SetStatement.Isolation.READ_UNCOMMITTED;
        if (t.accept(READ, COMMITTED)) return SetStatement.Isolation.READ_COMMITTED;
        if (t.accept(REPEATABLE, READ)) return SetStatement.Isolation.REPEATABLE_READ;
        t.expect(SERIALIZABLE);
        return SetStatement.Isolation.SERIALIZABLE;
    }
}
