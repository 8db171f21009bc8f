package io.sdr.core.agent;

import io.sdr.api.ItemId;
import io.sdr.api.Problem;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.ExtentVisitor;
import io.sdr.api.spi.ProgressListener;
import io.sdr.api.spi.RangeSet;
import io.sdr.core.call.CallLink;
import io.sdr.core.sync.DiskDigest;
import io.sdr.core.sync.RemoteSource;
import io.sdr.core.sync.SyncCounters;
import io.sdr.core.sync.SyncRequest;
import io.sdr.core.sync.wire.SessionOptions;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** A frozen disk at an agent, by its handle. Has a connection of its own, and one for each time that differences are taken. */
final class RemoteDisk implements RemoteSource {
    private static final int READ_BYTES = 512 << 10;
    private static final ItemId NO_ITEM = new ItemId("disk");

    private final Supplier<AgentClient> connections;
    private final byte[] handle;
    private final SecureRandom random;
    private final CallLink link;
    private final DiskCalls calls;
    private final Runnable whenClosed;
    private final long size;

    /**
     * Opens it.
     *
     * @param connections makes connections to the agent
     * @param handle what to show there
     * @param random draws keys
     * @param cancel ends each wait for the agent
     * @param whenClosed run when it is closed, or cannot be opened
     */
    RemoteDisk(
            Supplier<AgentClient> connections,
            byte[] handle,
            SecureRandom random,
            CancelFlag cancel,
            Runnable whenClosed) {
        this.connections = connections;
        this.handle = handle.clone();
        this.random = random;
        this.whenClosed = whenClosed;
        Optional<CallLink> connected = Optional.empty();
        try {
            CallLink made = connections.get().calls();
            connected = Optional.of(made);
            this.link = made;
            this.calls = made.remoteToRead(AgentServices.DISKS, DiskCalls.class, cancel);
            this.size = calls.size(handle);
        } catch (RuntimeException e) {
            connected.ifPresent(CallLink::close);
            throw closed(whenClosed, e);
        }
    }

    /** What was given for this is taken back, though there will be nothing to close. */
    private static RuntimeException closed(Runnable whenClosed, RuntimeException why) {
        try {
            whenClosed.run();
        } catch (SdrException e) {
            why.addSuppressed(e);
        }
        return why;
    }

    @Override
    public long sizeBytes() {
        return size;
    }

    @Override
    public OptionalInt sectorBytes() {
        return calls.sectorBytes(handle);
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        long at = offset;
        while (into.hasRemaining()) {
            int wanted = Math.min(READ_BYTES, into.remaining());
            byte[] bytes = calls.read(handle, at, wanted);
            if (bytes.length != wanted) {
                throw shortAnswer();
            }
            into.put(bytes);
            at += bytes.length;
        }
    }

    private RetryableException shortAnswer() {
        return new RetryableException(Problem.of("FRAME_MALFORMED")
                .attempted("read a disk at an agent")
                .state("another number of bytes came than were asked for")
                .remedy("see that both ends run the same version of sdr, then run it again"));
    }

    @Override
    public void extents(long offset, long length, ExtentVisitor visitor) {
        long at = offset;
        long end = offset + length;
        while (at < end) {
            List<DiskCalls.Part> parts = calls.extents(handle, at, end - at);
            for (DiskCalls.Part each : parts) {
                if (each.offset() != at || each.length() <= 0 || each.length() > end - at) {
                    throw shortAnswer();
                }
                visitor.visit(each.offset(), each.length(), each.kind());
                at += each.length();
            }
            if (parts.isEmpty()) {
                throw shortAnswer();
            }
        }
    }

    @Override
    public RangeSet ownRanges() {
        return calls.ownRanges(handle);
    }

    @Override
    public SyncCounters differences(SyncRequest request) {
        if (request.candidates().filter(RangeSet::isEmpty).isPresent()) {
            return new SyncCounters(0, 0, 0, 0, 0, 0, 0, size);
        }
        SessionOptions options = new SessionOptions(random, request.cancel(), ProgressListener.NONE);
        try (AgentClient client = connections.get()) {
            return client.differences(Handle.of(handle), request, options);
        }
    }

    @Override
    public DiskDigest digest(CancelFlag cancel, ProgressListener progress) {
        CallContext context = new CallContext(NO_ITEM, 0, "digest", 1, Instant.EPOCH, cancel, progress);
        DiskCalls.Digest digest = calls.digest(handle, context);
        return new DiskDigest(digest.sha256(), digest.bytesRead());
    }

    @Override
    public void write(long offset, ByteBuffer from) {
        throw new UnsupportedOperationException("a frozen disk is read-only");
    }

    @Override
    public void zero(long offset, long length) {
        throw new UnsupportedOperationException("a frozen disk is read-only");
    }

    @Override
    public void flush() {
        // nothing was written
    }

    @Override
    public void close() {
        Arrays.fill(handle, (byte) 0);
        link.close();
        whenClosed.run();
    }
}
