package io.sdr.hyperv.site;

import io.sdr.api.NetworkId;
import io.sdr.api.Place;
import io.sdr.api.VmId;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.NetworkAdapter;
import io.sdr.api.spi.NetworkDescription;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.hyperv.access.HostPath;
import io.sdr.hyperv.simulation.SimulatedDrive;
import io.sdr.hyperv.simulation.SimulatedVm;
import io.sdr.hyperv.vhdx.VhdxFormat;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** One side of the traces: a simulated site, the provider over it, and what is done behind the provider's back. */
final class TraceSide {
    private static final VhdxFormat FORMAT = new VhdxFormat();
    private static final Comparator<SimulatedDrive> ORDER = Comparator.comparing(SimulatedDrive::controllerType)
            .thenComparing(SimulatedDrive::controllerNumber)
            .thenComparing(SimulatedDrive::controllerLocation);

    private final SiteEstate estate;
    private SiteProvider site;

    TraceSide(SiteEstate estate, NetworkDescription... networks) {
        this.estate = estate;
        for (NetworkDescription network : networks) {
            estate.addNetwork(network);
        }
        estate.addNetwork(new NetworkDescription(new NetworkId("laboratory"), "laboratory", List.of()));
        site = estate.open();
    }

    SiteProvider site() {
        return site;
    }

    SiteEstate estate() {
        return estate;
    }

    Place place() {
        String name = site.id().value();
        return estate.cloud().map(cloud -> Place.of(name, cloud)).orElseGet(() -> Place.of(name));
    }

    void close() {
        estate.close(site);
    }

    void reopen() {
        close();
        site = estate.open();
    }

    SimulatedVm vm(VmId vm) {
        return estate.find(vm.value()).orElseThrow();
    }

    VmId createRunningVm(String vmName, List<Long> sizes) {
        SimulatedVm vm = estate.newRunningVm(vmName, sizes);
        vm.setShutdownTakes(Duration.ofSeconds(20));
        return new VmId(vm.id().toLowerCase(Locale.ROOT));
    }

    private SimulatedDrive drive(VmId vm, int disk) {
        return vm(vm).drives().stream().sorted(ORDER).toList().get(disk);
    }

    VirtualDisk guestDisk(VmId vm, int disk) {
        return vm(vm).guestDisk(vm(vm).drives().indexOf(drive(vm, disk)));
    }

    VirtualDisk inspect(VmId vm, int disk) {
        HostPath path = HostPath.of(drive(vm, disk).path());
        return FORMAT.open(folder(vm, path), path.name(), Access.READ);
    }

    /** Opens a disk that no running VM has, for reading; where the site is a cluster, its disks are on the shared volume. */
    VirtualDisk inspect(DiskRef disk) {
        HostPath path = HostPath.of(disk.locator());
        return FORMAT.open(
                LocalFolder.of(estate.hosts().get(0).real(path.parent().toString())), path.name(), Access.READ);
    }

    private LocalFolder folder(VmId vm, HostPath path) {
        return LocalFolder.of(vm(vm).host().real(path.parent().toString()));
    }

    void growDisk(VmId vm, int disk, long sizeBytes) {
        vm(vm).growDisk(drive(vm, disk), sizeBytes);
    }

    void deleteVm(VmId vm) {
        vm(vm).host().delete(vm(vm));
    }

    void configureByHand(VmId vm, VmConfiguration configuration) {
        SimulatedVm there = vm(vm);
        there.setSize(configuration.processors(), configuration.memoryBytes());
        configuration
                .dynamicMemory()
                .ifPresent(memory -> there.setDynamicMemory(memory.minimumBytes(), memory.maximumBytes()));
        there.setSecureBoot(configuration.secureBoot());
        configuration.secureBootTemplate().ifPresent(there::setSecureBootTemplate);
        there.keepAdapters(
                configuration.adapters().stream().map(NetworkAdapter::name).toList());
        for (NetworkAdapter adapter : configuration.adapters()) {
            adapter.mac().ifPresent(mac -> there.giveAdapter(adapter.name()).setMac(mac.replace("-", "")));
            estate.connect(there, adapter.name(), adapter.connection());
        }
    }
}
