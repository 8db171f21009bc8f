package io.sdr.benchmarks.sync;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.ProgressListener;
import io.sdr.core.agent.AgentClient;
import io.sdr.core.agent.AgentConfiguration;
import io.sdr.core.agent.DiskAddress;
import io.sdr.core.agent.Handle;
import io.sdr.core.sync.InPlaceSync;
import io.sdr.core.sync.RateLimit;
import io.sdr.core.sync.SourceImage;
import io.sdr.core.sync.TargetImage;
import io.sdr.core.sync.wire.LinkOptions;
import io.sdr.core.sync.wire.SessionOptions;
import io.sdr.core.sync.wire.SyncTerms;
import io.sdr.core.sync.wire.TlsIdentity;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * A sync one or both sides of which an agent serves.
 *
 * @param identity who this process is to the agents
 * @param terms what is wanted
 * @param limit how fast this process sends
 * @param progress hears how far it is
 */
record RemoteSync(TlsIdentity identity, SyncTerms terms, RateLimit limit, ProgressListener progress) {
    /** From a file here to an agent. */
    InPlaceSync.Outcome run(Path source, DiskAddress target) {
        warmUp();
        try (AgentClient agent = connect(target)) {
            return agent.send(SourceImage.of(source), agent.offer(target.disk(), Access.WRITE), terms, options());
        }
    }

    /** From an agent to a file here, of some format if it is made. */
    InPlaceSync.Outcome run(DiskAddress source, Path target, Optional<String> format) {
        TargetImage image = TargetImage.of(target);
        format.ifPresent(image::inFormat);
        warmUp();
        try (AgentClient agent = connect(source)) {
            return agent.receive(agent.offer(source.disk(), Access.READ), image, terms, options());
        }
    }

    /** From one agent to another; no data comes here. */
    InPlaceSync.Outcome run(DiskAddress source, DiskAddress target) {
        try (AgentClient from = connect(source);
                AgentClient to = connect(target)) {
            Handle written = to.offer(target.disk(), Access.WRITE);
            return from.direct(
                    from.offer(source.disk(), Access.READ),
                    target.host(),
                    target.port(),
                    written,
                    terms,
                    CancelFlag.NEVER,
                    progress);
        }
    }

    private SessionOptions options() {
        return new SessionOptions(new SecureRandom(), CancelFlag.NEVER, progress);
    }

    /** Beside the connection and the first reads, which wait for others. */
    private static void warmUp() {
        start(() -> SessionOptions.warmUp(new SecureRandom()));
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "sync");
        thread.setDaemon(true);
        thread.start();
    }

    private AgentClient connect(DiskAddress address) {
        LinkOptions options = new LinkOptions(RemoteSync::start, AgentConfiguration.DEADLINE).limitedTo(limit);
        return AgentClient.connect(address.host(), address.port(), identity, options, subject -> true);
    }
}
