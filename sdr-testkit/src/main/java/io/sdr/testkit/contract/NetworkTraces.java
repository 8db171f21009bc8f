package io.sdr.testkit.contract;

import static io.sdr.testkit.contract.Trace.ITEM;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sdr.api.FailoverPlan;
import io.sdr.api.Finding;
import io.sdr.api.Forecast;
import io.sdr.api.GuestAddress;
import io.sdr.api.NetworkId;
import io.sdr.api.NetworkSettings;
import io.sdr.api.ProtectionState;
import io.sdr.api.Side;
import io.sdr.api.VmId;
import io.sdr.api.spi.NetworkAdapter;
import io.sdr.api.spi.NetworkConnection;
import io.sdr.api.spi.VmConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** A VM's configuration travels with its cycles; a failover connects it to the networks of the other side. */
public abstract non-sealed class NetworkTraces extends Traces {
    private static final GuestAddress PRIMARY_ADDRESS =
            GuestAddress.of("10.1.0.15/24").gateway("10.1.0.1");
    private static final GuestAddress RECOVERY_ADDRESS =
            GuestAddress.of("10.2.0.15/24").gateway("10.2.0.1").dnsServers("10.2.0.2", "10.2.0.3");
    private static final VmConfiguration.DynamicMemory MEMORY = new VmConfiguration.DynamicMemory(2L << 30, 24L << 30);
    /** One that Hyper-V has; others keep any name. */
    private static final String TEMPLATE = "MicrosoftUEFICertificateAuthority";

    private static final NetworkSettings SETTINGS = NetworkSettings.none()
            .map("production", "production-dr")
            .address(Side.PRIMARY, "nic0", PRIMARY_ADDRESS)
            .address(Side.RECOVERY, "nic0", RECOVERY_ADDRESS);

    /** For subclasses. */
    protected NetworkTraces() {}

    private Trace begin(Side active) {
        return Trace.protectedAt(newWorld(), restartsBetweenSteps(), active, SETTINGS);
    }

    private static NetworkConnection production(Side side, String subnet) {
        return new NetworkConnection(
                new NetworkId(side == Side.PRIMARY ? "production" : "production-dr"),
                Optional.of(subnet),
                OptionalInt.of((side == Side.PRIMARY ? 100 : 200) + (subnet.equals("front") ? 1 : 2)));
    }

    private static NetworkConnection laboratory() {
        return NetworkConnection.to(new NetworkId("laboratory"));
    }

    /** Two adapters in subnets of the mapped network, one in a network that is not mapped. */
    private static void connect(Trace trace, Side active) {
        VmId vm = trace.vm(active);
        VmConfiguration wanted = trace.describe(active, vm)
                .configuration()
                .withSize(6, 12L << 30)
                .withDynamicMemory(Optional.of(MEMORY))
                .withSecureBoot(true)
                .withSecureBootTemplate(Optional.of(TEMPLATE))
                .withAdapters(List.of(
                        NetworkAdapter.named("nic0")
                                .withMac("00-15-5D-00-00-01")
                                .withConnection(Optional.of(production(active, "front"))),
                        NetworkAdapter.named("nic1").withConnection(Optional.of(production(active, "back"))),
                        NetworkAdapter.named("nic2").withConnection(Optional.of(laboratory()))));
        trace.world.configureByHand(active, vm, wanted);
    }

    private static VmConfiguration configuration(Trace trace, Side side) {
        return trace.describe(side, trace.vm(side)).configuration();
    }

    private static Optional<NetworkConnection> connection(Trace trace, Side side, int adapter) {
        return configuration(trace, side).adapters().get(adapter).connection();
    }

    /** What the VM was with the last cycle is applied, subnets of the same name are found, what is not mapped is disconnected. */
    @Test
    public void configurationAndNetworksAreCarried() {
        Side active = activeAtFirst();
        try (Trace trace = begin(active)) {
            Side other = active.other();
            connect(trace, active);
            trace.cycle();
            assertForetold(trace, FailoverPlan.planned(ITEM, other).completeAtOnce());
            trace.world.contact(active, false); // the configuration is told by this side's catalogue alone
            assertForetold(trace, FailoverPlan.unplanned(ITEM, other));
            trace.done(trace.engine().failOver(FailoverPlan.unplanned(ITEM, other)));
            VmConfiguration carried = configuration(trace, other);
            assertEquals(6, carried.processors());
            assertEquals(12L << 30, carried.memoryBytes());
            assertEquals(Optional.of(MEMORY), carried.dynamicMemory());
            assertEquals(true, carried.secureBoot());
            assertEquals(Optional.of(TEMPLATE), carried.secureBootTemplate());
            assertEquals(
                    Optional.of("00-15-5D-00-00-01"), carried.adapters().get(0).mac());
            assertEquals(Optional.of(production(other, "front")), connection(trace, other, 0));
            assertEquals(Optional.of(production(other, "back")), connection(trace, other, 1));
            assertEquals(Optional.empty(), connection(trace, other, 2));
            assertEquals(
                    Optional.of(other == Side.PRIMARY ? PRIMARY_ADDRESS : RECOVERY_ADDRESS),
                    carried.adapters().get(0).address());
            assertEquals(Optional.empty(), carried.adapters().get(1).address());
        }
    }

    /** A dry run tells what the failover would leave disconnected. */
    private static void assertForetold(Trace trace, FailoverPlan plan) {
        Forecast forecast = trace.engine().dryRun(plan);
        assertEquals(
                List.of("adapter nic2"),
                forecast.findings().stream()
                        .filter(each -> each.code().equals("NETWORK_NOT_MAPPED"))
                        .map(Finding::subject)
                        .toList(),
                forecast::toString);
    }

    /** There and back: the primary side keeps the networks that it had, also one that is not mapped. */
    @Test
    public void failbackKeepsTheOriginalNetworks() {
        Side active = activeAtFirst();
        try (Trace trace = begin(active)) {
            Side other = active.other();
            connect(trace, active);
            trace.cycle();
            trace.done(
                    trace.engine().failOver(FailoverPlan.unplanned(ITEM, other).shutDownFirst()));
            trace.commitAndReverse();
            trace.failBack();
            trace.expect(ProtectionState.COMMIT_PENDING, active);
            assertEquals(Optional.of(production(active, "front")), connection(trace, active, 0));
            assertEquals(Optional.of(production(active, "back")), connection(trace, active, 1));
            assertEquals(
                    active == Side.PRIMARY ? Optional.of(laboratory()) : Optional.empty(),
                    connection(trace, active, 2),
                    "only the primary side had an original");
        }
    }

    /** Somebody connected the copy to another network meanwhile: then the mapping counts. */
    @Test
    public void failbackMapsWhatWasChanged() {
        Side active = activeAtFirst();
        try (Trace trace = begin(active)) {
            Side other = active.other();
            connect(trace, active);
            trace.cycle();
            trace.done(
                    trace.engine().failOver(FailoverPlan.unplanned(ITEM, other).shutDownFirst()));
            List<NetworkAdapter> adapters =
                    new ArrayList<>(configuration(trace, other).adapters());
            adapters.set(0, adapters.get(0).withConnection(Optional.of(laboratory())));
            adapters.set(2, adapters.get(2).withConnection(Optional.of(production(other, "back"))));
            trace.world.configureByHand(
                    other, trace.vm(other), configuration(trace, other).withAdapters(adapters));
            trace.commitAndReverse();
            trace.failBack();
            assertEquals(Optional.empty(), connection(trace, active, 0), "the laboratory is not mapped");
            assertEquals(Optional.of(production(active, "back")), connection(trace, active, 1));
            assertEquals(Optional.of(production(active, "back")), connection(trace, active, 2));
        }
    }
}
