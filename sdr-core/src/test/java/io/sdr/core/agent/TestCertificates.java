package io.sdr.core.agent;

import io.sdr.core.sync.wire.TlsIdentity;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority, and certificates that it signs, as PEM files. */
final class TestCertificates {
    private static final Duration DAY = Duration.ofDays(1);

    private final Path folder;
    private final String authority;
    private final KeyPair key;
    private final X500Name name;
    private final Map<String, TlsIdentity> identities = new ConcurrentHashMap<>();
    private long serial = 1;

    TestCertificates(Path folder, String authority) {
        this.folder = folder;
        this.authority = authority;
        this.key = newKey();
        this.name = new X500Name("CN=" + authority);
        write(
                authority + ".pem",
                "CERTIFICATE",
                sign(name, key, true, Instant.now().plus(DAY)));
    }

    private static KeyPair newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private byte[] sign(X500Name subject, KeyPair subjectKey, boolean ofAuthority, Instant until) {
        try {
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    name,
                    BigInteger.valueOf(serial++),
                    Date.from(Instant.now().minus(DAY.multipliedBy(3))),
                    Date.from(until),
                    subject,
                    subjectKey.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(ofAuthority));
            if (!ofAuthority) {
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName[] {
                    new GeneralName(GeneralName.dNSName, "localhost"),
                    new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
                    new GeneralName(GeneralName.iPAddress, NetworkNamespace.OUTER)
                }));
            }
            return builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate()))
                    .getEncoded();
        } catch (IOException | OperatorCreationException e) {
            throw new AssertionError(e);
        }
    }

    private void write(String file, String what, byte[] bytes) {
        String text = "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes) + "\n-----END " + what + "-----\n";
        try {
            Files.writeString(folder.resolve(file), text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Makes a certificate and its key; the subject is CN=NAME. */
    TestCertificates make(String subject) {
        return make(subject, Instant.now().plus(DAY));
    }

    TestCertificates makeExpired(String subject) {
        return make(subject, Instant.now().minus(DAY));
    }

    private TestCertificates make(String subject, Instant until) {
        KeyPair own = newKey();
        identities.remove(subject);
        write(subject + ".pem", "CERTIFICATE", sign(new X500Name("CN=" + subject), own, false, until));
        write(subject + ".key", "PRIVATE KEY", own.getPrivate().getEncoded());
        return this;
    }

    /** Who has that certificate, believing this authority. */
    TlsIdentity identity(String subject) {
        return identities.computeIfAbsent(
                subject,
                any -> TlsIdentity.read(
                        folder.resolve(subject + ".pem"),
                        folder.resolve(subject + ".key"),
                        folder.resolve(authority + ".pem")));
    }

    static X500Principal principal(String subject) {
        return new X500Principal("CN=" + subject);
    }
}
