package drds.parser;

import static drds.parser.Word.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads CREATE PROCEDURE and CREATE FUNCTION with their bodies, whose text has been taken by a server, so it is right; and
 * statements of such bodies that a client sends by themselves.
 */
final class ProgramParser {
    private final Tokens t;
    private final Grammar grammar;

    ProgramParser(Grammar grammar) {
        this.t = grammar.tokens;
        this.grammar = grammar;
    }

    /** What a client sends by itself: BEGIN NOT ATOMIC, IF, CASE, a loop, SIGNAL, RESIGNAL, GET DIAGNOSTICS. */
    Statement compound() {
        int start = t.start();
        ProgramStatement body = statement();
        return new SessionStatement.Compound(t.since(start), body);
    }

    StoredProgram program() {
        t.expect(CREATE);
        t.accept(OR, REPLACE);
        while (!t.at(PROCEDURE) && !t.at(FUNCTION)) {
            if (t.at(Token.END) || t.at(AGGREGATE)) throw t.error();
            t.next();
        }
        boolean function = t.at(FUNCTION);
        t.next();
        if (t.accept(IF)) {
            t.expect(NOT);
            t.expect(EXISTS);
        }
        QualifiedName name = t.qualifiedName();
        List<StoredProgram.Parameter> parameters = parameters();
        Span returns = null;
        if (function) {
            expect("RETURNS");
            returns = type();
        }
        characteristics();
        ProgramStatement body = statement();
        while (t.accept(Token.SEMICOLON)) {}
        if (!t.at(Token.END)) throw t.error();
        return new StoredProgram(
                t.source,
                function ? StoredProgram.Kind.FUNCTION : StoredProgram.Kind.PROCEDURE,
                name,
                parameters,
                returns,
                body);
    }

    StoredTrigger trigger() {
        t.expect(CREATE);
        t.accept(OR, REPLACE);
        while (!t.at(TRIGGER)) {
            if (t.at(Token.END)) throw t.error();
            t.next();
        }
        t.next();
        if (t.accept(IF)) {
            t.expect(NOT);
            t.expect(EXISTS);
        }
        QualifiedName name = t.qualifiedName();
        boolean before = t.accept(BEFORE);
        if (!before) t.expect(AFTER);
        String event = t.text().toUpperCase(Locale.ROOT);
        t.next();
        t.expect(ON);
        QualifiedName table = t.qualifiedName();
        t.expect(FOR);
        t.expect(EACH);
        t.expect(ROW);
        if (at("FOLLOWS") || at("PRECEDES")) {
            t.next();
            t.identifier();
        }
        ProgramStatement body = statement();
        while (t.accept(Token.SEMICOLON)) {}
        if (!t.at(Token.END)) throw t.error();
        return new StoredTrigger(t.source, name, before, event, table, body);
    }

    private List<StoredProgram.Parameter> parameters() {
        List<StoredProgram.Parameter> list = new ArrayList<>();
        t.expect(Token.OPEN);
        if (t.accept(Token.CLOSE)) return list;
        do {
            int start = t.start();
            StoredProgram.Mode mode = StoredProgram.Mode.IN;
            if (t.accept(OUT)) mode = StoredProgram.Mode.OUT;
            else if (t.accept(INOUT)) mode = StoredProgram.Mode.INOUT;
            else t.accept(IN);
            Identifier name = t.identifier();
            Span type = type();
            list.add(new StoredProgram.Parameter(t.since(start), mode, name, type));
        } while (t.accept(Token.COMMA));
        t.expect(Token.CLOSE);
        return list;
    }

    private Span type() {
        int start = t.start();
        boolean row = t.at(ROW);
        if (row && t.kind(1) == Token.OPEN) throw t.error();
        if (t.at(TYPE) && t.word(1) == OF || row && t.word(1) == TYPE) {
            if (row) throw t.error();
            t.next();
            t.expect(OF);
            t.qualifiedName();
            if (t.accept(Token.DOT)) t.anyIdentifier();
        } else {
            new TypeParser(grammar).columnType();
        }
        return t.since(start);
    }

    private void characteristics() {
        while (true) {
            if (t.accept(COMMENT)) t.string();
            else if (t.accept(LANGUAGE)) t.expect(SQL);
            else if (t.at(DETERMINISTIC)) t.next();
            else if (t.at(NOT) && t.word(1) == DETERMINISTIC) {
                t.next();
                t.next();
            } else if (t.at(SQL) && t.word(1) == SECURITY) {
                t.next();
                t.next();
                t.next();
            } else if (at("CONTAINS")) {
                t.next();
                t.expect(SQL);
            } else if (t.at(NO) && t.word(1) == SQL) {
                t.next();
                t.next();
            } else if (t.at(READS) || t.at(MODIFIES)) {
                t.next();
                t.expect(SQL);
                t.expect(DATA);
            } else return;
        }
    }

    // ---------------------------------------------------------------- statements

    private ProgramStatement statement() {
        grammar.enter();
        try {
            return plainStatement();
        } finally {
            grammar.leave();
        }
    }

    private ProgramStatement plainStatement() {
        int start = t.start();
        if (t.atIdentifier() && t.kind(1) == Token.COLON) {
            Identifier label = t.identifier();
            t.next();
            return labelled(start, label);
        }
        Word word = t.word();
        if (word == null) return at("RETURN") ? returned(start) : sql(start);
        return switch (word) {
            case BEGIN, LOOP, WHILE, REPEAT ->
                word == REPEAT && t.kind(1) == Token.OPEN ? sql(start) : labelled(start, null);
            case FOR -> labelled(start, null);
            case IF -> ifStatement(start);
            case CASE -> caseStatement(start);
            case LEAVE -> {
                t.next();
                Identifier label = t.identifier();
                yield new ProgramStatement.Leave(t.since(start), label);
            }
            case ITERATE -> {
                t.next();
                Identifier label = t.identifier();
                yield new ProgramStatement.Iterate(t.since(start), label);
            }
            case RETURN -> returned(start);
            case OPEN -> {
                t.next();
                Identifier cursor = t.identifier();
                List<Expression> arguments = arguments();
                yield new ProgramStatement.Open(t.since(start), cursor, arguments);
            }
            case CLOSE -> {
                t.next();
                Identifier cursor = t.identifier();
                yield new ProgramStatement.Close(t.since(start), cursor);
            }
            case FETCH -> fetch(start);
            case SIGNAL, RESIGNAL -> signal(start);
            case GET -> diagnostics(start);
            default -> sql(start);
        };
    }

    private ProgramStatement sql(int start) {
        Statement statement = new StatementParser(grammar).statement();
        return new ProgramStatement.Sql(t.since(start), statement);
    }

    private ProgramStatement returned(int start) {
        t.next();
        Expression value = grammar.expressions.expression();
        return new ProgramStatement.Return(t.since(start), value);
    }

    private ProgramStatement labelled(int start, @Nullable Identifier label) {
        if (t.accept(BEGIN)) {
            if (t.accept(NOT)) expect("ATOMIC");
            return block(start, label);
        }
        if (t.accept(LOOP)) {
            List<ProgramStatement> body = statements();
            end(LOOP);
            return new ProgramStatement.Loop(t.since(start), label, null, body, null);
        }
        if (t.accept(WHILE)) {
            Expression condition = grammar.expressions.expression();
            t.expect(DO);
            List<ProgramStatement> body = statements();
            end(WHILE);
            return new ProgramStatement.Loop(t.since(start), label, condition, body, null);
        }
        if (t.accept(REPEAT)) {
            List<ProgramStatement> body = statements();
            expect("UNTIL");
            Expression until = grammar.expressions.expression();
            end(REPEAT);
            return new ProgramStatement.Loop(t.since(start), label, null, body, until);
        }
        t.expect(FOR);
        return forStatement(start, label);
    }

    private void end(Word construct) {
        t.expect(END);
        t.expect(construct);
        if (t.atIdentifier()) t.identifier();
    }

    private ProgramStatement block(int start, @Nullable Identifier label) {
        List<ProgramStatement.Declaration> declarations = new ArrayList<>();
        while (t.at(DECLARE)) {
            declarations.add(declaration());
            t.expect(Token.SEMICOLON);
        }
        List<ProgramStatement> body = statements();
        t.expect(END);
        if (label != null && t.atIdentifier()) t.identifier();
        return new ProgramStatement.Block(t.since(start), label, declarations, body);
    }

    /** Statements with their semicolons, up to a word that ends them. */
    private List<ProgramStatement> statements() {
        List<ProgramStatement> list = new ArrayList<>();
        while (!t.at(END) && !t.at(ELSE) && !t.at(ELSEIF) && !t.at(WHEN) && !at("UNTIL")) {
            list.add(statement());
            t.expect(Token.SEMICOLON);
        }
        return list;
    }

    private ProgramStatement ifStatement(int start) {
        t.next();
        List<ProgramStatement.Branch> branches = new ArrayList<>();
        do branches.add(branch());
        while (t.accept(ELSEIF));
        List<ProgramStatement> otherwise = t.accept(ELSE) ? statements() : List.of();
        t.expect(END);
        t.expect(IF);
        return new ProgramStatement.If(t.since(start), branches, otherwise);
    }

    private ProgramStatement.Branch branch() {
        int start = t.start();
        Expression when = grammar.expressions.expression();
        t.expect(THEN);
        List<ProgramStatement> body = statements();
        return new ProgramStatement.Branch(t.since(start), when, body);
    }

    private ProgramStatement caseStatement(int start) {
        t.next();
        Expression operand = t.at(WHEN) ? null : grammar.expressions.expression();
        List<ProgramStatement.Branch> branches = new ArrayList<>();
        while (t.accept(WHEN)) branches.add(branch());
        List<ProgramStatement> otherwise = t.accept(ELSE) ? statements() : null;
        t.expect(END);
        t.expect(CASE);
        return new ProgramStatement.Case(t.since(start), operand, List.copyOf(branches), otherwise);
    }

    private ProgramStatement forStatement(int start, @Nullable Identifier label) {
        Identifier variable = t.identifier();
        t.expect(IN);
        if (t.at(Token.OPEN) && (t.word(1) == SELECT || t.word(1) == WITH || t.word(1) == VALUES)) {
            t.next();
            Query query = grammar.queries.query();
            t.expect(Token.CLOSE);
            List<ProgramStatement> body = forBody();
            return new ProgramStatement.ForRows(t.since(start), label, variable, null, List.of(), query, body);
        }
        if (t.atIdentifier() && (t.word(1) == DO || t.kind(1) == Token.OPEN && t.word(t.closing(1) + 1) == DO)) {
            Identifier cursor = t.identifier();
            List<Expression> arguments = arguments();
            List<ProgramStatement> body = forBody();
            return new ProgramStatement.ForRows(t.since(start), label, variable, cursor, arguments, null, body);
        }
        boolean reverse = accept("REVERSE");
        Expression low = grammar.expressions.expression();
        t.expect(Token.DOT);
        t.expect(Token.DOT);
        Expression high = grammar.expressions.expression();
        List<ProgramStatement> body = forBody();
        return new ProgramStatement.ForRange(t.since(start), label, variable, reverse, low, high, body);
    }

    private List<ProgramStatement> forBody() {
        t.expect(DO);
        List<ProgramStatement> body = statements();
        end(FOR);
        return body;
    }

    private List<Expression> arguments() {
        List<Expression> list = new ArrayList<>();
        if (!t.accept(Token.OPEN) || t.accept(Token.CLOSE)) return list;
        do list.add(grammar.expressions.expression());
        while (t.accept(Token.COMMA));
        t.expect(Token.CLOSE);
        return list;
    }

    private ProgramStatement fetch(int start) {
        t.next();
        if (t.at(NEXT) && t.word(1) == FROM) t.next();
        t.accept(FROM);
        Identifier cursor = t.identifier();
        t.expect(INTO);
        List<Identifier> targets = new ArrayList<>();
        do targets.add(t.identifier());
        while (t.accept(Token.COMMA));
        return new ProgramStatement.Fetch(t.since(start), cursor, targets);
    }

    private ProgramStatement signal(int start) {
        boolean again = t.at(RESIGNAL);
        t.next();
        ProgramStatement.ConditionValue condition =
                t.atEnd() || t.at(SET) ? null : t.at(SQLSTATE) ? sqlState() : named();
        List<ProgramStatement.SignalItem> items = new ArrayList<>();
        if (t.accept(SET)) {
            do {
                int item = t.start();
                String name = t.anyIdentifier().text().toUpperCase(Locale.ROOT);
                t.expect(Token.EQUAL);
                Expression value = grammar.expressions.expression();
                items.add(new ProgramStatement.SignalItem(t.since(item), name, value));
            } while (t.accept(Token.COMMA));
        }
        return new ProgramStatement.Signal(t.since(start), again, condition, items);
    }

    private ProgramStatement diagnostics(int start) {
        t.next();
        boolean stacked = accept("STACKED");
        if (!stacked) accept("CURRENT");
        expect("DIAGNOSTICS");
        Expression condition = null;
        if (t.accept(CONDITION)) condition = grammar.expressions.expression();
        List<ProgramStatement.DiagnosticsItem> items = new ArrayList<>();
        do {
            int item = t.start();
            Expression target = t.at(Token.USER_VARIABLE) ? grammar.primaries.userVariableName() : local();
            t.expect(Token.EQUAL);
            String name = t.anyIdentifier().text().toUpperCase(Locale.ROOT);
            items.add(new ProgramStatement.DiagnosticsItem(t.since(item), target, name));
        } while (t.accept(Token.COMMA));
        return new ProgramStatement.GetDiagnostics(t.since(start), stacked, condition, items);
    }

    private Expression local() {
        Identifier name = t.identifier();
        return new Expression.ColumnReference(name.span(), null, null, name);
    }

    // ---------------------------------------------------------------- declarations

    private ProgramStatement.Declaration declaration() {
        int start = t.start();
        t.expect(DECLARE);
        if ((t.at(CONTINUE) || t.at(EXIT)) && t.word(1) == HANDLER) return handler(start);
        Identifier name = t.identifier();
        if (t.at(CONDITION) && t.word(1) == FOR) {
            t.next();
            t.next();
            ProgramStatement.ConditionValue value = condition();
            return new ProgramStatement.NamedCondition(t.since(start), name, value);
        }
        if (t.at(CURSOR)) {
            t.next();
            List<StoredProgram.Parameter> parameters = t.at(Token.OPEN) ? parameters() : List.of();
            t.expect(FOR);
            Query query = grammar.queries.query();
            return new ProgramStatement.Cursor(t.since(start), name, parameters, query);
        }
        List<Identifier> names = new ArrayList<>();
        names.add(name);
        while (t.accept(Token.COMMA)) names.add(t.identifier());
        Span type = type();
        Expression value = t.accept(DEFAULT) || t.accept(Token.ASSIGN) ? grammar.expressions.expression() : null;
        return new ProgramStatement.Variables(t.since(start), names, type, value);
    }

    private ProgramStatement.Declaration handler(int start) {
        boolean exit = t.at(EXIT);
        t.next();
        t.expect(HANDLER);
        t.expect(FOR);
        List<ProgramStatement.ConditionValue> conditions = new ArrayList<>();
        do conditions.add(condition());
        while (t.accept(Token.COMMA));
        ProgramStatement body = statement();
        return new ProgramStatement.Handler(t.since(start), exit, conditions, body);
    }

    private ProgramStatement.ConditionValue condition() {
        int start = t.start();
        if (t.at(SQLSTATE)) return sqlState();
        if (t.at(Token.INTEGER)) {
            int number = t.smallInteger();
            return new ProgramStatement.Number(t.since(start), number);
        }
        if (t.accept(SQLWARNING)) return any(start, ProgramStatement.ConditionClass.SQLWARNING);
        if (t.accept(SQLEXCEPTION)) return any(start, ProgramStatement.ConditionClass.SQLEXCEPTION);
        if (t.accept(NOT)) {
            expect("FOUND");
            return any(start, ProgramStatement.ConditionClass.NOT_FOUND);
        }
        return named();
    }

    private ProgramStatement.ConditionValue any(int start, ProgramStatement.ConditionClass kind) {
        return new ProgramStatement.AnyOf(t.since(start), kind);
    }

    private ProgramStatement.ConditionValue sqlState() {
        int start = t.start();
        t.expect(SQLSTATE);
        accept("VALUE");
        String state = t.string();
        return new ProgramStatement.SqlState(t.since(start), state);
    }

    private ProgramStatement.ConditionValue named() {
        Identifier name = t.identifier();
        return new ProgramStatement.Named(name.span(), name);
    }

    // ---------------------------------------------------------------- words that are none of the grammar's

    private boolean at(String word) {
        return t.at(Token.WORD) && t.text().equalsIgnoreCase(word);
    }

    private boolean accept(String word) {
        if (!at(word)) return false;
        t.next();
        return true;
    }

    private void expect(String word) {
        if (!accept(word)) throw t.error();
    }
}
