package io.sdr.core.operation;

import io.sdr.core.job.Effects;
import io.sdr.core.job.Subject;

/** Stores a change of an item outside of any job, durably, before anything is done that rests on it. */
@FunctionalInterface
public interface ItemKeeper {
    /**
     * Stores a change.
     *
     * @param subject the item as it was read
     * @param effects the change
     * @return the item as it is then
     * @throws io.sdr.core.job.SubjectChangedException if it changed meanwhile; nothing was stored
     */
    Subject keep(Subject subject, Effects effects);
}
