package io.sdr.core.sync.wire;

import io.sdr.api.SdrException;
import io.sdr.core.sync.DiskDigest;
import io.sdr.core.sync.InPlaceSync;
import io.sdr.core.sync.InPlaceTarget;
import io.sdr.core.sync.SyncCancelledException;
import io.sdr.core.sync.TargetImage;
import io.sdr.core.sync.TargetPlan;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The target's end of a sync between two hosts. Used once, by one thread. */
public final class TargetSession {
    private static final int CLAIM_BYTES = 16;

    private final Link link;
    private final TargetImage image;
    private final SessionOptions options;

    private TargetSession(Link link, TargetImage image, SessionOptions options) {
        this.link = link;
        this.image = image;
        this.options = options;
    }

    /**
     * Brings this disk up to date with the one at the other end, in place. Returns when it is equal, durable if that was asked for,
     * and no longer marked. The link is closed in any case, and no thread of this is left.
     *
     * @param link a connection at whose other end a {@link SourceSession} begins
     * @param image the disk that shall become equal
     * @param options what to work with
     * @return what was done, as the source's end counted it
     * @throws io.sdr.api.InvalidRequestException if either disk is not fit for it; nothing was changed
     * @throws SyncCancelledException if the flag was set here or there
     * @throws io.sdr.api.OperationFailedException code {@code SYNC_INCOMPLETE}: the target is marked
     * @throws SdrException if it failed here or there before anything was changed
     */
    public static InPlaceSync.Outcome run(Link link, TargetImage image, SessionOptions options) {
        return new TargetSession(link, image, options).run();
    }

    private String work() {
        return "bring " + image.path() + " up to date";
    }

    private InPlaceSync.Outcome run() {
        try (CancelWatch watch = CancelWatch.over(link, options.cancel(), work())) {
            return run(watch);
        } finally {
            link.close();
        }
    }

    private InPlaceSync.Outcome run(CancelWatch watch) {
        try {
            return start(watch);
        } catch (SdrException e) {
            throw failed(e);
        } catch (RuntimeException e) {
            throw failed(WireProblems.internal(e));
        }
    }

    /** Tells the other end, unless that was told already; what the other end said is the better reason for a lost connection. */
    private SdrException failed(SdrException e) {
        link.fail(e);
        Optional<SdrException> told = link.drain();
        return WireProblems.isLost(e) ? told.orElse(e) : e;
    }

    private InPlaceSync.Outcome start(CancelWatch watch) {
        Frame frame = link.receive();
        if (frame.type() != FrameType.START) {
            throw WireProblems.unexpected(frame.type(), FrameType.START.name());
        }
        PayloadReader from = frame.read();
        try (SessionKeys keys = SessionKeys.read(from)) {
            frame.wipeFirst(SessionKeys.BYTES);
            String claim = HexFormat.of().formatHex(from.bytes(CLAIM_BYTES));
            long size = from.i64(Long.MAX_VALUE - Sizes.UNIT_BYTES);
            SyncTerms terms = SyncTerms.read(from);
            String identity = from.text();
            from.end();
            if (size == 0) {
                throw from.malformed("the source has no bytes");
            }
            image.check(terms.mode());
            greet(claim);
            TargetPlan plan = new TargetPlan(terms.mode(), size, terms.resizing(), terms.forcing(), false, identity);
            try (InPlaceTarget target = image.open(plan)) {
                return run(target, keys, terms, watch);
            }
        }
    }

    private void greet(String claim) {
        image.claim(claim);
        try {
            link.send(FrameType.READY);
            link.receive(FrameType.GO).end();
        } finally {
            image.disclaim();
        }
    }

    private InPlaceSync.Outcome run(InPlaceTarget target, SessionKeys keys, SyncTerms terms, CancelWatch watch) {
        TagStream stream =
                new TagStream(target.disk(), target.content(), link, options.tags(keys), options.streamWindowFrames());
        link.options().threads().execute(stream);
        try {
            serve(target, stream, options.tags(keys));
            target.settle();
            Optional<DiskDigest> digest = terms.verifying()
                    ? Optional.of(DiskDigest.reading(target.disk(), options.cancel()))
                    : Optional.empty();
            InPlaceSync.Outcome outcome = OutcomeMessage.read(link.receive(FrameType.END));
            SourceSession.compare(outcome.digest(), digest);
            watch.close(); // what is whole is finished, and the other end shall hear so
            target.finish();
            link.send(FrameType.DONE, OutcomeMessage.writeDigest(new PayloadWriter(128), digest));
            stream.stop();
            link.drain();
            return withRemarks(outcome, target);
        } catch (SdrException e) {
            throw stopped(stream, target, e);
        } catch (RuntimeException e) {
            throw stopped(stream, target, WireProblems.internal(e));
        }
    }

    private static InPlaceSync.Outcome withRemarks(InPlaceSync.Outcome outcome, InPlaceTarget target) {
        List<String> warnings = new ArrayList<>(outcome.warnings());
        warnings.addAll(target.remarks());
        return new InPlaceSync.Outcome(outcome.counters(), outcome.digest(), warnings);
    }

    /** The other end is told before the stream is stopped, since that may be waiting to send; the disk is closed after it. */
    private SdrException stopped(TagStream stream, InPlaceTarget target, SdrException e) {
        link.fail(link.isTold(e) ? e : target.failure(e));
        stream.stop();
        if (stream.failure().isPresent()) {
            return target.failure(stream.failure().get());
        }
        return target.failure(WireProblems.isLost(e) ? link.drain().orElse(e) : e);
    }

    /** Answers the source and stores what it sends, until it has sent all. */
    private void serve(InPlaceTarget target, TagStream stream, Tags tags) {
        DataRecords records = new DataRecords(target.disk(), target.sink(), tags);
        Answers answers = new Answers(target.disk(), stream, link, tags);
        while (true) {
            Frame frame = link.receive();
            if (options.cancel().isSet()) {
                throw new SyncCancelledException(work(), 0);
            }
            switch (frame.type()) {
                case WANT_BLOCKS -> answers.blocks(frame.read());
                case WANT_CELLS -> answers.cells(frame.read());
                case DATA -> records.store(frame);
                case TAKEN -> {
                    PayloadReader from = frame.read();
                    long unused = stream.taken(from.i64(Long.MAX_VALUE));
                    from.end();
                }
                case STOP_TAGS -> stream.probe(true);
                case RESUME_TAGS -> stream.probe(false);
                case SENT -> {
                    if (frame.read().i64(Long.MAX_VALUE) != records.frames() || !stream.isComplete()) {
                        throw WireProblems.unexpected(FrameType.SENT, "more data");
                    }
                    return;
                }
                default -> throw WireProblems.unexpected(frame.type(), "data");
            }
        }
    }
}
