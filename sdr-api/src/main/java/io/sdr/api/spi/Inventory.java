package io.sdr.api.spi;

import io.sdr.api.Finding;
import io.sdr.api.VmId;
import java.util.List;
import java.util.Optional;

/** Pure reads of what a site has. Every method throws {@link io.sdr.api.RetryableException} if the site does not answer. */
public interface Inventory {
    /** The largest page that may be asked for. */
    int MAX_PAGE = 1000;

    /**
     * Lists VMs, ordered by id.
     *
     * @param cloud only VMs of this cloud; empty for all
     * @param after only VMs behind this id; empty for the first page
     * @param limit at most so many, 1 to {@link #MAX_PAGE}
     * @param context the call
     * @return the page; shorter than the limit at the end
     */
    List<VmDescription> virtualMachines(Optional<String> cloud, Optional<VmId> after, int limit, CallContext context);

    /**
     * Finds VMs by id or by name.
     *
     * @param nameOrId the id or the exact name
     * @param context the call
     * @return those that match; an id matches alone
     */
    List<VmDescription> find(String nameOrId, CallContext context);

    /**
     * Lists the clouds.
     *
     * @param context the call
     * @return their names, sorted; empty where the site has none
     */
    List<String> clouds(CallContext context);

    /**
     * Lists the networks to which VMs can be connected, without those that test failovers made.
     *
     * @param context the call
     * @return the networks, ordered by id
     */
    List<NetworkDescription> networks(CallContext context);

    /**
     * Looks for what would stop protection.
     *
     * @param question what shall be protected
     * @param context the call
     * @return all findings at once; empty if nothing stands in the way
     */
    List<Finding> readiness(ReadinessQuestion question, CallContext context);
}
