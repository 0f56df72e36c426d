package drds.frontend;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Clock;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The keys that clients see: the TLS certificate, the user's own or one made at the first use, and the RSA key that
 * caching_sha2_password encrypts with where there is no TLS. Made at most once; long to make, so ask on a platform thread.
 */
public final class ServerKeys {
    private static final int RSA_BITS = 2048;

    private final @Nullable Path certificateFile;
    private final @Nullable Path keyFile;
    private final Clock clock;
    private @Nullable SslContext tls;
    private @Nullable KeyPair rsa;

    private ServerKeys(@Nullable Path certificateFile, @Nullable Path keyFile, Clock clock) {
        this.certificateFile = certificateFile;
        this.keyFile = keyFile;
        this.clock = clock;
    }

    /** A certificate that vouches for itself. */
    public static ServerKeys generated(Clock clock) {
        return new ServerKeys(null, null, clock);
    }

    /**
     * A certificate (with its chain) and its key, both in PEM.
     *
     * @throws SSLException if they can't be read or don't fit
     */
    public static ServerKeys of(Path certificateFile, Path keyFile, Clock clock) throws SSLException {
        ServerKeys keys = new ServerKeys(certificateFile, keyFile, clock);
        try {
            keys.tls();
        } catch (GeneralSecurityException e) {
            throw new SSLException(e);
        } catch (IllegalArgumentException e) {
            throw new SSLException(e.getMessage(), e);
        }
        return keys;
    }

    synchronized SslContext tls() throws GeneralSecurityException, SSLException {
        SslContext present = tls;
        if (present == null) {
            SslContextBuilder builder;
            if (certificateFile != null && keyFile != null) {
                builder = SslContextBuilder.forServer(certificateFile.toFile(), keyFile.toFile());
            } else {
                SelfSigned.Identity identity = SelfSigned.create("DRDS", clock.instant());
                builder = SslContextBuilder.forServer(identity.keys().getPrivate(), identity.certificate());
            }
            present = builder.sslProvider(SslProvider.JDK)
                    .protocols("TLSv1.3", "TLSv1.2")
                    .build();
            tls = present;
        }
        return present;
    }

    synchronized KeyPair rsa() throws GeneralSecurityException {
        KeyPair present = rsa;
        if (present == null) {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(RSA_BITS);
            present = generator.generateKeyPair();
            rsa = present;
        }
        return present;
    }
}
