package io.sdr.core.agent;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.spi.Access;
import io.sdr.core.sync.wire.TlsIdentity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import javax.security.auth.x500.X500Principal;

/**
 * What an agent is told. Immutable.
 *
 * @param host where it listens; empty for all addresses
 * @param port the port; 0 for any that is free
 * @param identity who it is, and whose certificates it believes
 * @param controllers who may choose disks and have them synced
 * @param peers who may use the disks that a controller chose, with the handle that it got
 * @param roots folders under which a controller may choose files, by name
 * @param disks single files, by name
 * @param deadline how long somebody may be silent
 */
public record AgentConfiguration(
        String host,
        int port,
        TlsIdentity identity,
        Set<X500Principal> controllers,
        Set<X500Principal> peers,
        Map<String, Path> roots,
        Map<String, Disk> disks,
        Duration deadline) {
    /** How long somebody may be silent unless configured otherwise. */
    public static final Duration DEADLINE = Duration.ofSeconds(30);

    /**
     * A file that is listed by name.
     *
     * @param path where it is
     * @param access {@link Access#WRITE} if it may be overwritten, too
     */
    public record Disk(Path path, Access access) {}

    /** Copies the collections. */
    public AgentConfiguration {
        controllers = Set.copyOf(controllers);
        peers = Set.copyOf(peers);
        roots = Map.copyOf(roots);
        disks = Map.copyOf(disks);
    }

    /**
     * Reads a configuration in the form of Java properties. Relative paths are taken from the file's folder. A key that is not known
     * is refused, since a mistyped one would be a right that nobody meant to give or to take.
     *
     * <ul>
     *   <li>{@code listen=HOST:PORT}: port 0 for any that is free
     *   <li>{@code certificate}, {@code key}, {@code authority}: PEM files, as {@link TlsIdentity#read} wants them
     *   <li>{@code controller.N=SUBJECT}, {@code peer.N=SUBJECT}: subjects of certificates, such as {@code CN=engine}
     *   <li>{@code root.N=FOLDER}: a controller names files in it N/FILE, and may have them overwritten
     *   <li>{@code disk.NAME.path=FILE}, {@code disk.NAME.rights=read|write}
     *   <li>{@code deadline.seconds}: 30 unless given
     * </ul>
     *
     * @param file the file
     * @return the configuration
     * @throws InvalidRequestException codes {@code AGENT_CONFIGURATION}, {@code CERTIFICATE_FILES}
     */
    public static AgentConfiguration read(Path file) {
        return new ConfigurationFile(file).read();
    }
}
