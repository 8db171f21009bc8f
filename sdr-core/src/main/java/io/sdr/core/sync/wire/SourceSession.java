package io.sdr.core.sync.wire;

import io.sdr.api.SdrException;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.sync.DiskDigest;
import io.sdr.core.sync.InPlaceSync;
import io.sdr.core.sync.SourceImage;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The source's end of a sync between two hosts. Used once, by one thread. */
public final class SourceSession {
    private static final int CLAIM_BYTES = 16;

    private final Link link;
    private final SourceImage image;
    private final SyncTerms terms;
    private final SessionOptions options;
    private Optional<SourceInbox> inbox = Optional.empty();

    private SourceSession(Link link, SourceImage image, SyncTerms terms, SessionOptions options) {
        this.link = link;
        this.image = image;
        this.terms = terms;
        this.options = options;
    }

    /**
     * Brings the disk at the other end up to date with this one. Returns when the target is equal, durable if that was asked for, and
     * no longer marked. The link is closed in any case, and no thread of this is left.
     *
     * @param link a connection at whose other end a {@link TargetSession} begins
     * @param image the disk that is right
     * @param terms what is wanted
     * @param options what to work with
     * @return what was done
     * @throws io.sdr.api.InvalidRequestException if either disk is not fit for it; nothing was changed
     * @throws io.sdr.core.sync.SyncCancelledException if the flag was set here or there
     * @throws SdrException if it failed here or there; the target is as it was, or marked
     */
    public static InPlaceSync.Outcome run(Link link, SourceImage image, SyncTerms terms, SessionOptions options) {
        return new SourceSession(link, image, terms, options).run();
    }

    private InPlaceSync.Outcome run() {
        String work = "bring what " + link.peer() + " has up to date with " + image.path();
        try (CancelWatch watch = CancelWatch.over(link, options.cancel(), work)) {
            return run(watch);
        } finally {
            link.close();
            inbox.ifPresent(each -> each.awaitEnd(link.options().deadline().toNanos()));
        }
    }

    private InPlaceSync.Outcome run(CancelWatch watch) {
        try {
            image.check();
            try (VirtualDisk disk = image.open();
                    SessionKeys keys = SessionKeys.draw(options.random())) {
                return run(disk, keys, watch);
            }
        } catch (SdrException e) {
            throw failed(e);
        } catch (RuntimeException e) {
            throw failed(WireProblems.internal(e));
        }
    }

    private InPlaceSync.Outcome run(VirtualDisk disk, SessionKeys keys, CancelWatch watch) {
        greet(disk, keys);
        SourceInbox incoming = new SourceInbox(link, disk.sizeBytes());
        inbox = Optional.of(incoming);
        link.options().threads().execute(incoming);
        SourceScan scan = new SourceScan(disk, link, incoming, options, options.tags(keys));
        scan.run();
        link.send(FrameType.SENT, new PayloadWriter(Long.BYTES).i64(scan.batch().frames()));
        Optional<DiskDigest> digest =
                terms.verifying() ? Optional.of(DiskDigest.reading(disk, options.cancel())) : Optional.empty();
        List<String> warnings = image.lookAgain();
        link.send(FrameType.END, OutcomeMessage.write(outcome(scan, digest, warnings)));
        Optional<DiskDigest> theirs = incoming.awaitDone();
        watch.close(); // all is done
        compare(digest, theirs);
        return outcome(scan, digest, warnings);
    }

    private void greet(VirtualDisk disk, SessionKeys keys) {
        byte[] claim = new byte[CLAIM_BYTES];
        options.random().nextBytes(claim);
        PayloadWriter start = new PayloadWriter(512);
        keys.write(start);
        start.bytes(claim, 0, claim.length).i64(disk.sizeBytes());
        terms.write(start);
        link.sendSecret(FrameType.START, start.text(image.identity()));
        link.receive(FrameType.READY).end();
        if (image.isClaimed(HexFormat.of().formatHex(claim))) {
            throw WireProblems.sameDisk(image.path().toString());
        }
        link.send(FrameType.GO);
    }

    private InPlaceSync.Outcome outcome(SourceScan scan, Optional<DiskDigest> digest, List<String> warnings) {
        return new InPlaceSync.Outcome(scan.counters(link, 0), digest, warnings);
    }

    static void compare(Optional<DiskDigest> source, Optional<DiskDigest> target) {
        String shouldBe = source.map(DiskDigest::sha256).orElse("none");
        String is = target.map(DiskDigest::sha256).orElse("none");
        if (!shouldBe.equals(is)) {
            throw WireProblems.unequal(shouldBe, is);
        }
    }

    /** Tells the other end; what that has told meanwhile is the better reason where the connection broke. */
    private SdrException failed(SdrException e) {
        link.fail(e);
        Optional<SdrException> told = inbox.isPresent()
                ? inbox.get().awaitEnd(link.options().deadline().toNanos())
                : link.drain();
        return WireProblems.isLost(e) ? told.orElse(e) : e;
    }
}
