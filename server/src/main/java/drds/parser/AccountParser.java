package drds.parser;

import static drds.parser.Word.*;

import drds.parser.AccountStatement.Account;
import drds.parser.AccountStatement.AccountSpecification;
import drds.parser.AccountStatement.Privilege;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Accounts, roles, privileges and passwords. */
final class AccountParser {
    private final Tokens t;
    private final Grammar grammar;

    AccountParser(Grammar grammar) {
        this.t = grammar.tokens;
        this.grammar = grammar;
    }

    /** {@code user@host}, each a word or quoted; a user alone; CURRENT_USER, USER(), CURRENT_ROLE, PUBLIC. */
    Account account() {
        int start = t.start();
        if (t.at(CURRENT_USER) || t.at(CURRENT_ROLE)) {
            t.next();
            if (t.accept(Token.OPEN)) t.expect(Token.CLOSE);
            return new Account(t.since(start), "", null, true);
        }
        if (t.at(USER) && t.kind(1) == Token.OPEN) {
            t.next();
            t.next();
            t.expect(Token.CLOSE);
            return new Account(t.since(start), "", null, true);
        }
        String user = name();
        String host = null;
        if (t.at(Token.USER_VARIABLE)) {
            host = grammar.primaries.userVariableName().name();
            while (t.at(Token.MINUS) && t.start() == t.lastEnd()) host += unquotedHostRest();
        } else if (t.accept(Token.AT)) {
            if (t.at(Token.PERCENT)) {
                t.next();
                host = "%";
            } else host = name();
        }
        return new Account(t.since(start), user, host, false);
    }

    private String unquotedHostRest() {
        t.next();
        String rest = "-" + t.text();
        t.next();
        return rest;
    }

    private String name() {
        if (t.at(Token.STRING)) return t.string();
        if (t.at(PUBLIC) || t.at(NONE)) return t.anyIdentifier().text();
        return t.identifierOrString().text();
    }

    List<Account> accounts() {
        List<Account> accounts = new ArrayList<>(1);
        do accounts.add(account());
        while (t.accept(Token.COMMA));
        return accounts;
    }

    private List<AccountSpecification> specifications() {
        List<AccountSpecification> list = new ArrayList<>(1);
        do list.add(specification());
        while (t.accept(Token.COMMA));
        return list;
    }

    private AccountSpecification specification() {
        int start = t.start();
        Account account = account();
        String plugin = null;
        String password = null;
        String hash = null;
        if (t.accept(IDENTIFIED)) {
            if (t.accept(BY)) {
                if (t.accept(PASSWORD)) hash = t.string();
                else if (t.accept(RANDOM)) t.expect(PASSWORD);
                else password = t.string();
            } else {
                if (!t.accept(WITH)) t.expect(VIA);
                plugin = t.identifierOrString().text();
                if (t.accept(BY)) {
                    if (t.accept(RANDOM)) t.expect(PASSWORD);
                    else password = t.string();
                } else if (t.accept(AS) || t.accept(USING)) {
                    if (t.accept(PASSWORD)) {
                        t.expect(Token.OPEN);
                        password = t.string();
                        t.expect(Token.CLOSE);
                    } else if (t.at(Token.HEX)) {
                        hash = t.text();
                        t.next();
                    } else hash = t.string();
                }
                while (t.accept(OR)) furtherPlugin();
            }
        }
        return new AccountSpecification(t.since(start), account, plugin, password, hash);
    }

    private void furtherPlugin() {
        t.identifierOrString();
        if (t.accept(AS) || t.accept(USING)) {
            if (t.accept(PASSWORD)) {
                t.expect(Token.OPEN);
                t.string();
                t.expect(Token.CLOSE);
            } else t.string();
        }
    }

    // ---------------------------------------------------------------- users and roles

    /** Behind CREATE or ALTER [OR REPLACE] USER. */
    Statement user(int start, boolean alter, boolean orReplace, boolean ifExistence) {
        List<AccountSpecification> accounts = specifications();
        int options = t.start();
        skipRest();
        Span optionsSpan = options < t.lastEnd() ? t.since(options) : new Span(t.lastEnd(), t.lastEnd());
        return new AccountStatement.CreateUser(t.since(start), alter, orReplace, ifExistence, accounts, optionsSpan);
    }

    private void skipRest() {
        while (!t.atEnd()) {
            if (t.at(Token.BAD)) throw t.error();
            t.next();
        }
    }

    Statement createRole(int start, boolean orReplace, boolean ifNotExists) {
        List<Account> roles = accounts();
        if (t.accept(WITH)) {
            t.expect(ADMIN);
            account();
        }
        return new AccountStatement.CreateRole(t.since(start), orReplace, ifNotExists, roles);
    }

    Statement drop(int start, boolean role, boolean ifExists) {
        List<Account> accounts = accounts();
        return new AccountStatement.DropUser(t.since(start), role, ifExists, accounts);
    }

    Statement rename(int start) {
        List<Account> fromTo = new ArrayList<>();
        do {
            fromTo.add(account());
            t.expect(TO);
            fromTo.add(account());
        } while (t.accept(Token.COMMA));
        return new AccountStatement.RenameUser(t.since(start), fromTo);
    }

    // ---------------------------------------------------------------- GRANT and REVOKE

    Statement grant() {
        int start = t.start();
        t.next();
        List<Privilege> privileges = privileges();
        boolean proxy = privileges.getFirst().name().equals("PROXY");
        if (proxy && t.at(ON)) {
            skipRest();
            return new OperatorStatement.Other(t.since(start), "GRANT PROXY");
        }
        AccountStatement.Level level = t.accept(ON) ? level() : null;
        t.expect(TO);
        List<AccountSpecification> accounts = specifications();
        boolean option = false;
        if (t.accept(REQUIRE)) {
            while (!t.atEnd() && !t.at(WITH)) t.next();
        }
        if (t.accept(WITH)) {
            while (!t.atEnd() && !t.at(Token.BAD)) {
                if ((t.at(GRANT) || t.at(ADMIN)) && t.word(1) == OPTION) option = true;
                t.next();
            }
        } else if (t.accept(AS)) skipRest();
        return new AccountStatement.Grant(t.since(start), privileges, level, accounts, option);
    }

    Statement revoke() {
        int start = t.start();
        t.next();
        boolean ifExists = t.accept(IF, EXISTS);
        if (t.accept(ADMIN)) {
            t.expect(OPTION);
            t.expect(FOR);
        }
        List<Privilege> privileges = privileges();
        if (privileges.getFirst().name().equals("PROXY") && t.at(ON)) {
            skipRest();
            return new OperatorStatement.Other(t.since(start), "REVOKE PROXY");
        }
        AccountStatement.Level level = t.accept(ON) ? level() : null;
        t.expect(FROM);
        List<Account> accounts = accounts();
        if (t.accept(IGNORE)) {
            t.expect(UNKNOWN);
            t.expect(USER);
        }
        return new AccountStatement.Revoke(t.since(start), ifExists, privileges, level, accounts);
    }

    private List<Privilege> privileges() {
        List<Privilege> privileges = new ArrayList<>();
        do {
            int start = t.start();
            StringBuilder name = new StringBuilder();
            while (t.at(Token.WORD) || t.at(Token.QUOTED) || t.at(Token.STRING) || t.at(Token.USER_VARIABLE)) {
                if (t.at(ON) || t.at(TO) || t.at(FROM)) break;
                if (name.length() > 0 && !t.at(Token.USER_VARIABLE)) name.append(' ');
                name.append(t.at(Token.WORD) ? t.text().toUpperCase(Locale.ROOT) : t.text());
                t.next();
            }
            if (name.isEmpty()) throw t.error();
            List<Identifier> columns = t.at(Token.OPEN) ? grammar.tables.identifiers() : List.of();
            privileges.add(new Privilege(t.since(start), name.toString(), columns));
        } while (t.accept(Token.COMMA));
        return privileges;
    }

    private AccountStatement.Level level() {
        int start = t.start();
        String type = null;
        boolean typed = (t.at(TABLE) || t.at(FUNCTION) || t.at(PROCEDURE) || t.at(PACKAGE)) && t.kind(1) != Token.DOT;
        if (typed) {
            type = t.text().toUpperCase(Locale.ROOT);
            t.next();
            if (type.equals("PACKAGE") && t.accept(BODY)) type = "PACKAGE BODY";
        }
        if (t.accept(Token.STAR)) {
            boolean everything = t.accept(Token.DOT);
            if (everything) t.expect(Token.STAR);
            return new AccountStatement.Level(t.since(start), type, !everything, null, null);
        }
        Identifier first = t.identifier();
        if (!t.accept(Token.DOT)) {
            if (t.at(Token.USER_VARIABLE)) t.next();
            return new AccountStatement.Level(t.since(start), type, false, null, first);
        }
        if (t.accept(Token.STAR)) return new AccountStatement.Level(t.since(start), type, false, first, null);
        Identifier object = t.anyIdentifier();
        return new AccountStatement.Level(t.since(start), type, false, first, object);
    }

    // ---------------------------------------------------------------- SET PASSWORD and ROLE

    AccountStatement.SetPassword setPassword(int start) {
        t.next();
        Account account = t.accept(FOR) ? account() : null;
        if (t.accept(TO)) {
            t.expect(RANDOM);
            return new AccountStatement.SetPassword(t.since(start), account, "", false);
        }
        if (!t.accept(Token.EQUAL)) t.expect(Token.ASSIGN);
        boolean clear = t.accept(PASSWORD);
        boolean old = !clear && t.accept(OLD_PASSWORD);
        if (clear || old) t.expect(Token.OPEN);
        String value = t.string();
        if (clear || old) t.expect(Token.CLOSE);
        // MariaDB takes a bare string as a hash.
        return new AccountStatement.SetPassword(t.since(start), account, value, !clear && !old);
    }

    Statement setRole(int start) {
        t.next();
        boolean several = t.at(DEFAULT) || t.at(ALL);
        Account role = several || t.accept(NONE) ? null : account();
        if (several || t.at(Token.COMMA)) {
            skipRest();
            return new OperatorStatement.Other(t.since(start), "SET ROLE");
        }
        return new AccountStatement.SetRole(t.since(start), false, role, null);
    }

    Statement setDefaultRole(int start) {
        t.next();
        t.expect(ROLE);
        Account role = t.accept(NONE) ? null : account();
        Account account = t.accept(FOR) || t.accept(TO) ? account() : null;
        return new AccountStatement.SetRole(t.since(start), true, role, account);
    }
}
