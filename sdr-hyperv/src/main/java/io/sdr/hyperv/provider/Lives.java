package io.sdr.hyperv.provider;

import io.sdr.api.SdrException;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.hyperv.host.Answered;
import io.sdr.hyperv.host.LoggedLife;
import io.sdr.hyperv.host.LookedAt;
import io.sdr.hyperv.host.SeenVm;
import io.sdr.hyperv.host.SiteHosts;
import java.util.List;

/**
 * When VMs started and ended, by the logs of all hosts of a site: a VM that moved left a part of its life in the log of each host that it
 * was on. Thread-safe.
 */
final class Lives {
    private final SiteHosts hosts;

    Lives(SiteHosts hosts) {
        this.hosts = hosts;
    }

    /** Adds to what a VM's host said what the other hosts said to the same question. */
    static SeenVm whole(SeenVm seen, Answered<LookedAt> answered) {
        LoggedLife life = answered.answers().values().stream()
                .flatMap(each -> each.lives().entrySet().stream())
                .filter(each -> each.getKey().equals(seen.vm()))
                .map(java.util.Map.Entry::getValue)
                .reduce(seen.life(), LoggedLife::and);
        return seen.withLife(answered.silent().isEmpty() ? life : life.incomplete());
    }

    /** Adds to what a VM's host said, such as after a change, what the others say; what they do not say is not known. */
    SeenVm whole(SeenVm seen, CallContext context) {
        if (hosts.all().size() == 1) {
            return seen;
        }
        try {
            return whole(seen, hosts.each(host -> host.vms().look(List.<VmId>of(seen.vm()), context)));
        } catch (SdrException untold) {
            return seen.withLife(seen.life().incomplete());
        }
    }
}
