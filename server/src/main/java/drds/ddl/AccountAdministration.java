package drds.ddl;

import drds.catalog.Account;
import drds.catalog.AccountName;
import drds.catalog.Catalog;
import drds.catalog.CatalogStore;
import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.mysql.CachingSha2;
import drds.mysql.NativePassword;
import drds.parser.AccountStatement;
import drds.parser.AccountStatement.AccountSpecification;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Statements about accounts, which live in the catalog alone. The one privilege there is so far is all of them on everything. */
public final class AccountAdministration {
    private static final int SALT_BYTES = 20;
    private static final int NATIVE_HASH_LENGTH = 41;

    private final CatalogStore store;
    private final RandomGenerator random;

    /** @param random for salts; a secure one */
    public AccountAdministration(CatalogStore store, RandomGenerator random) {
        this.store = store;
        this.random = random;
    }

    /**
     * @param current who asks
     * @throws SqlError 1227 if that one may not; MySQL's errors for accounts that are or aren't there
     */
    public DdlOutcome execute(AccountStatement statement, AccountName current) {
        checkAllowed(statement, current);
        List<Note> notes = new ArrayList<>();
        switch (statement) {
            case AccountStatement.CreateUser create -> createOrAlter(create, current, notes);
            case AccountStatement.DropUser drop -> drop(drop, current, notes);
            case AccountStatement.RenameUser rename -> rename(rename, current);
            case AccountStatement.SetPassword set -> setPassword(set, current);
            case AccountStatement.Grant grant -> grant(grant, current);
            case AccountStatement.Revoke revoke -> revoke(revoke, current);
            case AccountStatement.CreateRole _, AccountStatement.SetRole _ ->
                throw ErrorCode.NOT_SUPPORTED.with("roles");
        }
        return DdlOutcome.with(notes);
    }

    private void checkAllowed(AccountStatement statement, AccountName current) {
        Account asking = store.current().accounts().get(current);
        boolean own = statement instanceof AccountStatement.SetPassword set
                && (set.account() == null || name(set.account(), current).equals(current));
        if (!own && (asking == null || !asking.grants())) {
            throw ErrorCode.PRIVILEGE_MISSING.with("CREATE USER");
        }
    }

    private void createOrAlter(AccountStatement.CreateUser create, AccountName current, List<Note> notes) {
        List<Account> given = new ArrayList<>();
        create.accounts().forEach(one -> given.add(account(one, current)));
        store.change(catalog -> {
            notes.clear();
            Catalog next = catalog;
            List<String> failed = new ArrayList<>();
            for (int i = 0; i < given.size(); i++) {
                Account old = next.accounts().get(given.get(i).name());
                boolean fits = create.alter() == (old != null) || create.orReplace();
                if (fits) {
                    next = next.withAccount(
                            merged(given.get(i), old, create.accounts().get(i), create.alter()));
                } else if (create.ifExistence()) {
                    notes.add(
                            create.alter()
                                    ? new Note(
                                            "Note",
                                            1396,
                                            "Operation ALTER USER failed for "
                                                    + given.get(i).name())
                                    : new Note(
                                            "Note",
                                            1973,
                                            "Can't create user " + given.get(i).name() + "; it already exists"));
                } else {
                    failed.add(given.get(i).name().toString());
                }
            }
            refuse(failed, create.alter() ? "ALTER USER" : "CREATE USER");
            return next;
        });
    }

    /** ALTER USER without a password leaves it; what was granted stays. */
    private static Account merged(
            Account given, @Nullable Account old, AccountSpecification specification, boolean alter) {
        if (!alter || old == null) {
            return given;
        }
        boolean proof =
                specification.password() != null || specification.hash() != null || specification.plugin() != null;
        return new Account(
                old.name(),
                proof ? given.plugin() : old.plugin(),
                proof ? given.authentication() : old.authentication(),
                old.grants());
    }

    private Account account(AccountSpecification specification, AccountName current) {
        String plugin = specification.plugin() == null ? NativePassword.PLUGIN : specification.plugin();
        String authentication = specification.hash() != null
                ? checkedHash(plugin, specification.hash())
                : stored(plugin, specification.password() == null ? "" : specification.password());
        return new Account(name(specification.account(), current), plugin, authentication, false);
    }

    private String stored(String plugin, String password) {
        return switch (plugin) {
            case NativePassword.PLUGIN -> password.isEmpty() ? "" : NativePassword.store(password);
            case CachingSha2.PLUGIN -> password.isEmpty() ? "" : CachingSha2.store(password, salt());
            default -> throw ErrorCode.PLUGIN_NOT_LOADED.with(plugin);
        };
    }

    /** Printable characters, without the one that ends it. */
    private byte[] salt() {
        byte[] salt = new byte[SALT_BYTES];
        for (int i = 0; i < SALT_BYTES; i++) {
            salt[i] = (byte) random.nextInt('A', 'z' + 1);
        }
        return salt;
    }

    private static String checkedHash(String plugin, String hash) {
        boolean fits = switch (plugin) {
            case NativePassword.PLUGIN ->
                hash.isEmpty() || hash.length() == NATIVE_HASH_LENGTH && hash.matches("\\*[0-9A-Fa-f]+");
            case CachingSha2.PLUGIN -> hash.isEmpty() || hash.startsWith("$A$");
            default -> throw ErrorCode.PLUGIN_NOT_LOADED.with(plugin);
        };
        if (!fits) {
            throw ErrorCode.PASSWORD_HASH.with();
        }
        return plugin.equals(NativePassword.PLUGIN) ? hash.toUpperCase(java.util.Locale.ROOT) : hash;
    }

    private void drop(AccountStatement.DropUser drop, AccountName current, List<Note> notes) {
        if (drop.role()) {
            throw ErrorCode.NOT_SUPPORTED.with("roles");
        }
        List<String> failed = new ArrayList<>();
        store.change(catalog -> {
            notes.clear();
            failed.clear();
            Catalog next = catalog;
            for (AccountStatement.Account one : drop.accounts()) {
                AccountName name = name(one, current);
                if (next.accounts().containsKey(name)) {
                    next = next.withoutAccount(name);
                } else if (drop.ifExists()) {
                    notes.add(new Note("Note", 1974, "Can't drop user " + name + "; it doesn't exist"));
                } else {
                    failed.add(name.toString());
                }
            }
            return next;
        });
        refuse(failed, "DROP USER");
    }

    private void rename(AccountStatement.RenameUser rename, AccountName current) {
        store.change(catalog -> {
            Catalog next = catalog;
            List<String> failed = new ArrayList<>();
            for (int i = 0; i + 1 < rename.fromTo().size(); i += 2) {
                AccountName from = name(rename.fromTo().get(i), current);
                AccountName to = name(rename.fromTo().get(i + 1), current);
                Account account = next.accounts().get(from);
                if (account == null || next.accounts().containsKey(to)) {
                    failed.add(from.toString());
                } else {
                    next = next.withoutAccount(from)
                            .withAccount(new Account(to, account.plugin(), account.authentication(), account.grants()));
                }
            }
            refuse(failed, "RENAME USER");
            return next;
        });
    }

    private void setPassword(AccountStatement.SetPassword set, AccountName current) {
        AccountName name = set.account() == null ? current : name(set.account(), current);
        store.change(catalog -> {
            Account account = catalog.accounts().get(name);
            if (account == null) {
                throw ErrorCode.NO_MATCHING_USER.with();
            }
            String authentication =
                    set.hashed() ? checkedHash(account.plugin(), set.value()) : stored(account.plugin(), set.value());
            return catalog.withAccount(new Account(name, account.plugin(), authentication, account.grants()));
        });
    }

    private void grant(AccountStatement.Grant grant, AccountName current) {
        boolean all = isAll(grant.privileges(), grant.level());
        store.change(catalog -> {
            Catalog next = catalog;
            for (AccountSpecification one : grant.accounts()) {
                Account old = next.accounts().get(name(one.account(), current));
                boolean proof = one.password() != null || one.hash() != null;
                if (old == null && !proof) {
                    throw ErrorCode.NO_MATCHING_USER.with();
                }
                Account base = proof ? account(one, current) : old;
                if (base != null) {
                    boolean grants = all || old != null && old.grants();
                    next = next.withAccount(new Account(base.name(), base.plugin(), base.authentication(), grants));
                }
            }
            return next;
        });
    }

    private void revoke(AccountStatement.Revoke revoke, AccountName current) {
        boolean everything = revoke.level() == null
                && revoke.privileges().stream()
                        .anyMatch(privilege -> privilege.name().startsWith("ALL"));
        boolean all = everything || isAll(revoke.privileges(), revoke.level());
        store.change(catalog -> {
            Catalog next = catalog;
            for (AccountStatement.Account one : revoke.accounts()) {
                AccountName name = name(one, current);
                Account old = next.accounts().get(name);
                if (old == null) {
                    throw ErrorCode.NO_SUCH_GRANT.with(name.user(), name.host());
                }
                if (all) {
                    next = next.withAccount(new Account(name, old.plugin(), old.authentication(), false));
                }
            }
            return next;
        });
    }

    /** ALL on *.*; false for USAGE, which is nothing. */
    private static boolean isAll(List<AccountStatement.Privilege> privileges, AccountStatement.@Nullable Level level) {
        if (privileges.size() == 1 && privileges.getFirst().name().equals("USAGE")) {
            return false;
        }
        boolean everywhere = level != null
                && !level.currentDatabase()
                && level.schema() == null
                && level.object() == null
                && level.objectType() == null;
        boolean all = privileges.stream().allMatch(privilege -> privilege.name().startsWith("ALL"));
        if (!everywhere || !all) {
            throw ErrorCode.NOT_SUPPORTED.with("privileges other than ALL ON *.*");
        }
        return true;
    }

    private static void refuse(List<String> failed, String operation) {
        if (!failed.isEmpty()) {
            throw ErrorCode.USER_OPERATION_FAILED.with(operation, String.join(",", failed));
        }
    }

    private static AccountName name(AccountStatement.Account account, AccountName current) {
        return account.currentUser()
                ? current
                : new AccountName(account.user(), account.host() == null ? "%" : account.host());
    }
}
