package io.sdr.core.endpoint;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;

/**
 * How an agent is reached, and who this engine is for it. Immutable. Evolving, for providers.
 */
public final class AgentSettings {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private final String host;
    private final int port;
    private final Path certificate;
    private final Path key;
    private final Path authority;
    private final Optional<X500Principal> subject;
    private final String peerHost;
    private final int peerPort;
    private final Duration deadline;

    private AgentSettings(
            String host,
            int port,
            Path certificate,
            Path key,
            Path authority,
            Optional<X500Principal> subject,
            String peerHost,
            int peerPort,
            Duration deadline) {
        this.host = host;
        this.port = port;
        this.certificate = certificate;
        this.key = key;
        this.authority = authority;
        this.subject = subject;
        this.peerHost = peerHost;
        this.peerPort = peerPort;
        this.deadline = deadline;
    }

    /**
     * Names an agent. Its configuration must list the subject of this engine's certificate as a controller.
     *
     * @param host where it listens; its certificate must be made out to it
     * @param port its port
     * @param certificate this engine's certificate, PEM
     * @param key its key, PKCS #8 in PEM, not encrypted
     * @param authority the authority that both ends believe, PEM
     * @return the settings
     */
    public static AgentSettings of(String host, int port, Path certificate, Path key, Path authority) {
        return new AgentSettings(host, port, certificate, key, authority, Optional.empty(), host, port, DEADLINE);
    }

    /**
     * Says whose certificate the agent must show. Without it any of the authority's that is made out to the host will do.
     *
     * @param value the subject, such as {@code CN=agent-1}
     * @return a copy
     */
    public AgentSettings subject(X500Principal value) {
        return new AgentSettings(
                host, port, certificate, key, authority, Optional.of(value), peerHost, peerPort, deadline);
    }

    /**
     * Says where other agents find it, if that is another address than this engine's. This engine never connects to it.
     *
     * @param value the host, to which the agent's certificate must be made out, too
     * @param valuePort the port
     * @return a copy
     */
    public AgentSettings peersFindItAt(String value, int valuePort) {
        return new AgentSettings(host, port, certificate, key, authority, subject, value, valuePort, deadline);
    }

    /**
     * Says how long either end may be silent.
     *
     * @param value how long; 30 s unless given
     * @return a copy
     */
    public AgentSettings deadline(Duration value) {
        return new AgentSettings(host, port, certificate, key, authority, subject, peerHost, peerPort, value);
    }

    String host() {
        return host;
    }

    int port() {
        return port;
    }

    Path certificate() {
        return certificate;
    }

    Path key() {
        return key;
    }

    Path authority() {
        return authority;
    }

    Optional<X500Principal> subject() {
        return subject;
    }

    String peerHost() {
        return peerHost;
    }

    int peerPort() {
        return peerPort;
    }

    Duration deadline() {
        return deadline;
    }
}
