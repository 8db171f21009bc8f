package io.sdr.core.agent;

import io.sdr.api.CorruptException;
import io.sdr.api.Problem;
import io.sdr.api.SdrException;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.ProgressListener;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.call.CallLink;
import io.sdr.core.sync.InPlaceSync;
import io.sdr.core.sync.SourceImage;
import io.sdr.core.sync.TargetImage;
import io.sdr.core.sync.wire.DifferenceSource;
import io.sdr.core.sync.wire.Frame;
import io.sdr.core.sync.wire.FrameType;
import io.sdr.core.sync.wire.Link;
import io.sdr.core.sync.wire.OutcomeMessage;
import io.sdr.core.sync.wire.PayloadReader;
import io.sdr.core.sync.wire.PayloadWriter;
import io.sdr.core.sync.wire.SessionOptions;
import io.sdr.core.sync.wire.SourceSession;
import io.sdr.core.sync.wire.SyncTerms;
import io.sdr.core.sync.wire.TargetSession;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.security.auth.x500.X500Principal;

/** One connection to an agent, from its greeting to its end. Served by one thread. */
final class AgentConnection {
    static final int VERSION = 2;

    /** Hears how far a connection is. */
    interface Stages {
        /** The other end is known and listed; throws if there is no place for it. */
        void known();

        /** A sync begins. */
        void working();
    }

    private static final byte[] MAGIC = {'s', 'd', 'r'};
    private static final int MAX_PORT = 65_535;
    private static final long PROGRESS_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final AgentContext context;
    private final Link link;
    private final X500Principal subject;
    private final Stages stages;
    private long reported;
    private boolean anyReported;

    /**
     * Takes a connection.
     *
     * @param stages hears how far it is
     */
    AgentConnection(AgentContext context, Link link, X500Principal subject, Stages stages) {
        this.context = context;
        this.link = link;
        this.subject = subject;
        this.stages = stages;
    }

    static PayloadWriter hello() {
        return new PayloadWriter(4).bytes(MAGIC, 0, MAGIC.length).u8(VERSION);
    }

    static void checkHello(PayloadReader from) {
        for (byte each : MAGIC) {
            if (from.u8(0xff) != each) {
                throw AgentProblems.version(0);
            }
        }
        int version = from.u8(0xff);
        from.end();
        if (version != VERSION) {
            throw AgentProblems.version(version);
        }
    }

    static CorruptException unexpected(Frame frame, String due) {
        return new CorruptException(Problem.of("FRAME_UNEXPECTED")
                .attempted("understand the other end of the connection")
                .state("a frame " + frame.type() + " came, " + due + " was due")
                .remedy("see that both ends run the same version of sdr, then run it again"));
    }

    /** Serves it to its end; throws what failed, after telling the other end. */
    void serve() {
        try {
            greet();
            Optional<Frame> frame = link.receiveUnlessEnded();
            while (frame.isPresent() && isAnswered(frame.get())) {
                frame = link.receiveUnlessEnded();
            }
        } catch (SdrException e) {
            link.fail(e);
            link.drain();
            throw e;
        } finally {
            context.disks().forget(this);
            context.frozen().forget(this);
            link.close();
        }
    }

    private void greet() {
        checkHello(link.receive(FrameType.HELLO));
        AgentConfiguration configuration = context.configuration();
        if (!configuration.controllers().contains(subject)
                && !configuration.peers().contains(subject)) {
            throw AgentProblems.notListed(subject.getName());
        }
        stages.known();
        link.send(FrameType.HELLO, hello());
    }

    /** Answers a request; false if it used the connection up. */
    private boolean isAnswered(Frame frame) {
        switch (frame.type()) {
            case OFFER -> {
                offer(frame.read());
                return true;
            }
            case JOIN -> join(frame.read());
            case DIRECT -> direct(frame.read());
            case CALL -> serveCalls(frame);
            case DIFFERENCES -> differences(frame.read());
            default -> throw unexpected(frame, "a request");
        }
        return false;
    }

    private void offer(PayloadReader from) {
        checkController();
        String name = from.text();
        Access access = from.flag() ? Access.WRITE : Access.READ;
        from.end();
        Handle handle = context.disks().offer(name, access, this);
        link.send(FrameType.HANDLE, new PayloadWriter(Handle.BYTES).bytes(handle.secret(), 0, Handle.BYTES));
    }

    /** From here on the connection carries calls, each way. */
    private void serveCalls(Frame first) {
        CallLink calls = new CallLink(
                link,
                context.links().threads(),
                context.configuration().deadline(),
                context.links().nanoTime());
        AgentServices services = new AgentServices(context, calls, this, isController());
        try {
            calls.run(Optional.of(first));
        } finally {
            services.close();
        }
    }

    private void differences(PayloadReader from) {
        stages.working();
        Handle handle = Handle.of(from.bytes(Handle.BYTES));
        from.end();
        try (VirtualDisk disk = context.frozen().open(handle)) {
            DifferenceSource.run(
                    link, disk, new SessionOptions(context.random(), context.stopping(), ProgressListener.NONE));
        }
    }

    private boolean isController() {
        return context.configuration().controllers().contains(subject);
    }

    private void checkController() {
        if (!isController()) {
            throw AgentProblems.notController(subject.getName());
        }
    }

    private void join(PayloadReader from) {
        stages.working();
        Handle handle = Handle.of(from.bytes(Handle.BYTES));
        SyncTerms terms = SyncTerms.read(from);
        from.end();
        DiskRegister.Chosen disk = context.disks().redeem(handle);
        Runnable release = context.disks().use(disk);
        try {
            SessionOptions options = new SessionOptions(context.random(), context.stopping(), ProgressListener.NONE);
            if (disk.access() == Access.WRITE) {
                TargetSession.run(link, TargetImage.of(disk.path(), context.storage()), options);
            } else {
                SourceSession.run(link, SourceImage.of(disk.path(), context.storage()), terms, options);
            }
        } finally {
            release.run();
        }
    }

    private void direct(PayloadReader from) {
        checkController();
        stages.working();
        Handle own = Handle.of(from.bytes(Handle.BYTES));
        String host = from.text();
        int port = from.i32(MAX_PORT);
        Handle theirs = Handle.of(from.bytes(Handle.BYTES));
        SyncTerms terms = SyncTerms.read(from);
        from.end();
        DiskRegister.Chosen disk = context.disks().redeem(own);
        if (disk.access() != Access.READ) {
            throw AgentProblems.unknownHandle();
        }
        AtomicBoolean cancelled = new AtomicBoolean();
        CountDownLatch watched = new CountDownLatch(1);
        Runnable release = context.disks().use(disk);
        context.links().threads().execute(() -> watch(cancelled, watched));
        try {
            CancelFlag cancel = () -> cancelled.get() || context.stopping().isSet();
            SessionOptions options = new SessionOptions(context.random(), cancel, this::report);
            InPlaceSync.Outcome outcome = send(disk, host, port, theirs, terms, options);
            link.send(FrameType.RESULT, OutcomeMessage.write(outcome));
        } catch (SdrException e) {
            link.fail(e);
            throw e;
        } finally {
            release.run();
            link.end();
            await(watched);
        }
    }

    private InPlaceSync.Outcome send(
            DiskRegister.Chosen disk, String host, int port, Handle target, SyncTerms terms, SessionOptions options) {
        AgentConfiguration configuration = context.configuration();
        try (AgentClient other = AgentClient.connect(
                host, port, configuration.identity(), context.links(), configuration.peers()::contains)) {
            return other.send(SourceImage.of(disk.path(), context.storage()), target, terms, options);
        }
    }

    /** Hears what the controller says while a sync runs; a controller that is gone wants it no more. */
    private void watch(AtomicBoolean cancelled, CountDownLatch watched) {
        try {
            while (link.receiveUnlessEnded().isPresent()) {
                cancelled.set(true); // CANCEL, or what is no more welcome here
            }
        } catch (SdrException e) {
            // the end of the connection is the end of the wish
        } finally {
            cancelled.set(true);
            watched.countDown();
        }
    }

    private void await(CountDownLatch watched) {
        try {
            boolean ended = watched.await(context.configuration().deadline().toNanos(), TimeUnit.NANOSECONDS);
            if (!ended) {
                link.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void report(long done, long total) {
        long now = context.links().nanoTime().getAsLong();
        if (!anyReported || now - reported >= PROGRESS_NANOS || done == total) {
            anyReported = true;
            reported = now;
            link.send(FrameType.PROGRESS, new PayloadWriter(16).i64(done).i64(total));
        }
    }
}
