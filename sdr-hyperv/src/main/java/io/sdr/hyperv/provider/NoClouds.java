package io.sdr.hyperv.provider;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.hyperv.host.SiteHosts;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Hosts without a manager have no clouds. */
public final class NoClouds implements Clouds {
    private final SiteHosts hosts;

    public NoClouds(SiteHosts hosts) {
        this.hosts = hosts;
    }

    @Override
    public List<String> names(CallContext context) {
        // Whoever does not answer has not said that he has none.
        var unused = hosts.anyone(context, host -> host.inventory().clock(context));
        return List.of();
    }

    @Override
    public void check(Optional<String> cloud) {
        if (cloud.isPresent()) {
            throw new InvalidRequestException(Problem.of("UNKNOWN_CLOUD")
                    .attempted("use cloud '" + cloud.get() + "' of site " + hosts.site())
                    .state("the site is one of Hyper-V hosts without VMM: it has no clouds")
                    .remedy("leave the cloud out, or use a site over VMM"));
        }
    }

    @Override
    public Map<VmId, String> of(List<VmId> vms, CallContext context) {
        return Map.of();
    }
}
