package drds.parser;

import static drds.parser.Word.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Maintenance, DRDS's own statements for operation, and those that are only recognised by their verb. */
final class OperatorParser {
    private final Tokens t;
    private final Grammar grammar;

    OperatorParser(Grammar grammar) {
        this.t = grammar.tokens;
        this.grammar = grammar;
    }

    Statement statement(Word word) {
        return switch (word) {
            case CHECK ->
                t.word(1) == GLOBAL && t.word(2) == INDEX
                        ? checkGlobalIndex()
                        : t.word(1) == TRANSACTIONS ? checkTransactions() : maintenance();
            case RETRY, DISCARD -> deferredWork();
            case WAIT -> waitForDeferred();
            case CHECKSUM, OPTIMIZE, REPAIR -> maintenance();
            case FLUSH -> flush();
            case TRACE -> trace();
            case CLEAR ->
                t.word(1) == SLOW
                        ? clearSlow()
                        : t.word(1) == CCL_RULES ? new CclRuleParser(grammar).clear() : other(2);
            case PAUSE, CONTINUE, CANCEL -> t.word(1) == JOB ? new JobParser(grammar).command() : ddlJob();
            case RECOVER -> ddlJob();
            case REVERSE, COMPLETE -> new JobParser(grammar).command();
            case MOVE -> t.word(1) == SHARD ? new JobParser(grammar).moveShard() : other(1);
            case ADD -> new JobParser(grammar).addStorage();
            case REBALANCE -> new JobParser(grammar).rebalance();
            case FLASHBACK -> flashback();
            case PURGE -> t.word(1) == TABLE || t.word(1) == RECYCLEBIN ? purge() : other(1);
            case BACKUP,
                    BINLOG,
                    CACHE,
                    CHANGE,
                    CLONE,
                    HELP,
                    IMPORT,
                    INSTALL,
                    RELOAD,
                    RESET,
                    RESTART,
                    SHUTDOWN,
                    STOP,
                    UNINSTALL,
                    REFRESH -> other(1);
            default -> throw t.error();
        };
    }

    /** Recognised by its first {@code words} words; the rest is taken as it is. */
    Statement other(int words) {
        int start = t.start();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < words; i++) {
            if (i > 0) text.append(' ');
            text.append(t.text().toUpperCase(Locale.ROOT));
            t.next();
        }
        while (!t.atEnd()) {
            if (t.at(Token.BAD)) throw t.error();
            t.next();
        }
        return new OperatorStatement.Other(t.since(start), text.toString());
    }

    Statement maintenance() {
        int start = t.start();
        OperatorStatement.TableMaintenance.Verb verb = switch (t.word()) {
            case ANALYZE -> OperatorStatement.TableMaintenance.Verb.ANALYZE;
            case CHECK -> OperatorStatement.TableMaintenance.Verb.CHECK;
            case CHECKSUM -> OperatorStatement.TableMaintenance.Verb.CHECKSUM;
            case OPTIMIZE -> OperatorStatement.TableMaintenance.Verb.OPTIMIZE;
            case REPAIR -> OperatorStatement.TableMaintenance.Verb.REPAIR;
            case null, default -> throw t.error();
        };
        t.next();
        List<String> options = new ArrayList<>(1);
        if (t.at(NO_WRITE_TO_BINLOG) || t.at(LOCAL)) options.add(word());
        if (t.at(VIEW)) return viewMaintenance(start);
        if (!t.accept(TABLE)) t.expect(TABLES);
        List<QualifiedName> tables = names();
        while (!t.atEnd()) {
            if (t.at(Token.BAD)) throw t.error();
            options.add(word());
        }
        return new OperatorStatement.TableMaintenance(t.since(start), verb, tables, options);
    }

    private Statement viewMaintenance(int start) {
        while (!t.atEnd()) t.next();
        return new OperatorStatement.Other(
                t.since(start), t.source.substring(start, start + 6).strip().toUpperCase(Locale.ROOT) + " VIEW");
    }

    private String word() {
        String word = t.text().toUpperCase(Locale.ROOT);
        t.next();
        return word;
    }

    private List<QualifiedName> names() {
        List<QualifiedName> names = new ArrayList<>(1);
        do names.add(t.qualifiedName());
        while (t.accept(Token.COMMA));
        return names;
    }

    private Statement flush() {
        int start = t.start();
        t.next();
        if (!t.accept(NO_WRITE_TO_BINLOG)) t.accept(LOCAL);
        if (!t.at(TABLE) && !t.at(TABLES)) {
            String what = word();
            while (!t.atEnd()) {
                if (t.at(Token.BAD)) throw t.error();
                what += " " + word();
            }
            return new OperatorStatement.Flush(t.since(start), what.replace(" ,", ","), List.of());
        }
        t.next();
        StringBuilder what = new StringBuilder("TABLES");
        List<QualifiedName> tables = t.atIdentifier() ? names() : List.of();
        while (!t.atEnd()) {
            if (t.at(Token.BAD)) throw t.error();
            what.append(' ').append(word());
        }
        return new OperatorStatement.Flush(t.since(start), what.toString(), tables);
    }

    // ---------------------------------------------------------------- DRDS

    private Statement trace() {
        int start = t.start();
        t.next();
        Statement statement = new StatementParser(grammar).statement();
        return new OperatorStatement.Trace(t.since(start), statement);
    }

    private Statement clearSlow() {
        int start = t.start();
        t.next();
        t.next();
        return new OperatorStatement.ClearSlow(t.since(start));
    }

    private Statement checkGlobalIndex() {
        int start = t.start();
        t.next();
        t.next();
        t.next();
        Identifier index = t.identifier();
        QualifiedName table = t.accept(ON) ? t.qualifiedName() : null;
        String mode = t.at(Token.WORD) ? word() : "";
        return new OperatorStatement.CheckGlobalIndex(t.since(start), index, table, mode);
    }

    Statement ddlJob() {
        int start = t.start();
        OperatorStatement.DdlJob.Verb verb = switch (t.word()) {
            case PAUSE -> OperatorStatement.DdlJob.Verb.PAUSE;
            case CONTINUE -> OperatorStatement.DdlJob.Verb.CONTINUE;
            case CANCEL -> OperatorStatement.DdlJob.Verb.CANCEL;
            case RECOVER -> OperatorStatement.DdlJob.Verb.RECOVER;
            case ROLLBACK -> OperatorStatement.DdlJob.Verb.ROLLBACK;
            case null, default -> throw t.error();
        };
        t.next();
        t.expect(DDL);
        List<Long> ids = new ArrayList<>(1);
        if (!t.accept(ALL)) {
            do ids.add(t.integer());
            while (t.accept(Token.COMMA));
        }
        return new OperatorStatement.DdlJob(t.since(start), verb, ids);
    }

    private Statement checkTransactions() {
        int start = t.start();
        t.next();
        t.next();
        Condition where = grammar.queries.condition(WHERE);
        OrderBy orderBy = grammar.queries.orderBy();
        Limit limit = grammar.queries.limit();
        return new OperatorStatement.CheckTransactions(t.since(start), where, orderBy, limit);
    }

    private Statement deferredWork() {
        int start = t.start();
        boolean retry = t.at(RETRY);
        t.next();
        t.expect(DEFERRED);
        List<Long> ids = new ArrayList<>(1);
        if (!t.accept(ALL)) {
            do ids.add(t.integer());
            while (t.accept(Token.COMMA));
        }
        return retry
                ? new OperatorStatement.RetryDeferred(t.since(start), ids)
                : new OperatorStatement.DiscardDeferred(t.since(start), ids);
    }

    private Statement waitForDeferred() {
        int start = t.start();
        t.next();
        t.expect(FOR, DEFERRED);
        Long seconds = t.at(Token.INTEGER) ? t.integer() : null;
        return new OperatorStatement.WaitForDeferred(t.since(start), seconds);
    }

    private Statement flashback() {
        int start = t.start();
        t.next();
        t.expect(TABLE);
        QualifiedName table = t.qualifiedName();
        t.expect(TO);
        t.expect(BEFORE);
        t.expect(DROP);
        QualifiedName renameTo = null;
        if (t.accept(RENAME)) {
            t.expect(TO);
            renameTo = t.qualifiedName();
        }
        return new OperatorStatement.FlashbackTable(t.since(start), table, renameTo);
    }

    private Statement purge() {
        int start = t.start();
        t.next();
        if (t.accept(RECYCLEBIN)) return new OperatorStatement.PurgeRecycleBin(t.since(start), null);
        t.expect(TABLE);
        QualifiedName table = t.qualifiedName();
        return new OperatorStatement.PurgeRecycleBin(t.since(start), table);
    }
}
