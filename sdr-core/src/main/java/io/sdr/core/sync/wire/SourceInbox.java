package io.sdr.core.sync.wire;

import io.sdr.api.SdrException;
import io.sdr.core.sync.DiskDigest;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What comes to the source's end, taken from the link by a thread of its own that never waits for anything else: so neither end can
 * wait for the other one for ever. Bounded, since the target may be so far ahead and no further. Thread-safe.
 */
final class SourceInbox implements Runnable {
    private static final int MAX_ANSWERS = Sizes.PENDING_UNITS * (Sizes.BLOCKS_PER_UNIT + 1);

    private final Link link;
    private final long diskBytes;
    private final long units;
    private final ArrayDeque<Stretch> stretches = new ArrayDeque<>();
    private final ArrayDeque<Answer> answers = new ArrayDeque<>();
    private long nextUnit;
    private long received;
    private long taken;
    private Optional<Optional<DiskDigest>> done = Optional.empty();
    private @Nullable SdrException failure;
    private @Nullable SdrException remote;
    private boolean ended;

    SourceInbox(Link link, long diskBytes) {
        this.link = link;
        this.diskBytes = diskBytes;
        this.units = Sizes.units(diskBytes);
    }

    @Override
    public void run() {
        try {
            while (!isDone()) {
                accept(link.receive());
            }
        } catch (SdrException e) {
            fail(e);
        } catch (RuntimeException e) {
            fail(WireProblems.internal(e));
        } finally {
            Optional<SdrException> told = link.drain();
            synchronized (this) {
                remote = told.orElse(null);
                ended = true;
                notifyAll();
            }
        }
    }

    private synchronized boolean isDone() {
        return done.isPresent();
    }

    private void accept(Frame frame) {
        PayloadReader from = frame.read();
        switch (frame.type()) {
            case UNIT_TAGS -> {
                long first = from.i64(units);
                int count = from.i32(Sizes.UNITS_PER_FRAME);
                add(frame.type(), first, count, from.bytes(count * Fingerprint.TAG_BYTES), from);
            }
            case ZERO_UNITS, ALL_UNITS, SKIP_UNITS ->
                add(frame.type(), from.i64(units), from.i64(units), new byte[0], from);
            case BLOCK_TAGS -> {
                long unit = from.i64(units - 1);
                int blocks = Sizes.blocks(Sizes.unitLength(diskBytes, unit));
                add(new Answer(frame.type(), unit, from.bytes(blocks * Fingerprint.TAG_BYTES)), from);
            }
            case CELL_TAGS -> {
                long block = from.i64((diskBytes - 1) / Sizes.BLOCK_BYTES);
                int cells = Sizes.cells(Sizes.blockLength(diskBytes, block));
                add(new Answer(frame.type(), block, from.bytes(cells * Fingerprint.TAG_BYTES)), from);
            }
            case DONE -> {
                Optional<DiskDigest> digest = OutcomeMessage.readDigest(from);
                from.end();
                finish(digest);
            }
            default -> throw WireProblems.unexpected(frame.type(), "tags");
        }
    }

    private synchronized void add(FrameType kind, long first, long count, byte[] tags, PayloadReader from) {
        from.end();
        if (first != nextUnit || count < 1 || count > units - first) {
            throw WireProblems.malformed(kind, "it names " + count + " MiB from " + first + " on, due is " + nextUnit);
        }
        if (++received - taken > Sizes.STREAM_WINDOW_FRAMES) {
            throw WireProblems.unexpected(kind, "nothing before the source is done with more");
        }
        nextUnit += count;
        stretches.add(new Stretch(kind, first, count, tags));
        notifyAll();
    }

    private synchronized void add(Answer answer, PayloadReader from) {
        from.end();
        if (answers.size() >= MAX_ANSWERS) {
            throw WireProblems.unexpected(answer.kind(), "nothing that was not asked for");
        }
        answers.add(answer);
        notifyAll();
    }

    private synchronized void finish(Optional<DiskDigest> digest) {
        done = Optional.of(digest);
        notifyAll();
    }

    private void fail(SdrException e) {
        link.fail(e); // before anything is drained, after which nothing can be said
        synchronized (this) {
            failure = e;
            notifyAll();
        }
    }

    /** Gives the next answer, if one is there. */
    synchronized Optional<Answer> answer() {
        check();
        return Optional.ofNullable(answers.poll());
    }

    /** Gives the next stretch, if one is there. */
    synchronized Optional<Stretch> stretch() {
        check();
        return Optional.ofNullable(stretches.poll());
    }

    /** Notes how many stretches the target is told that the source is done with. */
    synchronized void taken(long count) {
        taken = count;
    }

    /** Waits until there is an answer, or a stretch if one is wanted. */
    synchronized void await(boolean alsoStretch) {
        try {
            while (failure == null && answers.isEmpty() && !(alsoStretch && !stretches.isEmpty())) {
                wait();
            }
        } catch (InterruptedException e) {
            throw interrupted();
        }
        check();
    }

    /** Waits until the target is done; gives its digest, if it made one. */
    synchronized Optional<DiskDigest> awaitDone() {
        try {
            while (failure == null && done.isEmpty()) {
                wait();
            }
        } catch (InterruptedException e) {
            throw interrupted();
        }
        if (done.isEmpty()) {
            check();
        }
        return done.orElseThrow();
    }

    private void check() {
        if (failure != null) {
            throw failure;
        }
    }

    private static SdrException interrupted() {
        Thread.currentThread().interrupt();
        return WireProblems.interrupted();
    }

    /** Waits until the thread has ended, at most so long; gives what the other end said has failed. */
    synchronized Optional<SdrException> awaitEnd(long nanos) {
        long until = link.options().nanoTime().getAsLong() + nanos;
        boolean interrupted = false;
        for (long left = nanos;
                !ended && left > 0;
                left = until - link.options().nanoTime().getAsLong()) {
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return Optional.ofNullable(remote);
    }
}
