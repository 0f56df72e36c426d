package drds.ddl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drds.catalog.Account;
import drds.catalog.AccountName;
import drds.catalog.CatalogStore;
import drds.error.SqlError;
import drds.mysql.CachingSha2;
import drds.mysql.NativePassword;
import drds.parser.AccountStatement;
import drds.parser.ParserModes;
import drds.parser.SqlParser;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountAdministrationTest {
    private static final AccountName ROOT = new AccountName("root", "127.0.0.1");

    @TempDir
    Path directory;

    private CatalogStore store;

    @BeforeEach
    void open() throws Exception {
        store = CatalogStore.embedded(directory);
        store.change(catalog -> catalog.withAccount(new Account(ROOT, NativePassword.PLUGIN, "", true)));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void accountsComeAndGo() {
        execute("CREATE USER a IDENTIFIED BY 'x', 'b'@'10.%' IDENTIFIED WITH caching_sha2_password BY 'y'");
        assertThat(account("a", "%").authentication()).isEqualTo(NativePassword.store("x"));
        assertThat(CachingSha2.verifyStored("y", account("b", "10.%").authentication()))
                .isTrue();
        assertError("CREATE USER a", 1396, "Operation CREATE USER failed for 'a'@'%'");
        assertThat(execute("CREATE USER IF NOT EXISTS a").notes())
                .extracting(Note::number)
                .containsExactly(1973);
        execute("ALTER USER a IDENTIFIED BY 'new'");
        execute("SET PASSWORD FOR 'b'@'10.%' = PASSWORD('z')");
        assertThat(account("a", "%").authentication()).isEqualTo(NativePassword.store("new"));
        assertThat(CachingSha2.verifyStored("z", account("b", "10.%").authentication()))
                .isTrue();
        execute("RENAME USER a TO c@localhost");
        execute("DROP USER c@localhost");
        assertError("DROP USER c@localhost", 1396, "Operation DROP USER failed for 'c'@'localhost'");
        assertThat(execute("DROP USER IF EXISTS c").notes())
                .extracting(Note::number)
                .containsExactly(1974);
        assertError("CREATE USER d IDENTIFIED WITH foo BY 'x'", 1524, "Plugin 'foo' is not loaded");
        assertError("CREATE USER d IDENTIFIED BY PASSWORD 'x'", 1372, null);
    }

    @Test
    void grantsAreAllOrNothing() {
        execute("CREATE USER a IDENTIFIED BY 'x'");
        assertThat(account("a", "%").grants()).isFalse();
        execute("GRANT USAGE ON *.* TO a");
        assertThat(account("a", "%").grants()).isFalse();
        execute("GRANT ALL PRIVILEGES ON *.* TO a WITH GRANT OPTION");
        assertThat(account("a", "%").grants()).isTrue();
        execute("ALTER USER a IDENTIFIED BY 'y'");
        assertThat(account("a", "%").grants()).isTrue();
        execute("REVOKE ALL ON *.* FROM a");
        assertThat(account("a", "%").grants()).isFalse();
        assertError("GRANT ALL ON *.* TO nobody", 1133, null);
        assertError("GRANT SELECT ON shop.* TO a", 1235, null);
        assertError("REVOKE ALL PRIVILEGES, GRANT OPTION FROM nobody", 1141, null);
    }

    @Test
    void whoHasNoPrivilegeMayOnlyChangeTheOwnPassword() {
        execute("CREATE USER a IDENTIFIED BY 'x'");
        AccountName a = new AccountName("a", "%");
        assertThatThrownBy(() -> execute("CREATE USER b", a)).hasMessageContaining("CREATE USER privilege");
        execute("SET PASSWORD = PASSWORD('own')", a);
        assertThat(account("a", "%").authentication()).isEqualTo(NativePassword.store("own"));
    }

    private Account account(String user, String host) {
        return Objects.requireNonNull(store.current().accounts().get(new AccountName(user, host)));
    }

    private DdlOutcome execute(String sql) {
        return execute(sql, ROOT);
    }

    private DdlOutcome execute(String sql, AccountName current) {
        AccountStatement statement =
                (AccountStatement) new SqlParser(ParserModes.DEFAULT).parse(sql).statement();
        return new AccountAdministration(store, new Random(1)).execute(statement, current);
    }

    private void assertError(String sql, int number, String message) {
        assertThatThrownBy(() -> execute(sql))
                .isInstanceOfSatisfying(
                        SqlError.class,
                        e -> assertThat(e.number()).as(e.message()).isEqualTo(number))
                .satisfies(e -> {
                    if (message != null) {
                        assertThat(e).hasMessage(message);
                    }
                });
    }
}
