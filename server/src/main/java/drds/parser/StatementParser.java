package drds.parser;

import static drds.parser.Word.*;

/** Looks at the first words of a statement and calls the parser of its family. */
final class StatementParser {
    private final Tokens t;
    private final Grammar grammar;

    StatementParser(Grammar grammar) {
        this.t = grammar.tokens;
        this.grammar = grammar;
    }

    /** One statement, without the {@code ;} or whatever else follows. */
    Statement statement() {
        if (t.at(Token.OPEN)) return grammar.queries.query();
        Word word = t.word();
        if (word == null) throw t.error();
        return switch (word) {
            case SELECT, TABLE, VALUES -> grammar.queries.query();
            case WITH -> with();
            case INSERT, REPLACE -> new DataChangeParser(grammar).insert();
            case UPDATE -> new DataChangeParser(grammar).update(t.start(), null);
            case DELETE -> new DataChangeParser(grammar).delete(t.start(), null);
            case CALL -> new DataChangeParser(grammar).call();
            case DO -> new DataChangeParser(grammar).doStatement();
            case HANDLER -> new DataChangeParser(grammar).handler();
            case LOAD -> t.word(1) == INDEX ? operator().other(1) : new DataChangeParser(grammar).load();
            case SET -> new SetParser(grammar).set();
            case SHOW -> new ShowParser(grammar).show();
            case USE -> new SessionParser(grammar).use();
            case KILL -> new SessionParser(grammar).kill();
            case PREPARE -> new SessionParser(grammar).prepare();
            case EXECUTE -> new SessionParser(grammar).execute();
            case DEALLOCATE -> new SessionParser(grammar).deallocate();
            case EXPLAIN, DESCRIBE, DESC -> new SessionParser(grammar).explain();
            case ANALYZE -> tableMaintenance() ? operator().maintenance() : new SessionParser(grammar).explain();
            default -> transactionOrDefinition(word);
        };
    }

    private Statement transactionOrDefinition(Word word) {
        return switch (word) {
            case IF, CASE, LOOP, WHILE, REPEAT, FOR, SIGNAL, RESIGNAL, GET -> new ProgramParser(grammar).compound();
            case BEGIN ->
                t.word(1) == NOT ? new ProgramParser(grammar).compound() : new TransactionParser(grammar).begin();
            case START ->
                t.word(1) == TRANSACTION
                        ? new TransactionParser(grammar).startTransaction()
                        : operator().other(1);
            case COMMIT -> new TransactionParser(grammar).commit();
            case ROLLBACK -> t.word(1) == DDL ? operator().ddlJob() : new TransactionParser(grammar).rollback();
            case SAVEPOINT -> new TransactionParser(grammar).savepoint();
            case RELEASE -> new TransactionParser(grammar).releaseSavepoint();
            case XA -> new TransactionParser(grammar).xa();
            case LOCK ->
                t.word(1) == TABLE || t.word(1) == TABLES
                        ? new TransactionParser(grammar).lockTables()
                        : operator().other(2);
            case UNLOCK ->
                t.word(1) == TABLE || t.word(1) == TABLES
                        ? new TransactionParser(grammar).unlockTables()
                        : operator().other(2);
            case CREATE -> new DefinitionParser(grammar).create();
            case ALTER -> new DefinitionParser(grammar).alter();
            case DROP -> t.word(1) == PREPARE ? dropPrepare() : new DefinitionParser(grammar).drop();
            case TRUNCATE -> new DefinitionParser(grammar).truncate();
            case RENAME -> new DefinitionParser(grammar).rename();
            case GRANT -> new AccountParser(grammar).grant();
            case REVOKE -> new AccountParser(grammar).revoke();
            default -> operator().statement(word);
        };
    }

    private Statement with() {
        int start = t.start();
        With with = grammar.queries.with();
        return switch (t.word()) {
            case UPDATE -> new DataChangeParser(grammar).update(start, with);
            case DELETE -> new DataChangeParser(grammar).delete(start, with);
            case null, default -> grammar.queries.query(start, with);
        };
    }

    private boolean tableMaintenance() {
        Word next = t.word(1);
        boolean option = next == NO_WRITE_TO_BINLOG || next == LOCAL;
        Word table = option ? t.word(2) : next;
        return table == TABLE || table == TABLES;
    }

    private Statement dropPrepare() {
        int start = t.start();
        t.next();
        t.next();
        Identifier name = t.identifier();
        return new SessionStatement.Deallocate(t.since(start), name);
    }

    private OperatorParser operator() {
        return new OperatorParser(grammar);
    }

    /** The whole text as one statement. */
    Statement whole() {
        if (t.at(Token.END)) return new SessionStatement.Empty(t.span());
        if (t.at(Token.SEMICOLON)) {
            int start = t.start();
            while (t.accept(Token.SEMICOLON)) {}
            if (!t.at(Token.END)) throw t.error();
            return new SessionStatement.Empty(new Span(start, start));
        }
        Statement statement = statement();
        while (t.accept(Token.SEMICOLON)) {}
        if (!t.at(Token.END)) throw t.error();
        return statement;
    }
}
