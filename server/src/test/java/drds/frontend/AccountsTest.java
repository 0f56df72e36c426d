package drds.frontend;

import static org.assertj.core.api.Assertions.assertThat;

import drds.catalog.Account;
import drds.catalog.AccountName;
import drds.catalog.Catalog;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccountsTest {
    @ParameterizedTest
    @CsvSource({
        "%,10.1.2.3,true",
        "localhost,127.0.0.1,true",
        "localhost,10.1.2.3,false",
        "10.1.2.3,10.1.2.3,true",
        "10.1.%,10.1.2.3,true",
        "10.1.%,10.2.2.3,false",
        "10.1.2._,10.1.2.3,true",
        "10.1.2._,10.1.2.33,false",
        "10.1.0.0/255.255.0.0,10.1.9.9,true",
        "10.1.0.0/255.255.0.0,10.2.9.9,false",
        "127.0.0.1,127.0.0.1,true",
        "local%,127.0.0.1,true"
    })
    void matchesHostsAsMysqlDoes(String pattern, String address, boolean matches) throws UnknownHostException {
        assertThat(Accounts.matches(pattern, InetAddress.getByName(address))).isEqualTo(matches);
    }

    @Test
    void takesTheMostSpecificHostFirst() throws UnknownHostException {
        Catalog catalog = Catalog.empty();
        for (AccountName name : new AccountName[] {
            new AccountName("app", "%"),
            new AccountName("app", "10.1.2.3"),
            new AccountName("", "10.1.%"),
            new AccountName("app", "10.%")
        }) {
            catalog = catalog.withAccount(new Account(name, "mysql_native_password", "", true));
        }
        Catalog all = catalog;
        Accounts accounts = new Accounts(() -> all);
        assertThat(found(accounts, "app", "10.1.2.3")).isEqualTo("10.1.2.3");
        assertThat(found(accounts, "app", "10.1.2.4")).isEqualTo("10.1.%");
        assertThat(found(accounts, "app", "10.2.2.4")).isEqualTo("10.%");
        assertThat(found(accounts, "app", "11.2.2.4")).isEqualTo("%");
        assertThat(accounts.find("other", InetAddress.getByName("11.2.2.4"))).isNull();
    }

    private static String found(Accounts accounts, String user, String address) throws UnknownHostException {
        Account account = accounts.find(user, InetAddress.getByName(address));
        assertThat(account).isNotNull();
        return account.name().host();
    }

    @Test
    void theCertificateVouchesForItself() throws Exception {
        SelfSigned.Identity identity = SelfSigned.create("DRDS", Instant.now());
        identity.certificate().verify(identity.keys().getPublic());
        identity.certificate().checkValidity();
        assertThat(identity.certificate().getSubjectX500Principal().getName()).isEqualTo("CN=DRDS");
    }
}
