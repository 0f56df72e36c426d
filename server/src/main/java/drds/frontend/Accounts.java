package drds.frontend;

import drds.catalog.Account;
import drds.catalog.AccountName;
import drds.catalog.Catalog;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Finds the account that a login is for, as MySQL does: the most specific host first, then the named user before ''. */
final class Accounts {
    private static final Comparator<AccountName> MOST_SPECIFIC_FIRST = Comparator.comparingInt(
                    (AccountName name) -> wildcardPlace(name.host()))
            .reversed()
            .thenComparing(name -> name.user().isEmpty());

    private final Supplier<Catalog> catalog;

    Accounts(Supplier<Catalog> catalog) {
        this.catalog = catalog;
    }

    /** Null if nobody of that name may come from there. */
    @Nullable
    Account find(String user, InetAddress from) {
        return catalog.get().accounts().values().stream()
                .filter(account ->
                        account.name().user().isEmpty() || account.name().user().equals(user))
                .filter(account -> matches(account.name().host(), from))
                .min(Comparator.comparing(Account::name, MOST_SPECIFIC_FIRST))
                .orElse(null);
    }

    /** Where the first wildcard stands: the later, the more specific; the end of all if there is none. */
    private static int wildcardPlace(String host) {
        if (host.isEmpty()) {
            return 0;
        }
        for (int i = 0; i < host.length(); i++) {
            if (host.charAt(i) == '%' || host.charAt(i) == '_') {
                return i;
            }
        }
        return Integer.MAX_VALUE;
    }

    /** A host pattern: a name or address, with % and _, or an address with a netmask; localhost is any loopback address. */
    static boolean matches(String pattern, InetAddress from) {
        String address = from.getHostAddress();
        if (pattern.isEmpty() || pattern.equals("%")) {
            return true;
        }
        if (pattern.equalsIgnoreCase("localhost")) {
            return from.isLoopbackAddress();
        }
        int slash = pattern.indexOf('/');
        if (slash > 0) {
            return matchesNetwork(pattern.substring(0, slash), pattern.substring(slash + 1), from.getAddress());
        }
        return like(address, pattern.toLowerCase(Locale.ROOT))
                || (from.isLoopbackAddress() && like("localhost", pattern.toLowerCase(Locale.ROOT)));
    }

    private static boolean matchesNetwork(String network, String mask, byte[] address) {
        byte[] base = bytes(network);
        byte[] bits = mask.contains(".") ? bytes(mask) : null;
        if (base == null || bits == null || address.length != 4) {
            return false;
        }
        for (int i = 0; i < 4; i++) {
            if ((address[i] & bits[i]) != base[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte @Nullable [] bytes(String dotted) {
        String[] parts = dotted.split("\\.");
        if (parts.length != 4) {
            return null;
        }
        byte[] bytes = new byte[4];
        for (int i = 0; i < 4; i++) {
            try {
                bytes[i] = (byte) Integer.parseInt(parts[i]);
            } catch (NumberFormatException e) {
                return null;
            }
        }
        return bytes;
    }

    private static boolean like(String text, String pattern) {
        if (pattern.isEmpty()) {
            return text.isEmpty();
        }
        char first = pattern.charAt(0);
        String rest = pattern.substring(1);
        if (first == '%') {
            for (int i = 0; i <= text.length(); i++) {
                if (like(text.substring(i), rest)) {
                    return true;
                }
            }
            return false;
        }
        return !text.isEmpty() && (first == '_' || first == text.charAt(0)) && like(text.substring(1), rest);
    }
}
