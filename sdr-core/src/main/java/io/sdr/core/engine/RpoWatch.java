package io.sdr.core.engine;

import io.sdr.api.Pause;
import io.sdr.api.ProtectionState;
import io.sdr.api.Timekeeper;
import io.sdr.core.job.Effects;
import io.sdr.core.job.JobEngine;
import io.sdr.core.job.Subject;
import io.sdr.core.job.SubjectChangedException;
import io.sdr.core.operation.EventKind;
import io.sdr.core.operation.ItemState;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells when an item's newest recovery point becomes older than it should be, and when it is young enough again. An engine that
 * starts tells it anew. Thread-safe.
 */
final class RpoWatch {
    private static final int INTERVALS = 3;
    private static final Set<ProtectionState> REPLICATING =
            EnumSet.of(ProtectionState.PROTECTED, ProtectionState.RESYNC_REQUIRED, ProtectionState.RESYNCHRONIZING);

    private final JobEngine jobs;
    private final Timekeeper time;
    private final Set<String> late = ConcurrentHashMap.newKeySet();

    RpoWatch(JobEngine jobs, Timekeeper time) {
        this.jobs = jobs;
        this.time = time;
    }

    /** Looks at all items, in the store alone. */
    void look() {
        jobs.subjects().forEach(this::look);
    }

    private void look(Subject subject) {
        ItemState item = ItemState.read(subject.document());
        Optional<Duration> age = age(item, time.now());
        if (age.isEmpty()) {
            late.remove(subject.id());
            return;
        }
        boolean isLate = isLate(item, age.get());
        if (isLate != late.contains(subject.id())) {
            tell(subject, isLate, describe(item, age.get()));
        }
    }

    /** The age of the newest recovery point of an item of which cycles are expected. */
    static Optional<Duration> age(ItemState item, Instant now) {
        boolean watched = REPLICATING.contains(item.state()) && item.paused().by() != Pause.By.USER;
        return item.lastPoint().filter(last -> watched).map(last -> Duration.between(last, now));
    }

    static boolean isLate(ItemState item, Duration age) {
        return age.compareTo(item.policy().every().multipliedBy(INTERVALS)) > 0;
    }

    static String describe(ItemState item, Duration age) {
        return "the newest recovery point of item " + item.id() + " is " + age.toSeconds() + " s old, replicated every "
                + item.policy().every().toSeconds() + " s";
    }

    private void tell(Subject subject, boolean isLate, String text) {
        EventKind kind = isLate ? EventKind.RPO_EXCEEDED : EventKind.RPO_MET;
        try {
            Subject unused =
                    jobs.updateSubject(subject.id(), subject.version(), Effects.NONE.withEvent(kind.says(text)));
        } catch (SubjectChangedException e) {
            return; // it is looked at again with the next round
        }
        if (isLate) {
            late.add(subject.id());
        } else {
            late.remove(subject.id());
        }
    }
}
