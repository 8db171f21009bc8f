package io.sdr.core.sync.wire;

import io.sdr.api.SdrException;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.sync.InPlaceSync;
import java.util.List;
import java.util.Optional;

/**
 * The end that has the frozen disk, where differences are taken by something else than a disk image: as {@link SourceSession}, without
 * claim and mark, and in ascending order. Used once, by one thread.
 */
public final class DifferenceSource {
    private DifferenceSource() {}

    /**
     * Sends the differences to their end. The link is closed in any case, and no thread of this is left.
     *
     * @param link a connection at whose other end a {@link DifferenceTarget} begins
     * @param disk the frozen disk
     * @param options what to work with
     * @throws SdrException if it failed here or there
     */
    public static void run(Link link, VirtualDisk disk, SessionOptions options) {
        try (CancelWatch watch = CancelWatch.over(link, options.cancel(), "send differences to " + link.peer())) {
            run(link, disk, options, watch);
        } finally {
            link.close();
        }
    }

    private static void run(Link link, VirtualDisk disk, SessionOptions options, CancelWatch watch) {
        SourceInbox inbox = new SourceInbox(link, disk.sizeBytes());
        boolean receiving = false;
        try (SessionKeys keys = SessionKeys.draw(options.random())) {
            PayloadWriter start = new PayloadWriter(SessionKeys.BYTES + Long.BYTES);
            keys.write(start);
            link.sendSecret(FrameType.BEGIN, start.i64(disk.sizeBytes()));
            link.options().threads().execute(inbox);
            receiving = true;
            SourceScan scan = new SourceScan(disk, link, inbox, options.inOrder(), options.tags(keys));
            scan.run();
            link.send(
                    FrameType.SENT,
                    new PayloadWriter(Long.BYTES).i64(scan.batch().frames()));
            link.send(FrameType.END, OutcomeMessage.write(outcome(scan, link)));
            Optional<?> ignored = inbox.awaitDone();
            watch.close(); // all is done
        } catch (SdrException e) {
            throw failed(link, receiving, inbox, e);
        } catch (RuntimeException e) {
            throw failed(link, receiving, inbox, WireProblems.internal(e));
        } finally {
            link.close();
            if (receiving) {
                inbox.awaitEnd(link.options().deadline().toNanos());
            }
        }
    }

    private static InPlaceSync.Outcome outcome(SourceScan scan, Link link) {
        return new InPlaceSync.Outcome(scan.counters(link, scan.unchanged()), Optional.empty(), List.of());
    }

    private static SdrException failed(Link link, boolean receiving, SourceInbox inbox, SdrException e) {
        link.fail(e);
        Optional<SdrException> told =
                receiving ? inbox.awaitEnd(link.options().deadline().toNanos()) : link.drain();
        return WireProblems.isLost(e) ? told.orElse(e) : e;
    }
}
