package io.sdr.benchmarks.agent;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority for try-outs: its key lives as long as this object. Certificates are good for 30 days; keys are on P-256. */
final class CertificateAuthority {
    private static final Duration VALID = Duration.ofDays(30);
    private static final Duration CLOCKS_DIFFER = Duration.ofHours(1);
    private static final int SERIAL_BITS = 127;
    private static final X500Name NAME = new X500Name("CN=sdr try-out authority");

    private final SecureRandom random = new SecureRandom();
    private final Instant now;
    private final KeyPair key = newKey();
    private final byte[] certificate;

    CertificateAuthority(Instant now) throws IOException {
        this.now = now;
        X509v3CertificateBuilder builder = builder(NAME, key);
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
        this.certificate = sign(builder);
    }

    byte[] certificate() {
        return certificate.clone();
    }

    /** Signs a certificate for a key with the subject CN=NAME, made out to hosts. */
    byte[] sign(String name, KeyPair own, Collection<String> hosts) throws IOException {
        X509v3CertificateBuilder builder = builder(new X500Name("CN=" + name), own);
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
            KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
        }));
        builder.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(hosts.stream().map(CertificateAuthority::host).toArray(GeneralName[]::new)));
        return sign(builder);
    }

    private static GeneralName host(String host) {
        boolean address = host.indexOf(':') >= 0 || host.matches("[0-9.]+");
        return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, host);
    }

    private X509v3CertificateBuilder builder(X500Name subject, KeyPair subjectKey) {
        return new JcaX509v3CertificateBuilder(
                NAME,
                new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE),
                Date.from(now.minus(CLOCKS_DIFFER)),
                Date.from(now.plus(VALID)),
                subject,
                subjectKey.getPublic());
    }

    private byte[] sign(X509v3CertificateBuilder builder) throws IOException {
        try {
            return builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate()))
                    .getEncoded();
        } catch (OperatorCreationException e) {
            throw new CertIOException("cannot sign", e);
        }
    }

    static KeyPair newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform has no elliptic curves", e);
        }
    }
}
