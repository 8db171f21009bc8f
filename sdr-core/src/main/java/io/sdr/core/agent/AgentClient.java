package io.sdr.core.agent;

import io.sdr.api.SdrException;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.ProgressListener;
import io.sdr.core.call.CallLink;
import io.sdr.core.sync.InPlaceSync;
import io.sdr.core.sync.SourceImage;
import io.sdr.core.sync.SyncCounters;
import io.sdr.core.sync.SyncRequest;
import io.sdr.core.sync.TargetImage;
import io.sdr.core.sync.wire.DifferenceTarget;
import io.sdr.core.sync.wire.Frame;
import io.sdr.core.sync.wire.FrameType;
import io.sdr.core.sync.wire.Link;
import io.sdr.core.sync.wire.LinkOptions;
import io.sdr.core.sync.wire.OutcomeMessage;
import io.sdr.core.sync.wire.PayloadReader;
import io.sdr.core.sync.wire.PayloadWriter;
import io.sdr.core.sync.wire.SessionOptions;
import io.sdr.core.sync.wire.SourceSession;
import io.sdr.core.sync.wire.SyncTerms;
import io.sdr.core.sync.wire.TargetSession;
import io.sdr.core.sync.wire.TlsDuplex;
import io.sdr.core.sync.wire.TlsIdentity;
import java.util.Optional;
import java.util.function.Predicate;
import javax.security.auth.x500.X500Principal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection to an agent. A sync uses it up. Used by one thread. */
public final class AgentClient implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AgentClient.class);

    /** An agent that is told to stop gives up after a deadline what it asked others for, ends its connections, and answers. */
    private static final int PATIENCE = 3;

    private final Link link;

    private final LinkOptions options;

    private AgentClient(Link link, LinkOptions options) {
        this.link = link;
        this.options = options;
    }

    /**
     * Connects.
     *
     * @param host where the agent listens; its certificate must be made out to it
     * @param port its port
     * @param identity who this end is
     * @param options how the connection is used
     * @param admitted whether the agent's certificate, which leads to a trusted authority, is a right one
     * @return the connection
     * @throws SdrException codes {@code PEER_UNREACHABLE}, {@code TLS_REFUSED}, {@code CERTIFICATE_EXPIRED}, {@code
     *     PEER_NOT_LISTED}, {@code AGENT_VERSION}, and those of {@link Link#receive()}
     */
    public static AgentClient connect(
            String host, int port, TlsIdentity identity, LinkOptions options, Predicate<X500Principal> admitted) {
        TlsDuplex duplex = TlsDuplex.connect(host, port, identity, options.deadline());
        if (!admitted.test(duplex.subject())) {
            duplex.close();
            throw AgentProblems.notAdmitted(host + ":" + port, duplex.subject().getName());
        }
        AgentClient client = new AgentClient(new Link(duplex, options), options);
        try {
            client.link.send(FrameType.HELLO, AgentConnection.hello());
            AgentConnection.checkHello(client.link.receive(FrameType.HELLO));
            return client;
        } catch (SdrException e) {
            client.link.fail(e);
            client.close();
            throw e;
        }
    }

    /**
     * Asks for a handle of a disk there. Only controllers may.
     *
     * @param disk the name of the disk, or ROOT/FILE
     * @param access what it shall be used for
     * @return the handle, good once and as long as this connection lives
     * @throws SdrException codes {@code UNKNOWN_DISK}, {@code NO_RIGHT}, {@code NOT_A_CONTROLLER}
     */
    public Handle offer(String disk, Access access) {
        link.send(
                FrameType.OFFER, new PayloadWriter(disk.length() + 8).text(disk).flag(access == Access.WRITE));
        PayloadReader answer = link.receive(FrameType.HANDLE);
        Handle handle = Handle.of(answer.bytes(Handle.BYTES));
        answer.end();
        return handle;
    }

    /**
     * Brings a disk there up to date with one here.
     *
     * @param source the disk here, which is right
     * @param target the handle of the disk there, for writing
     * @param terms what is wanted
     * @param options what to work with
     * @return what was done
     * @throws SdrException as {@link SourceSession#run} says
     */
    public InPlaceSync.Outcome send(SourceImage source, Handle target, SyncTerms terms, SessionOptions options) {
        join(target, terms);
        return SourceSession.run(link, source, terms, options);
    }

    /**
     * Brings a disk here up to date with one there.
     *
     * @param source the handle of the disk there, for reading
     * @param target the disk here, which shall become equal
     * @param terms what is wanted
     * @param options what to work with
     * @return what was done
     * @throws SdrException as {@link TargetSession#run} says
     */
    public InPlaceSync.Outcome receive(Handle source, TargetImage target, SyncTerms terms, SessionOptions options) {
        join(source, terms);
        return TargetSession.run(link, target, options);
    }

    private void join(Handle handle, SyncTerms terms) {
        PayloadWriter payload = new PayloadWriter(32).bytes(handle.secret(), 0, Handle.BYTES);
        terms.write(payload);
        link.send(FrameType.JOIN, payload);
    }

    /**
     * Has the agent bring a disk of another agent up to date with one of its own. The two agents talk to each other: no data comes
     * here.
     *
     * @param source the handle of the disk there, for reading
     * @param host where that agent finds the other one
     * @param port the other one's port
     * @param target the handle that the other one gave, for writing; the connection that got it must stay open
     * @param terms what is wanted
     * @param cancel looked at with each report of progress
     * @param progress hears how far it is, in bytes of the disk, a few times a second
     * @return what was done
     * @throws SdrException what failed at either agent, or between them
     */
    public InPlaceSync.Outcome direct(
            Handle source,
            String host,
            int port,
            Handle target,
            SyncTerms terms,
            CancelFlag cancel,
            ProgressListener progress) {
        PayloadWriter payload = new PayloadWriter(128)
                .bytes(source.secret(), 0, Handle.BYTES)
                .text(host)
                .i32(port)
                .bytes(target.secret(), 0, Handle.BYTES);
        terms.write(payload);
        link.send(FrameType.DIRECT, payload);
        boolean told = false;
        while (true) {
            Frame frame = link.receive();
            switch (frame.type()) {
                case PROGRESS -> {
                    PayloadReader from = frame.read();
                    progress.progress(from.i64(Long.MAX_VALUE), from.i64(Long.MAX_VALUE));
                    from.end();
                }
                case RESULT -> {
                    return OutcomeMessage.read(frame.read());
                }
                default -> throw AgentConnection.unexpected(frame, "progress or a result");
            }
            if (cancel.isSet() && !told) {
                told = true;
                link.send(FrameType.CANCEL);
            }
        }
    }

    /**
     * Has the connection carry calls from here on, which uses it up.
     *
     * @return the connection; closing it is enough
     */
    CallLink calls() {
        CallLink calls =
                new CallLink(link, options.threads(), options.deadline().multipliedBy(PATIENCE), options.nanoTime());
        options.threads().execute(() -> {
            try {
                calls.run(Optional.empty());
            } catch (SdrException e) {
                LOG.debug("the connection to {} has ended", link.peer(), e);
            } finally {
                calls.close();
            }
        });
        return calls;
    }

    /**
     * Takes the differences between a frozen disk there and a stale one here.
     *
     * @param frozen the handle of the disk there
     * @param request what is compared, and where differences go
     * @param session what to work with
     * @return what was done
     * @throws SdrException as {@link DifferenceTarget#run} says
     */
    SyncCounters differences(Handle frozen, SyncRequest request, SessionOptions session) {
        link.send(FrameType.DIFFERENCES, new PayloadWriter(Handle.BYTES).bytes(frozen.secret(), 0, Handle.BYTES));
        return DifferenceTarget.run(link, request, session);
    }

    /** Ends the connection, with the handles that it got. A second call does nothing. */
    @Override
    public void close() {
        link.close();
    }
}
