package drds.parser;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Statements about accounts, roles and privileges. */
public sealed interface AccountStatement extends Statement {

    /**
     * {@code 'user'@'host'}, CURRENT_USER, or a role's name.
     *
     * @param user empty for CURRENT_USER
     * @param host null where none is written ({@code %} is meant)
     */
    record Account(Span span, String user, @Nullable String host, boolean currentUser) implements Node {
        @Override
        public void forEachChild(Consumer<? super Node> action) {}
    }

    /**
     * An account with how it proves itself.
     *
     * @param plugin of IDENTIFIED WITH or VIA; null where none is given
     * @param password of {@code IDENTIFIED BY 'password'} or {@code USING PASSWORD('password')}
     * @param hash of {@code IDENTIFIED BY PASSWORD 'hash'}, {@code WITH plugin AS 'hash'}, {@code VIA plugin USING 'hash'}
     */
    record AccountSpecification(
            Span span,
            Account account,
            @Nullable String plugin,
            @Nullable String password,
            @Nullable String hash) implements Node {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            action.accept(account);
        }
    }

    /** CREATE USER; with {@code alter} ALTER USER. What follows the accounts (REQUIRE, WITH, ACCOUNT LOCK...) is in {@code optionsSpan}. */
    record CreateUser(
            Span span,
            boolean alter,
            boolean orReplace,
            boolean ifExistence,
            List<AccountSpecification> accounts,
            Span optionsSpan)
            implements AccountStatement {
        public CreateUser {
            accounts = List.copyOf(accounts);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, accounts);
        }
    }

    /** DROP USER; with {@code role} DROP ROLE. */
    record DropUser(Span span, boolean role, boolean ifExists, List<Account> accounts) implements AccountStatement {
        public DropUser {
            accounts = List.copyOf(accounts);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, accounts);
        }
    }

    /** {@code RENAME USER a TO b, ...}: from and to in turn. */
    record RenameUser(Span span, List<Account> fromTo) implements AccountStatement {
        public RenameUser {
            fromTo = List.copyOf(fromTo);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, fromTo);
        }
    }

    record CreateRole(Span span, boolean orReplace, boolean ifNotExists, List<Account> roles)
            implements AccountStatement {
        public CreateRole {
            roles = List.copyOf(roles);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, roles);
        }
    }

    /** A privilege, or a role where the statement grants roles; {@code name} in upper case, words joined by spaces. */
    record Privilege(Span span, String name, List<Identifier> columns) implements Node {
        public Privilege {
            columns = List.copyOf(columns);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, columns);
        }
    }

    /**
     * What privileges are granted on: {@code *.*} (both null), {@code db.*}, {@code *} (the current database, see
     * {@code currentDatabase}), {@code [db.]table}.
     *
     * @param objectType TABLE, FUNCTION, PROCEDURE, PACKAGE...; null where none is written
     */
    record Level(
            Span span,
            @Nullable String objectType,
            boolean currentDatabase,
            @Nullable Identifier schema,
            @Nullable Identifier object)
            implements Node {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, schema, object);
        }
    }

    /**
     * GRANT; {@code level} is null where roles are granted (then the privileges are the roles).
     *
     * @param withOption WITH GRANT OPTION or WITH ADMIN OPTION
     */
    record Grant(
            Span span,
            List<Privilege> privileges,
            @Nullable Level level,
            List<AccountSpecification> accounts,
            boolean withOption)
            implements AccountStatement {
        public Grant {
            privileges = List.copyOf(privileges);
            accounts = List.copyOf(accounts);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, privileges);
            Node.each(action, level);
            Node.each(action, accounts);
        }
    }

    /** REVOKE; {@code level} is null for roles and for {@code ALL PRIVILEGES, GRANT OPTION}. */
    record Revoke(
            Span span,
            boolean ifExists,
            List<Privilege> privileges,
            @Nullable Level level,
            List<Account> accounts) implements AccountStatement {
        public Revoke {
            privileges = List.copyOf(privileges);
            accounts = List.copyOf(accounts);
        }

        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, privileges);
            Node.each(action, level);
            Node.each(action, accounts);
        }
    }

    /**
     * {@code SET PASSWORD [FOR account] = ...}.
     *
     * @param account null for the current one
     * @param hashed the value is a hash rather than a password in clear
     */
    record SetPassword(Span span, @Nullable Account account, String value, boolean hashed) implements AccountStatement {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, account);
        }
    }

    /** {@code SET ROLE x | NONE}, {@code SET DEFAULT ROLE x FOR y}; {@code role} null for NONE. */
    record SetRole(
            Span span,
            boolean setDefault,
            @Nullable Account role,
            @Nullable Account account) implements AccountStatement {
        @Override
        public void forEachChild(Consumer<? super Node> action) {
            Node.each(action, role, account);
        }
    }
}
