package io.sdr.api;

import java.time.Instant;
import java.util.Optional;

/**
 * Takes the power from what does not answer, past the hypervisor: by a baseboard controller, a power distribution unit, or by
 * cutting the VM's host off from its storage. Registered for a site with {@link SiteRecovery.Builder#powerFence}; an unplanned
 * failover whose source is silent then fences it before it decides. What else runs on the same host goes down, too: that is the
 * fence's own matter. Called from engine threads, again and again until it is done or the step's time is over; after a crash
 * again.
 */
public interface PowerFence {
    /**
     * Looks whether the VM can run at all, without changing anything.
     *
     * @param target whom it is about
     * @return how it is known that the VM has no power or no disk, in words for the report; empty if it may run
     * @throws RetryableException if that cannot be told now: nothing is concluded from it
     */
    Optional<String> evidence(Target target);

    /**
     * Takes the power, or the disks. There is no way back: what was fenced comes back by a person's hand. Twice is once. Whether it
     * was done is told by {@link #evidence} alone.
     *
     * @param target whom it is about
     * @throws SdrException if it did not work
     */
    void fence(Target target);

    /**
     * Whom it is about.
     *
     * @param item the item
     * @param site the site that does not answer
     * @param vm its VM
     * @param notAfter the fence gives up after this moment, by the engine's clock
     */
    record Target(ItemId item, SiteId site, VmId vm, Instant notAfter) {}
}
