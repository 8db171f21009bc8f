package io.sdr.hyperv.site;

import io.sdr.testkit.Workload;
import java.util.function.BooleanSupplier;

/** A guest that does nothing, or hangs. */
final class IdleGuest implements Workload {
    private final BooleanSupplier hangs;

    IdleGuest(BooleanSupplier hangs) {
        this.hangs = hangs;
    }

    @Override
    public boolean quiesce() {
        return !hangs.getAsBoolean();
    }

    @Override
    public void thaw() {
        // It writes nothing.
    }

    @Override
    public void shutDown() {
        // It has nothing to finish.
    }

    @Override
    public boolean answers() {
        return !hangs.getAsBoolean();
    }
}
