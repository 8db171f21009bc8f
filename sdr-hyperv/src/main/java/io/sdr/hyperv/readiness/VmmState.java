package io.sdr.hyperv.readiness;

import io.sdr.hyperv.host.HostFacts;
import io.sdr.hyperv.host.ManagedVm;
import io.sdr.hyperv.host.VmmHost;
import io.sdr.hyperv.host.VmmServer;
import java.util.List;
import java.util.Optional;

/**
 * A VMM server and what it knows.
 *
 * @param facts its machine
 * @param server the answer of VMM; asked where module and service are there
 * @param hosts the hosts that it knows
 * @param clouds the names of its clouds; not asked where none is wanted
 * @param cloud the cloud that is wanted
 * @param ours the hosts that the site was told of
 * @param wanted the VM that is asked about, as VMM knows it; not asked where none is
 * @param vm that VM's name
 */
public record VmmState(
        HostFacts facts,
        Fact<VmmServer> server,
        Fact<List<VmmHost>> hosts,
        Fact<List<String>> clouds,
        Optional<String> cloud,
        List<String> ours,
        Fact<Optional<ManagedVm>> wanted,
        String vm) {
    static final String MODULE = "VirtualMachineManager";

    public VmmState {
        ours = List.copyOf(ours);
    }

    String name() {
        return facts.fullName();
    }

    boolean hasModule() {
        return facts.modules().containsKey(MODULE);
    }

    boolean runs() {
        return "Running".equals(facts.services().get("SCVMMService"));
    }
}
