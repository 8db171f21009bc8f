package io.sdr.core.operation;

import io.sdr.api.Finding;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.NetworkSettings;
import io.sdr.api.Problem;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import io.sdr.api.Side;
import io.sdr.api.SiteId;
import io.sdr.api.TestNetwork;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.Contact;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.DriverCapabilities;
import io.sdr.api.spi.Endpoint;
import io.sdr.api.spi.ReadinessQuestion;
import io.sdr.api.spi.ReplicationDriver;
import io.sdr.api.spi.SiteCapabilities;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.api.spi.VmDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What would stop protection: pure reads of both sites, all findings in one answer. */
public final class Readiness {
    private static final String MISMATCH = "DRIVER_MISMATCH";

    private Readiness() {}

    /**
     * Looks at both sites.
     *
     * @param item the item that shall be protected
     * @param world the sites
     * @param call the call
     * @return all findings; empty if nothing stands in the way
     */
    public static List<Finding> toProtect(ItemState item, Surroundings world, CallContext call) {
        List<Finding> findings = new ArrayList<>();
        SiteProvider source = world.site(item.place(Side.PRIMARY).site());
        SiteProvider target = world.site(item.place(Side.RECOVERY).site());
        boolean sourceAnswers = answers(source, call, findings);
        boolean targetAnswers = answers(target, call, findings);
        if (!sourceAnswers) {
            return findings;
        }
        VmId vm = item.vm(Side.PRIMARY).orElseThrow();
        try {
            List<VmDescription> found = source.inventory().find(vm.value(), call);
            if (found.isEmpty()) {
                findings.add(Finding.blocker(
                        "UNKNOWN_VM", "VM " + vm, "is not at site " + source.id(), "", "name a VM of that site"));
                return findings;
            }
            VmDescription description = found.get(0);
            DriverCapabilities driver =
                    world.driver(item.driver(), source.id(), target.id()).capabilities();
            findings.addAll(source.inventory().readiness(new ReadinessQuestion.AsSource(description, driver), call));
            if (findings.stream().noneMatch(each -> each.code().equals(MISMATCH))) { // the site may have seen it itself
                findings.addAll(ofOtherDrivers(item, vm, world, call));
            }
            if (targetAnswers) {
                findings.addAll(ofDriver(item, vm, world, call));
                findings.addAll(toRun(description, item.networks(), Side.RECOVERY, target, call));
                findings.addAll(target.inventory()
                        .readiness(
                                new ReadinessQuestion.AsTarget(description.disks(), room(description.disks()), driver),
                                call));
            }
        } catch (RetryableException e) {
            findings.add(Finding.blocker(e.code(), "readiness", e.problem().describe(), "", "retry"));
        }
        return findings;
    }

    /** What the item's driver finds. It asks both sites. */
    private static List<Finding> ofDriver(ItemState item, VmId vm, Surroundings world, CallContext call) {
        SiteId from = item.place(Side.PRIMARY).site();
        SiteId to = item.place(Side.RECOVERY).site();
        return world.driver(item.driver(), from, to).readiness(new Endpoint(from, vm), to, item.policy(), call);
    }

    /** Whether another driver carries the VM, because two never may. */
    private static List<Finding> ofOtherDrivers(ItemState item, VmId vm, Surroundings world, CallContext call) {
        SiteId from = item.place(Side.PRIMARY).site();
        SiteId to = item.place(Side.RECOVERY).site();
        List<Finding> findings = new ArrayList<>();
        for (ReplicationDriver other : world.otherDrivers(item.driver(), from, to)) {
            other.occupied(new Endpoint(from, vm), call)
                    .ifPresent(seen -> findings.add(Finding.blocker(
                            MISMATCH,
                            "VM " + vm,
                            seen,
                            "replicated by driver '" + item.driver() + "' alone",
                            "end the other replication first, or protect the VM with that driver")));
        }
        return findings;
    }

    /** What of a VM's configuration and networks cannot be carried to a side. */
    static List<Finding> toRun(
            VmDescription vm, NetworkSettings networks, Side to, SiteProvider target, CallContext call) {
        List<Finding> findings = new ArrayList<>(
                target.inventory().readiness(new ReadinessQuestion.AsHost(vm.name(), vm.configuration()), call));
        findings.addAll(new Connections(networks, to, target.inventory().networks(call), target.capabilities())
                .findings(vm.configuration()));
        return findings;
    }

    /**
     * Looks for what a failover would leave unconnected or without its address. None of it keeps a VM from starting, so all are
     * warnings. The VM that replication reads is asked; where it does not answer, what the last cycle told of it.
     *
     * @param item the item
     * @param to the side at which it would start
     * @param world the sites
     * @param call the call
     * @return the findings; empty too if nothing tells of the VM
     */
    public static List<Finding> toFailOver(ItemState item, Side to, Surroundings world, CallContext call) {
        SiteProvider target = world.site(item.place(to).site());
        try {
            Optional<VmConfiguration> source = present(item, to.other(), world, call)
                    .or(() -> ConfigurationDocument.read(target, item.id(), call));
            return source.stream()
                    .flatMap(each -> new Connections(
                                    item.networks(), to, target.inventory().networks(call), target.capabilities())
                            .findings(each).stream())
                    .map(each -> Finding.warning(each.code(), each.subject(), each.observed(), each.advice()))
                    .toList();
        } catch (SdrException e) {
            return List.of(Finding.warning(
                    e.code(), "networks", e.problem().state(), "the failover would start the VM with what it has"));
        }
    }

    private static Optional<VmConfiguration> present(ItemState item, Side side, Surroundings world, CallContext call) {
        SiteProvider site = world.site(item.place(side).site());
        Optional<VmId> vm = item.vm(side);
        if (vm.isEmpty() || site.contact(call) instanceof Contact.Unreachable) {
            return Optional.empty();
        }
        return site.inventory().find(vm.get().value(), call).stream()
                .map(VmDescription::configuration)
                .findFirst();
    }

    /**
     * Refuses a network for a test failover that is not there or cannot be made.
     *
     * @param site where the test runs
     * @param choice the network
     * @param call the call
     * @throws InvalidRequestException codes {@code UNKNOWN_NETWORK}, {@code NOT_SUPPORTED}
     */
    public static void requireTestNetwork(SiteProvider site, TestNetwork choice, CallContext call) {
        if (choice instanceof TestNetwork.Existing existing
                && site.inventory().networks(call).stream()
                        .noneMatch(each -> each.id().equals(existing.network()))) {
            throw new InvalidRequestException(Problem.of("UNKNOWN_NETWORK")
                    .attempted("test a failover in network " + existing.network())
                    .state("site " + site.id() + " has no such network; nothing was changed")
                    .remedy("choose one of "
                            + site.inventory().networks(call).stream()
                                    .map(each -> each.id().value())
                                    .toList()
                            + ", an isolated one, or none"));
        }
        if (choice instanceof TestNetwork.Isolated
                && !site.capabilities().has(SiteCapabilities.Flag.ISOLATED_NETWORK)) {
            throw new InvalidRequestException(Problem.of("NOT_SUPPORTED")
                    .attempted("test a failover in an isolated network")
                    .state("site " + site.id() + " cannot make one; nothing was changed")
                    .remedy("choose an existing network, or none"));
        }
    }

    /** The first copy is staged: disk sizes bound it from above, once in the base and once in the segments. */
    private static long room(List<DiskRef> disks) {
        return 2 * disks.stream().mapToLong(DiskRef::sizeBytes).sum();
    }

    private static boolean answers(SiteProvider site, CallContext call, List<Finding> findings) {
        if (site.contact(call) instanceof Contact.Unreachable silent) {
            findings.add(Finding.blocker(
                    "SITE_UNREACHABLE",
                    "site " + site.id(),
                    "does not answer: " + silent.reason(),
                    "",
                    "restore the connection to the site, then try again"));
            return false;
        }
        return true;
    }
}
