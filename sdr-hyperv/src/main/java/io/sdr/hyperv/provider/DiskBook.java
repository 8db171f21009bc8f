package io.sdr.hyperv.provider;

import io.sdr.api.DiskId;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.DiskRef;
import io.sdr.hyperv.access.HostPath;
import io.sdr.hyperv.host.DiskFile;
import io.sdr.hyperv.host.PlacedDisk;
import io.sdr.hyperv.host.SeenVm;
import io.sdr.hyperv.host.SiteHost;
import io.sdr.hyperv.host.SiteHosts;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Names the disks of VMs. While a checkpoint stands, a VM runs on an automatic layer ({@code .avhdx}); its disk is still the file below,
 * and is named after that. A disk that was attached by this library keeps the name that it then had; any other one is named after its
 * place at the VM's controllers, which no checkpoint and no move of the file changes. Thread-safe.
 */
final class DiskBook {
    private static final Comparator<PlacedDisk> ORDER = Comparator.comparing(PlacedDisk::controllerType)
            .thenComparing(PlacedDisk::controllerNumber)
            .thenComparing(PlacedDisk::controllerLocation);

    private final SiteHosts hosts;
    private final Locators locators;
    /** What files are, by host and path; what can change of it, the size, is read again with each checkpoint and description. */
    private final Map<String, DiskFile> known = new ConcurrentHashMap<>();

    DiskBook(SiteHosts hosts, Locators locators) {
        this.hosts = hosts;
        this.locators = locators;
    }

    /** Gives a VM's disks that are files, in the order of their places. */
    List<DiskRef> disks(SiteHost host, SeenVm vm, CallContext context) {
        List<DiskRef> disks = new ArrayList<>();
        Set<String> used = new HashSet<>();
        for (PlacedDisk place : ordered(vm.disks())) {
            String path = root(host, place.path().orElseThrow(), context);
            Optional<DiskFile> file = describe(host, path, context);
            DiskId id = new DiskId(named(vm, path).filter(used::add).orElseGet(() -> free(place, used)));
            disks.add(new DiskRef(
                    hosts.site(),
                    id,
                    locators.locator(host, HostPath.of(path)),
                    file.map(DiskBook::format).orElse("vhdx"),
                    file.map(DiskFile::sizeBytes).orElse(0L)));
        }
        return disks;
    }

    static List<PlacedDisk> ordered(Collection<PlacedDisk> disks) {
        return disks.stream()
                .filter(each -> each.path().isPresent())
                .sorted(ORDER)
                .toList();
    }

    private static Optional<String> named(SeenVm vm, String path) {
        HostPath wanted = HostPath.of(path);
        return vm.diskNames().entrySet().stream()
                .filter(each -> HostPath.of(each.getKey()).equals(wanted))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private static String free(PlacedDisk place, Set<String> used) {
        String name = DiskPlaces.name(place);
        while (!used.add(name)) {
            name += "x";
        }
        return name;
    }

    /** Follows automatic layers down to the disk's own file. */
    String root(SiteHost host, String path, CallContext context) {
        String at = path;
        Set<String> seen = new LinkedHashSet<>();
        while (isAutomatic(at) && seen.add(at)) {
            Optional<String> parent = describe(host, at, context).flatMap(DiskFile::parent);
            if (parent.isEmpty()) {
                break;
            }
            at = parent.get();
        }
        return at;
    }

    private static boolean isAutomatic(String path) {
        String name = path.toLowerCase(Locale.ROOT);
        return name.endsWith(".avhdx") || name.endsWith(".avhd");
    }

    /** Tells what a file is, from memory if it was seen before; empty if it is not there. */
    Optional<DiskFile> describe(SiteHost host, String path, CallContext context) {
        DiskFile there = known.get(key(host, path));
        return there == null ? look(host, path, context) : Optional.of(there);
    }

    /** Tells what a file is now. */
    Optional<DiskFile> look(SiteHost host, String path, CallContext context) {
        try {
            DiskFile file = host.disks().describe(List.of(path), context).get(0);
            known.put(key(host, path), file);
            return Optional.of(file);
        } catch (InvalidRequestException gone) {
            if (!gone.code().equals("DISK_MISSING")) {
                throw gone;
            }
            known.remove(key(host, path));
            return Optional.empty();
        }
    }

    /** Reads again what may have changed of a VM's disks. */
    void refresh(SiteHost host, SeenVm vm, CallContext context) {
        for (PlacedDisk place : ordered(vm.disks())) {
            Optional<DiskFile> unused = look(host, root(host, place.path().orElseThrow(), context), context);
        }
    }

    /** Forgets a file that was moved, grown or written anew. */
    void forget(SiteHost host, HostPath path) {
        known.remove(key(host, path.toString()));
    }

    private String key(SiteHost host, String path) {
        return locators.locator(host, HostPath.of(path)).toUpperCase(Locale.ROOT);
    }

    private static String format(DiskFile file) {
        return file.format().equalsIgnoreCase("VHD") ? "vhd" : "vhdx";
    }
}
