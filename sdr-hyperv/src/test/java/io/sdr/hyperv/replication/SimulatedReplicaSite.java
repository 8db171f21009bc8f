package io.sdr.hyperv.replication;

import io.sdr.api.DiskId;
import io.sdr.api.ItemId;
import io.sdr.api.JobId;
import io.sdr.api.SiteId;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.Contact;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.Disks;
import io.sdr.api.spi.Inventory;
import io.sdr.api.spi.SiteCapabilities;
import io.sdr.api.spi.SiteCatalogue;
import io.sdr.api.spi.TestObjects;
import io.sdr.api.spi.VmControl;
import io.sdr.api.spi.VmObservation;
import io.sdr.hyperv.access.FolderMapping;
import io.sdr.hyperv.access.HyperVHost;
import io.sdr.hyperv.host.HostOpener;
import io.sdr.hyperv.host.SeenVm;
import io.sdr.hyperv.host.SiteHost;
import io.sdr.hyperv.host.SiteHosts;
import io.sdr.hyperv.host.VmState;
import io.sdr.hyperv.powershell.ScriptCatalogue;
import io.sdr.hyperv.simulation.SimulatedHost;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** One simulated host as a site: its scripts are those of the module, and of the site there is as much as the driver uses. */
final class SimulatedReplicaSite implements ReplicaSite {
    private static final String COPY = "copy";

    private final SiteId id;
    private final SimulatedHost machine;
    private final SiteHost host;
    private final SiteHosts hosts;

    SimulatedReplicaSite(String name, SimulatedHost machine, Path folder) {
        this.id = new SiteId(name);
        this.machine = machine;
        this.host = new HostOpener(
                        new ScriptCatalogue(), () -> machine.world().time().now(), new SecureRandom())
                .open(HyperVHost.of(
                        machine.name(),
                        machine.world().transport(machine.name()),
                        FolderMapping.of("D:\\", folder),
                        "D:\\sdr"));
        this.hosts = new SiteHosts(id, List.of(host), false, Runnable::run);
    }

    @Override
    public SiteId id() {
        return id;
    }

    @Override
    public ReplicaEnd replicaEnd() {
        return new HostsReplicaEnd(
                hosts,
                new HostsReplicaEnd.Names(
                        Optional.empty(), host -> Optional.empty(), COPY, drill -> "test-" + drill.value()),
                HostsReplicaEnd.Manager.NONE,
                () -> machine.world().time().now());
    }

    @Override
    public SiteCapabilities capabilities() {
        return new SiteCapabilities(Set.of());
    }

    @Override
    public Contact contact(CallContext context) {
        return new Contact.Reachable(machine.clock());
    }

    @Override
    public Inventory inventory() {
        throw new UnsupportedOperationException("the driver does not ask it");
    }

    @Override
    public Disks disks() {
        throw new UnsupportedOperationException("the driver opens no disk");
    }

    private VmObservation observation(SeenVm vm) {
        List<DiskRef> disks = new ArrayList<>();
        vm.disks()
                .forEach(disk -> disks.add(new DiskRef(
                        id, new DiskId("d" + disks.size()), disk.path().orElse(""), "vhdx", 1)));
        return new VmObservation(
                vm.vm(),
                vm.state() == VmState.OFF ? VmObservation.Power.OFF : VmObservation.Power.RUNNING,
                vm.locked(),
                vm.bootsByItself(),
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                disks,
                vm.tags().stream().findFirst().map(Object::toString));
    }

    private Optional<VmObservation> look(VmId vm, CallContext context) {
        return host.vms().observe(List.of(vm), context).stream()
                .map(this::observation)
                .findFirst();
    }

    @Override
    public VmControl vms() {
        return (VmControl) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {VmControl.class}, (proxy, method, arguments) -> {
                    Object[] given = Objects.requireNonNull(arguments);
                    CallContext context = (CallContext) given[given.length - 1];
                    VmId vm = given[0] instanceof List<?> list ? (VmId) list.get(0) : (VmId) given[0];
                    return switch (method.getName()) {
                        case "observe" ->
                            look(vm, context).map(seen -> Map.of(vm, seen)).orElse(Map.of());
                        case "lockStart" -> observation(host.vms().lock(vm, context));
                        case "unlockStart" -> observation(host.vms().unlock(vm, context));
                        case "start" -> observation(host.vms().start(vm, context));
                        case "turnOff" -> observation(host.vms().turnOff(vm, context));
                        case "deleteTagged" -> {
                            host.vms().delete(vm, COPY, context);
                            yield "";
                        }
                        default -> throw new UnsupportedOperationException(method.getName());
                    };
                });
    }

    @Override
    public TestObjects testObjects() {
        return (TestObjects) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {TestObjects.class}, (proxy, method, arguments) -> {
                    Object[] given = Objects.requireNonNull(arguments);
                    if (!method.getName().equals("made")) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    String role = "test-" + ((JobId) given[0]).value();
                    return new TestObjects.Made(
                            host.vms().tagged((CallContext) given[1]).stream()
                                    .filter(vm -> vm.tags().stream()
                                            .anyMatch(tag -> tag.role().equals(role)))
                                    .map(this::observation)
                                    .toList(),
                            List.of());
                });
    }

    @Override
    public SiteCatalogue catalogue() {
        return (SiteCatalogue) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {SiteCatalogue.class}, (proxy, method, arguments) -> {
                    Object[] given = Objects.requireNonNull(arguments);
                    CallContext context = (CallContext) given[given.length - 1];
                    ItemId unused = (ItemId) given[0];
                    return switch (method.getName()) {
                        case "putDocument" -> {
                            host.catalogue().write((String) given[1], (String) given[2], context);
                            yield "";
                        }
                        case "document" ->
                            Optional.ofNullable(new TreeMap<>(host.catalogue().documents(context)).get(given[1]));
                        default -> throw new UnsupportedOperationException(method.getName());
                    };
                });
    }
}
