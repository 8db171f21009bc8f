package io.sdr.hyperv.readiness;

import io.sdr.api.spi.CallContext;
import io.sdr.hyperv.host.HostFacts;
import io.sdr.hyperv.host.SiteHost;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/** Reads what the rules look at. Pure reads; a host that cannot be reached is thrown. Thread-safe. */
final class HostReader {
    private final Supplier<Instant> clock;

    /**
     * Makes one.
     *
     * @param clock tells the present moment
     */
    HostReader(Supplier<Instant> clock) {
        this.clock = clock;
    }

    HostState read(SiteHost host, CallContext context) {
        Instant asked = clock.get();
        HostFacts facts = host.inventory().facts(context);
        HostState plain = new HostState(facts, asked, clock.get(), Fact.notAsked(), List.of(), Fact.notAsked());
        return new HostState(
                facts,
                plain.asked(),
                plain.answered(),
                plain.clustered() && plain.has(HostState.CLUSTERS)
                        ? Fact.ask(() -> host.inventory().cluster(context))
                        : Fact.notAsked(),
                List.of(host.catalogueFolder(), host.replicas()),
                Fact.ask(() -> host.catalogue().items(context).size()));
    }

    /** Whether it is worth while to ask a host about VMs. */
    static boolean works(HostState state) {
        return state.has(HostState.HYPER_V)
                && state.runs("vmms")
                && state.facts().mayManage();
    }
}
