package io.sdr.benchmarks.agent;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import io.sdr.benchmarks.cli.Arguments;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** {@code sdr.jar certificates}: an authority and two peers for a try-out. */
public final class CertificatesCommand {
    /** The usage text. */
    public static final String USAGE = """
        usage: java -jar sdr.jar certificates --dir FOLDER [--host NAME]

          --dir FOLDER  where the files go; made if it is missing. Files that exist are not replaced
          --host NAME   a host name or address that the certificates are made out to, beside localhost

        Makes, for a try-out of agents: authority.pem; one.pem and one.key; two.pem and two.key. Their subjects are CN=one and
        CN=two; they are good for 30 days. The authority's key is thrown away, so that nothing more can be signed with it.
        Exit codes: 0 done, 1 failed, 2 wrong usage.
        """;

    private static final List<String> PEERS = List.of("one", "two");

    private CertificatesCommand() {}

    /**
     * Makes the files. Errors are thrown.
     *
     * @param arguments what follows the command's name
     * @param out for the result
     */
    public static void run(List<String> arguments, PrintStream out) {
        Arguments read = Arguments.read(arguments, Set.of("--dir", "--host"), Set.of(), USAGE);
        read.expectNoOperands();
        Path folder = read.requiredPath("--dir");
        Set<String> hosts = new LinkedHashSet<>(List.of("localhost", "127.0.0.1", "::1"));
        read.value("--host").ifPresent(hosts::add);
        try {
            Files.createDirectories(folder);
            CertificateAuthority authority = new CertificateAuthority(Instant.now());
            PemFile.certificate(folder.resolve("authority.pem"), authority.certificate());
            for (String name : PEERS) {
                KeyPair key = CertificateAuthority.newKey();
                PemFile.certificate(folder.resolve(name + ".pem"), authority.sign(name, key, hosts));
                PemFile.key(folder.resolve(name + ".key"), key.getPrivate().getEncoded());
            }
        } catch (IOException e) {
            throw new InvalidRequestException(
                    Problem.of("CERTIFICATES_NOT_WRITTEN")
                            .attempted("write certificates to " + folder)
                            .state(e.toString())
                            .remedy("name a folder that is empty or does not exist, and that this user may write"),
                    e);
        }
        out.println("Made in " + folder + ": authority.pem, one.pem, one.key, two.pem, two.key; good for 30 days.");
    }
}
