package io.sdr.core.state;

import io.sdr.api.Divergence;
import io.sdr.api.JobStatus;
import io.sdr.api.Operation;
import io.sdr.api.Pause;
import io.sdr.api.ProtectionState;
import io.sdr.api.ResyncCause;
import io.sdr.api.Side;
import io.sdr.api.TestFailoverState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Items in all the ways that matter to the rules, also in some that cannot be. */
final class Samples {
    private static final List<Pause> PAUSES =
            List.of(Pause.NO, new Pause(Pause.By.USER, "asked"), new Pause(Pause.By.SYSTEM, "disk full"));

    private Samples() {}

    /** Every combination. */
    static List<ItemFacts> all() {
        return combine(
                List.of(TestFailoverState.values()), List.of(Divergence.values()), List.of(0, 1, 2, 3, 4, 5, 6, 7));
    }

    /** Enough to tell tables apart. */
    static List<ItemFacts> few() {
        List<ItemFacts> few = new ArrayList<>(combine(
                List.of(TestFailoverState.NONE), List.of(Divergence.NONE, Divergence.SPLIT_BRAIN), List.of(7, 0)));
        few.addAll(combine(
                List.of(TestFailoverState.WAITING_FOR_CLEANUP),
                List.of(Divergence.NONE, Divergence.SPLIT_BRAIN),
                List.of(7)));
        few.removeIf(facts -> facts.job()
                .filter(job -> job.operation().equals(Optional.of(Operation.REPLICATE_NOW))
                        || job.status() == JobStatus.SUCCEEDED)
                .isPresent());
        return List.copyOf(few);
    }

    private static List<ItemFacts> combine(
            List<TestFailoverState> tests, List<Divergence> divergences, List<Integer> flags) {
        List<ItemFacts> all = new ArrayList<>();
        for (ItemFacts start : starts()) {
            for (Optional<ItemJob> job : jobs()) {
                for (Pause pause : PAUSES) {
                    for (TestFailoverState test : tests) {
                        for (Divergence divergence : divergences) {
                            for (int flag : flags) {
                                all.add(start.edit()
                                        .job(job)
                                        .paused(pause)
                                        .testFailover(test)
                                        .divergence(divergence)
                                        .otherSideStartable((flag & 1) != 0)
                                        .pointsPresent((flag & 2) != 0)
                                        .activeVmSeenOff((flag & 4) != 0)
                                        .failoverOrigin(Optional.of(ProtectionState.PROTECTED))
                                        .build());
                            }
                        }
                    }
                }
            }
        }
        return all;
    }

    private static List<ItemFacts> starts() {
        List<ItemFacts> starts = new ArrayList<>();
        for (ProtectionState state : ProtectionState.values()) {
            if (state == ProtectionState.RESYNC_REQUIRED || state == ProtectionState.RESYNCHRONIZING) {
                for (ResyncCause cause : ResyncCause.values()) {
                    starts.add(ItemFacts.in(state, Side.PRIMARY)
                            .resyncCause(Optional.of(cause))
                            .build());
                }
                starts.add(ItemFacts.in(state, Side.RECOVERY)
                        .resyncCause(Optional.of(ResyncCause.GEOMETRY))
                        .sourceShrank(true)
                        .build());
            } else {
                starts.add(ItemFacts.in(state, Side.RECOVERY).build());
            }
        }
        return starts;
    }

    private static List<Optional<ItemJob>> jobs() {
        List<Optional<ItemJob>> jobs = new ArrayList<>();
        jobs.add(Optional.empty());
        for (JobStatus status : List.of(
                JobStatus.RUNNING,
                JobStatus.WAITING_FOR_INPUT,
                JobStatus.FAILED,
                JobStatus.CANCELLING,
                JobStatus.SUCCEEDED)) {
            for (boolean before : List.of(true, false)) {
                for (Operation operation : List.of(
                        Operation.PLANNED_FAILOVER_DELTA, Operation.UNPLANNED_FAILOVER, Operation.REPLICATE_NOW)) {
                    jobs.add(Optional.of(ItemJob.of(operation, status, before, ProtectionState.PROTECTED)));
                }
            }
        }
        return jobs;
    }
}
