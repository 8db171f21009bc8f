package io.sdr.hyperv.host;

import io.sdr.hyperv.powershell.ScriptAnswer;
import java.time.Instant;
import java.util.List;

/**
 * A certificate of a host's own store ({@code Cert:\LocalMachine\My}) with its private key.
 *
 * @param thumbprint its SHA-1, in hex digits
 * @param names the DNS names that it is for; {@code *.example.net} stands for one label
 * @param usages the object identifiers of its enhanced key usages; empty for all
 * @param notBefore since when it is valid
 * @param notAfter until when
 */
public record Certificate(
        String thumbprint, List<String> names, List<String> usages, Instant notBefore, Instant notAfter) {
    public Certificate {
        names = List.copyOf(names);
        usages = List.copyOf(usages);
    }

    static Certificate of(ScriptAnswer answer) {
        return new Certificate(
                answer.text("thumbprint"),
                answer.texts("names"),
                answer.texts("usages"),
                answer.moment("notBefore"),
                answer.moment("notAfter"));
    }
}
