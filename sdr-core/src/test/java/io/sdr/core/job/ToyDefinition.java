package io.sdr.core.job;

import java.util.List;
import java.util.Map;

/** A list of steps; the subject's document says which job has it, and goes back to the origin when undone. */
record ToyDefinition(String kind, int specVersion, List<Step> steps, boolean staysAfterFailure)
        implements JobDefinition {
    static ToyDefinition of(String kind, Step... steps) {
        return new ToyDefinition(kind, 1, List.of(steps), true);
    }

    /** The same, of a subject that is free again when a job of it failed. */
    ToyDefinition letsGoAfterFailure() {
        return new ToyDefinition(kind, specVersion, steps, false);
    }

    @Override
    public boolean staysAfterFailure(Subject subject) {
        return staysAfterFailure;
    }

    @Override
    public Effects onCreated(Subject subject, Values spec) {
        return Effects.document(kind + " from " + subject.document());
    }

    /** What the other job intended, by the name of its step. */
    @Override
    public Values inheriting(Values spec, Map<String, Values> intents) {
        Values all = spec;
        for (Map.Entry<String, Values> each : intents.entrySet()) {
            all = all.with(each.getKey(), each.getValue());
        }
        return all;
    }

    @Override
    public Effects onUndone(Subject subject, String origin, Values spec) {
        return Effects.document(origin);
    }
}
