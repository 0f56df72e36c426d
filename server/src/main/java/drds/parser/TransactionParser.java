package drds.parser;

import static drds.parser.Word.*;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Transactions, savepoints, XA and table locks. */
final class TransactionParser {
    private final Tokens t;

    TransactionParser(Grammar grammar) {
        this.t = grammar.tokens;
    }

    Statement begin() {
        int start = t.start();
        t.next();
        t.accept(WORK);
        return new TransactionStatement.Begin(t.since(start), false, null);
    }

    Statement startTransaction() {
        int start = t.start();
        t.next();
        t.expect(TRANSACTION);
        boolean snapshot = false;
        TransactionStatement.AccessMode mode = null;
        if (t.at(WITH) || t.at(READ)) {
            do {
                if (t.accept(WITH)) {
                    t.expect(CONSISTENT);
                    t.expect(SNAPSHOT);
                    snapshot = true;
                } else {
                    t.expect(READ);
                    if (mode != null) throw t.error();
                    boolean only = t.accept(ONLY);
                    if (!only) t.expect(WRITE);
                    mode = only
                            ? TransactionStatement.AccessMode.READ_ONLY
                            : TransactionStatement.AccessMode.READ_WRITE;
                }
            } while (t.accept(Token.COMMA));
        }
        return new TransactionStatement.Begin(t.since(start), snapshot, mode);
    }

    Statement commit() {
        int start = t.start();
        t.next();
        t.accept(WORK);
        Boolean chain = chain();
        Boolean release = release();
        return new TransactionStatement.Commit(t.since(start), chain, release);
    }

    Statement rollback() {
        int start = t.start();
        t.next();
        t.accept(WORK);
        if (t.accept(TO)) {
            if (t.kind(1) != Token.END && t.kind(1) != Token.SEMICOLON) t.accept(SAVEPOINT);
            Identifier name = t.identifier();
            return new TransactionStatement.RollbackTo(t.since(start), name);
        }
        Boolean chain = chain();
        Boolean release = release();
        return new TransactionStatement.Rollback(t.since(start), chain, release);
    }

    private @Nullable Boolean chain() {
        if (!t.accept(AND)) return null;
        boolean no = t.accept(NO);
        t.expect(CHAIN);
        return !no;
    }

    private @Nullable Boolean release() {
        if (t.accept(NO, RELEASE)) return false;
        return t.accept(RELEASE) ? true : null;
    }

    Statement savepoint() {
        int start = t.start();
        t.next();
        Identifier name = t.identifier();
        return new TransactionStatement.Savepoint(t.since(start), name);
    }

    Statement releaseSavepoint() {
        int start = t.start();
        t.next();
        t.expect(SAVEPOINT);
        Identifier name = t.identifier();
        return new TransactionStatement.ReleaseSavepoint(t.since(start), name);
    }

    Statement xa() {
        int start = t.start();
        t.next();
        String verb = t.text().toUpperCase(Locale.ROOT);
        switch (t.word()) {
            case START, BEGIN -> verb = "START";
            case END, PREPARE, COMMIT, ROLLBACK, RECOVER -> {}
            case null, default -> throw t.error();
        }
        t.next();
        TransactionStatement.Xid xid = verb.equals("RECOVER") ? null : xid();
        int optionStart = t.start();
        xaOption(verb);
        String option = t.since(optionStart).of(t.source).toUpperCase(Locale.ROOT);
        return new TransactionStatement.Xa(t.since(start), verb, xid, option);
    }

    private TransactionStatement.Xid xid() {
        String global = xidPart();
        String branch = "";
        long format = 1;
        if (t.accept(Token.COMMA)) {
            branch = xidPart();
            if (t.accept(Token.COMMA)) {
                format = t.at(Token.HEX) ? Long.parseLong(hexDigits(), 16) : t.integer();
            }
        }
        return new TransactionStatement.Xid(global, branch, format);
    }

    /** @return the bytes as hexadecimal digits */
    private String xidPart() {
        String digits = t.at(Token.HEX)
                ? hexDigits()
                : HexFormat.of().formatHex(t.string().getBytes(StandardCharsets.UTF_8));
        if (digits.length() > 2 * TransactionStatement.Xid.LONGEST_PART) throw t.error();
        return digits;
    }

    private String hexDigits() {
        String text = t.text();
        t.next();
        String digits = text.charAt(0) == '0' ? text.substring(2) : text.substring(2, text.length() - 1);
        return (digits.length() % 2 == 0 ? digits : "0" + digits).toLowerCase(Locale.ROOT);
    }

    private void xaOption(String verb) {
        switch (verb) {
            case "START" -> {
                if (!t.accept(JOIN)) t.accept(RESUME);
            }
            case "END" -> {
                if (t.accept(SUSPEND) && t.accept(FOR)) t.expect(MIGRATE);
            }
            case "COMMIT" -> {
                if (t.accept(ONE)) t.expect(PHASE);
            }
            case "RECOVER" -> {
                if (t.accept(FORMAT)) {
                    t.expect(Token.EQUAL);
                    t.string();
                } else if (t.accept(CONVERT)) t.expect(XID);
            }
            default -> {}
        }
    }

    Statement lockTables() {
        int start = t.start();
        t.next();
        if (!t.accept(TABLES)) t.expect(TABLE);
        List<TransactionStatement.LockedTable> tables = new ArrayList<>();
        do {
            int tableStart = t.start();
            QualifiedName table = t.qualifiedName();
            Identifier alias = t.accept(AS) || t.atIdentifier() && !t.at(CONCURRENT) ? t.identifier() : null;
            boolean write = !t.at(READ);
            if (write) {
                if (!t.accept(LOW_PRIORITY)) t.accept(CONCURRENT);
                t.expect(WRITE);
                t.accept(CONCURRENT);
            } else {
                t.next();
                t.accept(LOCAL);
            }
            tables.add(new TransactionStatement.LockedTable(t.since(tableStart), table, alias, write));
        } while (t.accept(Token.COMMA));
        if (t.accept(WAIT)) t.integer();
        else t.accept(NOWAIT);
        return new TransactionStatement.LockTables(t.since(start), tables);
    }

    Statement unlockTables() {
        int start = t.start();
        t.next();
        if (!t.accept(TABLES)) t.expect(TABLE);
        return new TransactionStatement.UnlockTables(t.since(start));
    }
}
