package io.sdr.testkit.junit;

import io.sdr.api.SiteRecovery;
import io.sdr.testkit.TwoSites;

/** Completes the engine of a {@link RecoveryTest}, for instance with a probe. Needs a constructor without parameters. */
@FunctionalInterface
public interface EngineSetup {
    /**
     * Goes over the builder, which has its sites, clock and folder.
     *
     * @param builder the builder
     * @param sites the sites
     */
    void prepare(SiteRecovery.Builder builder, TwoSites sites);

    /** Leaves the engine as it is. */
    final class Plain implements EngineSetup {
        /** Makes it. */
        public Plain() {}

        @Override
        public void prepare(SiteRecovery.Builder builder, TwoSites sites) {
            // nothing is missing
        }
    }
}
