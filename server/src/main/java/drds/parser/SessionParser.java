package drds.parser;

import static drds.parser.Word.*;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** USE, KILL, prepared statements, EXPLAIN and DESCRIBE. */
final class SessionParser {
    private final Tokens t;
    private final Grammar grammar;

    SessionParser(Grammar grammar) {
        this.t = grammar.tokens;
        this.grammar = grammar;
    }

    Statement use() {
        int start = t.start();
        t.next();
        Identifier schema = t.identifier();
        return new SessionStatement.Use(t.since(start), schema);
    }

    Statement kill() {
        int start = t.start();
        t.next();
        boolean soft = t.accept(SOFT);
        if (!soft) t.accept(HARD);
        boolean query = t.accept(QUERY);
        if (query) t.accept(ID);
        else t.accept(CONNECTION);
        if (t.accept(USER)) {
            AccountStatement.Account user = new AccountParser(grammar).account();
            return new SessionStatement.Kill(t.since(start), query, soft, null, user);
        }
        if (t.at(ALL)) {
            Expression all = new Expression.Keyword(t.span(), "ALL");
            t.next();
            return new SessionStatement.Kill(t.since(start), query, soft, all, null);
        }
        Expression id = grammar.expressions.expression();
        return new SessionStatement.Kill(t.since(start), query, soft, id, null);
    }

    Statement prepare() {
        int start = t.start();
        t.next();
        Identifier name = t.identifier();
        t.expect(FROM);
        Expression text = grammar.expressions.expression();
        return new SessionStatement.Prepare(t.since(start), name, text);
    }

    Statement execute() {
        int start = t.start();
        t.next();
        if (t.accept(IMMEDIATE)) {
            Expression text = grammar.expressions.expression();
            List<Expression> arguments = using();
            return new SessionStatement.ExecuteImmediate(t.since(start), text, arguments);
        }
        Identifier name = t.identifier();
        List<Expression> arguments = using();
        return new SessionStatement.Execute(t.since(start), name, arguments);
    }

    private List<Expression> using() {
        return t.accept(USING) ? grammar.expressions.list() : List.of();
    }

    Statement deallocate() {
        int start = t.start();
        t.next();
        t.expect(PREPARE);
        Identifier name = t.identifier();
        return new SessionStatement.Deallocate(t.since(start), name);
    }

    // ---------------------------------------------------------------- EXPLAIN

    /** EXPLAIN, DESCRIBE, DESC and MariaDB's ANALYZE, where a statement or a table follows. */
    Statement explain() {
        int start = t.start();
        boolean analyze = t.at(ANALYZE);
        t.next();
        ExplainStatement.Explain.Form form =
                analyze ? ExplainStatement.Explain.Form.ANALYZE : ExplainStatement.Explain.Form.PLAIN;
        String format = null;
        ExplainStatement.Explain.Form asked = analyze ? null : formThatFollows();
        if (asked != null) {
            form = asked;
            t.next();
        }
        if (t.at(FORMAT) && t.kind(1) == Token.EQUAL) {
            t.next();
            t.next();
            format = t.identifierOrString().text().toUpperCase(Locale.ROOT);
        }
        if (t.at(FOR) && (t.word(1) == CONNECTION || t.kind(1) == Token.INTEGER)) {
            t.next();
            t.accept(CONNECTION);
            Expression connection = grammar.expressions.expression();
            return new ExplainStatement.ExplainConnection(t.since(start), format, connection);
        }
        if (form == ExplainStatement.Explain.Form.PLAIN && format == null && !statementFollows())
            return describe(start);
        Statement statement = new StatementParser(grammar).statement();
        return new ExplainStatement.Explain(t.since(start), form, format, statement);
    }

    /** The form of EXPLAIN that the word here asks for; null if there is none or it is a table of that name. */
    private ExplainStatement.Explain.@Nullable Form formThatFollows() {
        return t.word(1) == FORMAT || explainable(1) ? form(t.word()) : null;
    }

    private static ExplainStatement.Explain.@Nullable Form form(@Nullable Word word) {
        return switch (word) {
            case EXTENDED -> ExplainStatement.Explain.Form.EXTENDED;
            case PARTITIONS -> ExplainStatement.Explain.Form.PARTITIONS;
            case ANALYZE -> ExplainStatement.Explain.Form.ANALYZE;
            case LOGIC -> ExplainStatement.Explain.Form.LOGIC;
            case EXECUTE -> ExplainStatement.Explain.Form.EXECUTE;
            case PHYSICAL -> ExplainStatement.Explain.Form.PHYSICAL;
            case SHARDING -> ExplainStatement.Explain.Form.SHARDING;
            case COST -> ExplainStatement.Explain.Form.COST;
            case ADVISOR -> ExplainStatement.Explain.Form.ADVISOR;
            case null, default -> null;
        };
    }

    private boolean statementFollows() {
        return explainable(0);
    }

    private boolean explainable(int ahead) {
        return switch (t.word(ahead)) {
            case SELECT, INSERT, UPDATE, DELETE, REPLACE, WITH, TABLE, VALUES -> true;
            case CALL, SET, SHOW, ALTER, CREATE, DROP, LOAD, ANALYZE -> true;
            case REBALANCE -> t.kind(ahead + 1) == Token.WORD || t.kind(ahead + 1) == Token.QUOTED;
            case null, default -> t.kind(ahead) == Token.OPEN;
        };
    }

    private Statement describe(int start) {
        QualifiedName table = t.qualifiedName();
        String column = null;
        if (t.at(Token.STRING) || t.atIdentifier())
            column = t.identifierOrString().text();
        return new ExplainStatement.Describe(t.since(start), table, column);
    }
}
