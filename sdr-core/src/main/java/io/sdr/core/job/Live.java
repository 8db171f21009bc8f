package io.sdr.core.job;

import io.sdr.api.Progress;
import io.sdr.api.Timekeeper;
import java.util.OptionalLong;

/** What is known of the present step only while it runs. Written by the run, read by everybody. */
final class Live implements StepProgress {
    private final Timekeeper time;
    private volatile Now now = new Now("", false, "", 0, -1, 0, 0, 0);

    /**
     * One moment.
     *
     * @param step the step's name
     * @param waits whether it waits
     * @param detail for what
     * @param done bytes done
     * @param total bytes in total, negative while unknown
     * @param rate bytes per second
     * @param sinceNanos when the first progress was heard; 0 before
     * @param sinceBytes the bytes done then
     */
    record Now(
            String step,
            boolean waits,
            String detail,
            long done,
            long total,
            long rate,
            long sinceNanos,
            long sinceBytes) {
        Progress progress() {
            return new Progress(done, total < 0 ? OptionalLong.empty() : OptionalLong.of(total), rate);
        }
    }

    Live(Timekeeper time) {
        this.time = time;
    }

    Now now() {
        return now;
    }

    void works(String step) {
        Now was = now;
        now = was.step.equals(step)
                ? new Now(step, false, "", was.done, was.total, was.rate, was.sinceNanos, was.sinceBytes)
                : new Now(step, false, "", 0, -1, 0, 0, 0);
    }

    void waits(String step, String detail) {
        Now was = now;
        now = was.step.equals(step)
                ? new Now(step, true, detail, was.done, was.total, 0, was.sinceNanos, was.sinceBytes)
                : new Now(step, true, detail, 0, -1, 0, 0, 0);
    }

    @Override
    public void progress(long bytesDone, long bytesTotal) {
        Now was = now;
        long nanos = time.nanos();
        boolean first = was.sinceNanos == 0 || bytesDone < was.sinceBytes;
        long since = first ? nanos : was.sinceNanos;
        long from = first ? bytesDone : was.sinceBytes;
        double seconds = (nanos - since) / 1e9;
        long rate = seconds <= 0 ? 0 : Math.round((bytesDone - from) / seconds);
        now = new Now(was.step, false, was.detail, bytesDone, bytesTotal, rate, since, from);
    }
}
