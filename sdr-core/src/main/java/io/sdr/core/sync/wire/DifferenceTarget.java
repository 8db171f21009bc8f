package io.sdr.core.sync.wire;

import io.sdr.api.CorruptException;
import io.sdr.api.Problem;
import io.sdr.api.SdrException;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.sync.ChangeSink;
import io.sdr.core.sync.InPlaceTarget.Content;
import io.sdr.core.sync.SyncCancelledException;
import io.sdr.core.sync.SyncCounters;
import io.sdr.core.sync.SyncRequest;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The end that takes differences from a frozen disk at the other end, into whatever takes them: as {@link TargetSession}, without claim
 * and mark. Used once, by one thread.
 */
public final class DifferenceTarget {
    private final Link link;
    private final SyncRequest request;
    private final SessionOptions options;
    private final long candidateBytes;
    private final long size;

    private DifferenceTarget(Link link, SyncRequest request, SessionOptions options) {
        this.link = link;
        this.request = request;
        this.options = options;
        this.size = request.source().sizeBytes();
        this.candidateBytes = request.candidates().map(RangeSet::bytes).orElse(size);
    }

    /**
     * Hands the differences on, in ascending order, to their end. The link is closed in any case, and no thread of this is left.
     *
     * @param link a connection at whose other end a {@link DifferenceSource} begins
     * @param request what is compared; its source is the disk at the other end, of which only the size is used here
     * @param options what to work with
     * @return what was done, as the other end counted it
     * @throws SdrException if it failed here or there; what was handed on is a beginning of the differences
     */
    public static SyncCounters run(Link link, SyncRequest request, SessionOptions options) {
        return new DifferenceTarget(link, request, options).run();
    }

    private boolean isCancelled() {
        return request.cancel().isSet() || options.cancel().isSet();
    }

    private String work() {
        return "take differences from " + link.peer();
    }

    private SyncCounters run() {
        try (CancelWatch watch = CancelWatch.over(link, this::isCancelled, work())) {
            return run(watch);
        } finally {
            link.close();
        }
    }

    private SyncCounters run(CancelWatch watch) {
        try {
            Frame frame = link.receive();
            if (frame.type() != FrameType.BEGIN) {
                throw WireProblems.unexpected(frame.type(), FrameType.BEGIN.name());
            }
            PayloadReader from = frame.read();
            try (SessionKeys keys = SessionKeys.read(from)) {
                frame.wipeFirst(SessionKeys.BYTES);
                long theirs = from.i64(Long.MAX_VALUE - Sizes.UNIT_BYTES);
                from.end();
                if (theirs != size) {
                    throw otherSize(theirs);
                }
                return run(keys, watch);
            }
        } catch (SdrException e) {
            throw failed(e);
        } catch (RuntimeException e) {
            throw failed(WireProblems.internal(e));
        }
    }

    private CorruptException otherSize(long theirs) {
        return new CorruptException(Problem.of("DISK_SIZES_DIFFER")
                .attempted(work())
                .state("the disk there has " + theirs + " bytes, " + size + " were expected")
                .remedy("run it again"));
    }

    private SdrException failed(SdrException e) {
        link.fail(e);
        Optional<SdrException> told = link.drain();
        return WireProblems.isLost(e) ? told.orElse(e) : e;
    }

    private SyncCounters run(SessionKeys keys, CancelWatch watch) {
        VirtualDisk stale = request.stale().orElseGet(() -> new NoDisk(size));
        Content content = request.stale().isPresent() ? Content.STALE : Content.WORTHLESS;
        TagStream stream = new TagStream(
                stale, content, request.candidates(), link, options.tags(keys), options.streamWindowFrames());
        link.options().threads().execute(stream);
        try {
            SyncCounters counters = serve(stale, stream, options.tags(keys));
            watch.close(); // all has come: the other end shall hear so
            link.send(FrameType.DONE, OutcomeMessage.writeDigest(new PayloadWriter(128), Optional.empty()));
            stream.stop();
            link.drain();
            request.progress().progress(candidateBytes, candidateBytes);
            return counters;
        } catch (SdrException e) {
            throw stopped(stream, e);
        } catch (RuntimeException e) {
            throw stopped(stream, WireProblems.internal(e));
        }
    }

    /** The other end is told before the stream is stopped, since that may be waiting to send. */
    private SdrException stopped(TagStream stream, SdrException e) {
        link.fail(e);
        stream.stop();
        return stream.failure().orElse(e);
    }

    private SyncCounters serve(VirtualDisk stale, TagStream stream, Tags tags) {
        DataRecords records = new DataRecords(Optional.empty(), size, fromFirstCandidate(), tags);
        Answers answers = new Answers(stale, stream, link, tags);
        while (true) {
            Frame frame = link.receive();
            if (isCancelled()) {
                throw new SyncCancelledException(work(), 0);
            }
            switch (frame.type()) {
                case WANT_BLOCKS -> answers.blocks(frame.read());
                case WANT_CELLS -> answers.cells(frame.read());
                case DATA -> records.store(frame);
                case TAKEN -> {
                    PayloadReader from = frame.read();
                    long done = stream.taken(from.i64(Long.MAX_VALUE)) * Sizes.UNIT_BYTES;
                    from.end();
                    double share = Math.min(1, (double) done / size);
                    request.progress().progress((long) (share * candidateBytes), candidateBytes);
                }
                case STOP_TAGS -> stream.probe(true);
                case RESUME_TAGS -> stream.probe(false);
                case SENT -> {
                    if (frame.read().i64(Long.MAX_VALUE) != records.frames() || !stream.isComplete()) {
                        throw WireProblems.unexpected(FrameType.SENT, "more data");
                    }
                    return OutcomeMessage.read(link.receive(FrameType.END)).counters();
                }
                default -> throw WireProblems.unexpected(frame.type(), "data");
            }
        }
    }

    /** Whole MiB are compared; what lies before the first candidate was handed on by an earlier run. */
    private ChangeSink fromFirstCandidate() {
        long[] first = {request.candidates().isPresent() ? size : 0};
        request.candidates().ifPresent(each -> each.forEach((offset, length) -> first[0] = Math.min(first[0], offset)));
        ChangeSink sink = request.sink();
        return new ChangeSink() {
            @Override
            public void data(long offset, ByteBuffer data) {
                int before = (int) Math.min(data.remaining(), Math.max(0, first[0] - offset));
                data.position(data.position() + before);
                if (data.hasRemaining()) {
                    sink.data(offset + before, data);
                }
            }

            @Override
            public void zero(long offset, long length) {
                long before = Math.min(length, Math.max(0, first[0] - offset));
                if (length > before) {
                    sink.zero(offset + before, length - before);
                }
            }
        };
    }
}
