package drds.frontend;

import drds.catalog.Account;
import drds.catalog.AccountName;
import drds.error.ErrorCode;
import drds.error.SqlError;
import drds.mysql.CachingSha2;
import drds.mysql.Handshake;
import drds.mysql.NativePassword;
import drds.mysql.PacketChannel;
import drds.wire.ConnectionLostException;
import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The server's side of mysql_native_password and caching_sha2_password, with the latter's cache. */
final class Authenticator {
    private static final int CACHE_LIMIT = 10_000;
    private static final int REQUEST_PUBLIC_KEY_BYTES = 1;

    private final Accounts accounts;
    private final ServerKeys keys;
    private final SecureRandom random = new SecureRandom();
    /** What the fast path needs, by account and by what the catalog stores for it. */
    private final Map<CacheKey, byte[]> cache = new ConcurrentHashMap<>();

    private record CacheKey(AccountName name, String stored) {}

    Authenticator(Accounts accounts, ServerKeys keys) {
        this.accounts = accounts;
        this.keys = keys;
    }

    /** 20 bytes without zeros and '$', since clients take them as text. */
    byte[] nonce() {
        byte[] nonce = new byte[Handshake.NONCE_BYTES];
        random.nextBytes(nonce);
        for (int i = 0; i < nonce.length; i++) {
            nonce[i] = (byte) (nonce[i] & 0x7f);
            if (nonce[i] == 0 || nonce[i] == '$') {
                nonce[i]++;
            }
        }
        return nonce;
    }

    /**
     * Finds the account and checks the password, asking the client for more as its plugin needs.
     *
     * @param plugin what the client used for {@code sent}; null if the client has not seen this nonce
     * @throws SqlError ACCESS_DENIED
     */
    Account authenticate(
            PacketChannel channel, String user, InetAddress from, @Nullable String plugin, byte[] nonce, byte[] sent) {
        Account account = accounts.find(user, from);
        String wanted = account == null ? NativePassword.PLUGIN : account.plugin();
        byte[] answer = sent;
        byte[] question = nonce;
        if (!wanted.equals(plugin)) {
            question = nonce();
            new Handshake.AuthSwitch(wanted, question).write(channel.begin());
            channel.end();
            answer = exchange(channel);
        }
        boolean right = account != null
                && switch (wanted) {
                    case NativePassword.PLUGIN -> NativePassword.verify(answer, question, account.authentication());
                    case CachingSha2.PLUGIN -> cachingSha2(channel, account, question, answer);
                    default -> false;
                };
        if (account == null || !right) {
            throw ErrorCode.ACCESS_DENIED.with(user, host(from), answer.length > 0 ? "YES" : "NO");
        }
        return account;
    }

    static String host(InetAddress from) {
        return from.isLoopbackAddress() ? "localhost" : from.getHostAddress();
    }

    private boolean cachingSha2(PacketChannel channel, Account account, byte[] nonce, byte[] sent) {
        String stored = account.authentication();
        if (stored.isEmpty() || sent.length == 0 || (sent.length == 1 && sent[0] == 0)) {
            return stored.isEmpty() && (sent.length == 0 || sent[0] == 0);
        }
        CacheKey key = new CacheKey(account.name(), stored);
        byte[] known = cache.get(key);
        if (known != null && CachingSha2.verify(sent, nonce, known)) {
            moreData(channel, new byte[] {CachingSha2.FAST_OK});
            return true;
        }
        moreData(channel, new byte[] {CachingSha2.FULL_NEEDED});
        String password = fullPassword(channel, nonce);
        boolean right = compute(channel, () -> CachingSha2.verifyStored(password, stored));
        if (right) {
            if (cache.size() >= CACHE_LIMIT) {
                cache.clear();
            }
            cache.put(key, CachingSha2.doubleHash(password));
        }
        return right;
    }

    private String fullPassword(PacketChannel channel, byte[] nonce) {
        byte[] answer = exchange(channel);
        if (channel.connection().secure()) {
            return CachingSha2.password(answer);
        }
        KeyPair rsa = compute(channel, keys::rsa);
        if (answer.length == REQUEST_PUBLIC_KEY_BYTES && answer[0] == CachingSha2.REQUEST_PUBLIC_KEY) {
            moreData(channel, CachingSha2.pem(rsa.getPublic()).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            answer = exchange(channel);
        }
        byte[] encrypted = answer;
        return compute(channel, () -> {
            try {
                return CachingSha2.decrypt(encrypted, nonce, rsa.getPrivate());
            } catch (GeneralSecurityException e) {
                return "";
            }
        });
    }

    private static <T> T compute(PacketChannel channel, java.util.concurrent.Callable<T> task) {
        try {
            return channel.connection().loop().compute(task);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void moreData(PacketChannel channel, byte[] data) {
        channel.begin().writeByte(1).writeBytes(data);
        channel.end();
        channel.flush();
    }

    /** Sends what is written and reads the client's answer. */
    private static byte[] exchange(PacketChannel channel) {
        channel.flush();
        ByteBuf packet = channel.readPacket();
        if (packet == null) {
            throw new ConnectionLostException("the client left during the login", false);
        }
        try {
            byte[] answer = new byte[packet.readableBytes()];
            packet.readBytes(answer);
            return answer;
        } finally {
            packet.release();
        }
    }
}
