package io.sdr.benchmarks.drill;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The steps of the drill, in order. */
public enum DrillStep {
    PROTECT("protect"),
    CYCLE_1("replicate-now"),
    CYCLE_2_APP("replicate-now"),
    CYCLE_3("replicate-now"),
    UNPLANNED_FAILOVER("unplanned-failover"),
    CHANGE_POINT("change-recovery-point"),
    COMMIT("commit"),
    REVERSE("reverse"),
    CYCLE_4("replicate-now"),
    PLANNED_FAILOVER_DELTA("planned-failover"),
    /** Goes on with the job of the step before. */
    COMPLETE("planned-failover"),
    COMMIT_2("commit"),
    REVERSE_2("reverse"),
    CYCLE_5("replicate-now"),
    TEST_FAILOVER("test-failover"),
    TEST_CLEANUP("test-cleanup"),
    PLANNED_FAILOVER_FULL("planned-failover-full"),
    COMMIT_3("commit"),
    REVERSE_3("reverse");

    private final String operation;

    DrillStep(String operation) {
        this.operation = operation;
    }

    /** The name that users and files know. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Its place, from 1. */
    int number() {
        return List.of(values()).indexOf(this) + 1;
    }

    /** The engine's name of the operation that it starts. */
    String operation() {
        return operation;
    }

    boolean startsAJob() {
        return this != COMPLETE;
    }

    static Optional<DrillStep> byLabel(String label) {
        return Stream.of(values()).filter(step -> step.label().equals(label)).findFirst();
    }
}
