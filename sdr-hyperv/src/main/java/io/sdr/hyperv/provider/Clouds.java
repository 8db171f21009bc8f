package io.sdr.hyperv.provider;

import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The clouds of a site, which only one with a manager above its hosts has. Thread-safe. */
public interface Clouds {
    /** Lists the names, sorted. */
    List<String> names(CallContext context);

    /**
     * Refuses a cloud that VMs cannot be made in.
     *
     * @throws io.sdr.api.InvalidRequestException code {@code UNKNOWN_CLOUD}
     */
    void check(Optional<String> cloud);

    /** Tells in which clouds VMs are; whoever is in none is missing. */
    Map<VmId, String> of(List<VmId> vms, CallContext context);
}
