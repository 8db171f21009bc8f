package io.sdr.core.endpoint;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.spi.DiskAccess;
import io.sdr.api.spi.StorageFolder;
import io.sdr.core.agent.AgentClient;
import io.sdr.core.agent.AgentPort;
import io.sdr.core.sync.wire.LinkOptions;
import io.sdr.core.sync.wire.TlsIdentity;
import java.security.SecureRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The way to the disks of one agent. Where both sites of a relation give their replica folders and frozen disks through one, the
 * driver runs at the target's agent, beside the replica, and takes the data from the source's agent; this process sends and gets
 * commands and lists of changed ranges, and no data. It may be the same agent for both.
 *
 * <p>A provider keeps one for each agent, as long as it lives, and gives:
 * <ul>
 *   <li>for {@code Disks.replicaFolder(item)}: {@link #folder}{@code ("ROOT/…/" + item)}
 *   <li>for {@code Disks.frozen(…)}: {@link #disk} with the folder and file of the frozen chain's top; parents lie beside it, and
 *       nobody writes to any of them until the checkpoint is released
 *   <li>for {@code Disks.offline(…)}: {@link #disk}, too
 * </ul>
 * Everything else (checkpoints, tracking, VMs, moving a user's disk into the replica folder) the provider does itself: the agent asks
 * for it through this process, for the VM and item of the relation only.
 *
 * <p>Calls on what this gives throw as if the storage failed while the agent does not answer. Those of the driver throw
 * {@link io.sdr.api.RetryableException}, also if the answer to a change was lost: called again they end what was begun, and the agent
 * never has two at work on one replica. Thread-safe. Evolving, for providers.
 */
public final class AgentEndpoint implements AutoCloseable {
    private final AgentPort port;
    private final ExecutorService threads;

    private AgentEndpoint(AgentPort port, ExecutorService threads) {
        this.port = port;
        this.threads = threads;
    }

    /**
     * Prepares. Nothing is connected before something is asked for.
     *
     * @param settings how the agent is reached
     * @return the way to its disks
     * @throws InvalidRequestException code {@code CERTIFICATE_FILES}
     */
    public static AgentEndpoint of(AgentSettings settings) {
        TlsIdentity identity = TlsIdentity.read(settings.certificate(), settings.key(), settings.authority());
        String name = settings.host() + ":" + settings.port();
        ExecutorService threads = Executors.newCachedThreadPool(named("agent endpoint " + name));
        LinkOptions links = new LinkOptions(threads, settings.deadline());
        AgentPort port = new AgentPort(
                name,
                () -> AgentClient.connect(
                        settings.host(),
                        settings.port(),
                        identity,
                        links,
                        subject -> settings.subject().map(subject::equals).orElse(true)),
                settings.peerHost(),
                settings.peerPort(),
                new SecureRandom());
        return new AgentEndpoint(port, threads);
    }

    private static ThreadFactory named(String name) {
        AtomicInteger count = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, name + " " + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /**
     * Gives a folder. Nothing is looked at yet.
     *
     * @param path its name at the agent: the name of a root, and below it folders, as {@code ROOT/FOLDER/FOLDER}; they come to be when
     *     something is first written
     * @return the folder
     */
    public StorageFolder folder(String path) {
        return port.folder(path);
    }

    /**
     * Gives a disk for reading. Nothing is looked at yet.
     *
     * @param folder its folder at the agent, as for {@link #folder}
     * @param file its main file, for a layer the top
     * @param format the name of its format
     * @return the way to it; opened in this process it reads over the connection, for which the engine has little need
     */
    public DiskAccess.InProcess disk(String folder, String file, String format) {
        return port.disk(folder, file, format);
    }

    /** Ends the connection; calls under way fail. A second call does nothing. */
    @Override
    public void close() {
        port.close();
        threads.shutdown();
    }
}
