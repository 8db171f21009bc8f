package io.sdr.core.job;

import io.sdr.api.Timekeeper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Gives a run its turns: one at a time, on the timekeeper's threads, again after each signal. */
final class JobTask {
    /** Key of the diagnostic context: the subject at work. */
    static final String MDC_ITEM = "sdr.item";

    /** Key of the diagnostic context: the job at work. */
    static final String MDC_JOB = "sdr.job";

    private static final Logger LOG = LoggerFactory.getLogger(JobTask.class);

    final JobRun run;
    private final String subject;
    private final JobEngine engine;
    private final Timekeeper time;
    private Pace pace = Pace.IDLE;
    private Timekeeper.@Nullable Cancellation timer;
    private @Nullable Thread thread;

    private enum Pace {
        IDLE,
        DUE,
        RUNNING,
        AGAIN,
        ENDED
    }

    JobTask(JobEngine engine, JobRun run, String subject) {
        this.engine = engine;
        this.run = run;
        this.subject = subject;
        this.time = engine.time();
    }

    synchronized void wake() {
        if (pace == Pace.IDLE) {
            stopTimer();
            pace = Pace.DUE;
            time.execute(this::work);
        } else if (pace == Pace.RUNNING) {
            pace = Pace.AGAIN;
        }
    }

    /** Whether another thread is inside a turn. */
    synchronized boolean isBusyElsewhere() {
        return (pace == Pace.RUNNING || pace == Pace.AGAIN) && thread != Thread.currentThread();
    }

    synchronized void stopTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    /** A thrown {@link Error} passes through and leaves the task as it is: nothing goes on after a death. */
    private void work() {
        synchronized (this) {
            if (pace != Pace.DUE) {
                return;
            }
            pace = Pace.RUNNING;
            thread = Thread.currentThread();
        }
        Turn turn = turn();
        synchronized (this) {
            thread = null;
            if (turn.kind() == Turn.Kind.END) {
                pace = Pace.ENDED;
            } else if (pace == Pace.AGAIN) {
                pace = Pace.DUE;
                time.execute(this::work);
            } else {
                pace = Pace.IDLE;
                if (turn.kind() == Turn.Kind.PAUSE) {
                    timer = time.schedule(turn.pause(), this::wake);
                }
            }
        }
        if (turn.kind() == Turn.Kind.END) {
            engine.ended(this);
        }
    }

    private Turn turn() {
        String item = MDC.get(MDC_ITEM);
        String job = MDC.get(MDC_JOB);
        MDC.put(MDC_ITEM, subject);
        MDC.put(MDC_JOB, run.job);
        try {
            return run.advance();
        } catch (LeaseLostException e) {
            LOG.warn("{}: this engine stops working on it", e.getMessage());
            run.drop();
            return Turn.END;
        } catch (RuntimeException e) {
            return engine.troubled(run, e);
        } finally {
            restore(MDC_ITEM, item);
            restore(MDC_JOB, job);
        }
    }

    private static void restore(String key, @Nullable String value) {
        if (value == null) {
            MDC.remove(key);
        } else {
            MDC.put(key, value);
        }
    }
}
