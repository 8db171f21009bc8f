package io.sdr.api;

import java.util.Optional;

/**
 * The user's own look at the VM of a test failover, such as a log-in. Registered by name with {@link SiteRecovery.Builder#probe};
 * a plan names it. Called from an engine thread, again and again until it is content or the plan's time is over; after a crash
 * again. It changes nothing outside the test.
 */
@FunctionalInterface
public interface TestProbe {
    /**
     * Looks at the VM. Exceptions count as an answer that something is missing.
     *
     * @param vm the VM
     * @return empty if all is well, or what is missing
     */
    Optional<String> missing(TestedVm vm);

    /**
     * The VM of a test failover.
     *
     * @param item the item
     * @param drill the job that made it
     * @param site where it runs
     * @param vm the VM
     * @param name its name
     */
    record TestedVm(ItemId item, JobId drill, SiteId site, VmId vm, String name) {}
}
