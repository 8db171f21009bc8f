package io.sdr.core.sync.wire;

import io.sdr.api.InvalidRequestException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/** Who this end is, and whose certificates it believes. Immutable and thread-safe. */
public final class TlsIdentity {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA");

    private final SSLContext context;

    private TlsIdentity(SSLContext context) {
        this.context = context;
    }

    /**
     * Reads an identity from PEM files (RFC 7468).
     *
     * @param certificate the own certificate, then those between it and the authority
     * @param key its private key: PKCS #8, not encrypted; EC, RSA or EdDSA
     * @param authority certificates that are trusted; those of the other end must lead to one of them
     * @return the identity
     * @throws InvalidRequestException code {@code CERTIFICATE_FILES} if a file cannot be used
     */
    public static TlsIdentity read(Path certificate, Path key, Path authority) {
        X509Certificate[] chain = certificates(certificate, "a certificate");
        PrivateKey own = key(key);
        try {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            X509Certificate[] authorities = certificates(authority, "the certificate of an authority");
            for (int i = 0; i < authorities.length; i++) {
                trusted.setCertificateEntry("authority" + i, authorities[i]);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(new KeyManager[] {new OwnKey(own, chain)}, trust.getTrustManagers(), null);
            return new TlsIdentity(context);
        } catch (GeneralSecurityException | IOException e) {
            throw WireProblems.unusable(authority, "the certificate of an authority", e);
        }
    }

    SSLSocketFactory sockets() {
        return context.getSocketFactory();
    }

    private static X509Certificate[] certificates(Path file, String what) {
        try {
            X509Certificate[] found = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .toArray(X509Certificate[]::new);
            if (found.length == 0) {
                throw new CertificateException("there is none");
            }
            return found;
        } catch (IOException | CertificateException e) {
            throw WireProblems.unusable(file, what, e);
        }
    }

    private static PrivateKey key(Path file) {
        byte[] encoded = new byte[0];
        try {
            Matcher text = KEY.matcher(Files.readString(file, StandardCharsets.US_ASCII));
            if (!text.find()) {
                throw new InvalidKeyException("there is none");
            }
            encoded = Base64.getMimeDecoder().decode(text.group(1));
            for (String algorithm : ALGORITHMS) {
                try {
                    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
                } catch (InvalidKeySpecException e) {
                    // of another algorithm
                }
            }
            throw new InvalidKeyException("of no known algorithm");
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw WireProblems.unusable(file, "a private key", e);
        } finally {
            Arrays.fill(encoded, (byte) 0);
        }
    }

    /** The one key there is; a key store would only encrypt it under an empty password. */
    private static final class OwnKey extends X509ExtendedKeyManager {
        private static final String ALIAS = "own";

        private final PrivateKey key;
        private final X509Certificate[] chain;

        OwnKey(PrivateKey key, X509Certificate[] chain) {
            this.key = key;
            this.chain = chain;
        }

        private @Nullable String alias(String... keyTypes) {
            return Arrays.asList(keyTypes).contains(key.getAlgorithm()) ? ALIAS : null;
        }

        @Override
        public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
            return alias(keyType) == null ? null : new String[] {ALIAS};
        }

        @Override
        public @Nullable String chooseClientAlias(
                String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return alias(keyTypes);
        }

        @Override
        public @Nullable String chooseEngineClientAlias(
                String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return alias(keyTypes);
        }

        @Override
        public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
            return getClientAliases(keyType, issuers);
        }

        @Override
        public @Nullable String chooseServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return alias(keyType);
        }

        @Override
        public @Nullable String chooseEngineServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return alias(keyType);
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return chain.clone();
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return key;
        }
    }

    /** The subject of a chain that was verified. */
    static X500Principal subject(Certificate[] chain) {
        return ((X509Certificate) chain[0]).getSubjectX500Principal();
    }
}
