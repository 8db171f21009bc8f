package io.sdr.testkit;

import io.sdr.api.Finding;
import io.sdr.api.VmId;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.Inventory;
import io.sdr.api.spi.NetworkAdapter;
import io.sdr.api.spi.NetworkDescription;
import io.sdr.api.spi.ReadinessQuestion;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.api.spi.VmDescription;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** What a simulated site has. */
final class SiteInventory implements Inventory {
    private static final Set<String> FIRMWARE = Set.of("bios", "uefi");

    private final SiteState state;

    SiteInventory(SiteState state) {
        this.state = state;
    }

    private <T> T read(String call, String about, Supplier<T> action) {
        return state.faults.pass("inventory." + call, Faults.Kind.READ, about, action);
    }

    @Override
    public List<VmDescription> virtualMachines(
            Optional<String> cloud, Optional<VmId> after, int limit, CallContext context) {
        if (limit < 1 || limit > MAX_PAGE) {
            throw SiteState.invalid(
                    "INVALID_LIMIT", "list VMs of site " + state.id, "the limit is " + limit, "use 1 to " + MAX_PAGE);
        }
        return read("virtualMachines", cloud.orElse("all clouds"), () -> {
            state.cloudFor(cloud);
            return state.all().stream()
                    .filter(vm -> cloud.isEmpty() || vm.cloud.equals(cloud))
                    .filter(vm -> after.isEmpty()
                            || vm.id.value().compareTo(after.get().value()) > 0)
                    .limit(limit)
                    .map(VmRecord::description)
                    .toList();
        });
    }

    @Override
    public List<VmDescription> find(String nameOrId, CallContext context) {
        return read("find", nameOrId, () -> {
            List<VmDescription> byId = state.all().stream()
                    .filter(vm -> vm.id.value().equals(nameOrId))
                    .map(VmRecord::description)
                    .toList();
            return byId.isEmpty()
                    ? state.all().stream()
                            .filter(vm -> vm.name.equals(nameOrId))
                            .map(VmRecord::description)
                            .toList()
                    : byId;
        });
    }

    @Override
    public List<String> clouds(CallContext context) {
        return read("clouds", "", () -> state.clouds.stream().sorted().toList());
    }

    @Override
    public List<NetworkDescription> networks(CallContext context) {
        return read(
                "networks",
                "",
                () -> state.networks.own().stream()
                        .sorted(Comparator.comparing(each -> each.id().value()))
                        .toList());
    }

    @Override
    public List<Finding> readiness(ReadinessQuestion question, CallContext context) {
        return read("readiness", question.getClass().getSimpleName(), () -> {
            if (question instanceof ReadinessQuestion.AsSource source) {
                return asSource(source.vm());
            }
            if (question instanceof ReadinessQuestion.AsHost host) {
                return asHost(host.name(), host.configuration());
            }
            return asTarget((ReadinessQuestion.AsTarget) question);
        });
    }

    private List<Finding> asSource(VmDescription vm) {
        List<Finding> findings = new ArrayList<>();
        Optional<VmRecord> found = state.find(vm.id());
        if (found.isEmpty()) {
            findings.add(
                    Finding.blocker("UNKNOWN_VM", "VM " + vm.id(), "it does not exist", "a VM", "name another VM"));
            return findings;
        }
        if (found.get().disks.isEmpty()) {
            findings.add(Finding.blocker("NO_DISKS", "VM " + vm.name(), "it has no disks", "a disk", "attach a disk"));
        }
        for (DiskRef disk : found.get().disks) {
            checkSize(disk, findings);
            checkFile(disk, found.get().running, findings);
        }
        return findings;
    }

    private void checkFile(DiskRef disk, boolean running, List<Finding> findings) {
        SiteState.Place place = state.place(disk);
        try {
            if (place.folder().find(place.file()).isEmpty()) {
                findings.add(Finding.blocker(
                        "DISK_MISSING", disk.locator(), "the file is missing", "a disk", "put the file back"));
            } else if (!running) {
                try (VirtualDisk open = state.openOffline(disk, Access.READ)) {
                    if (open.sizeBytes() != disk.sizeBytes()) {
                        findings.add(Finding.blocker(
                                "DISK_SIZE",
                                disk.locator(),
                                "it holds " + open.sizeBytes() + " bytes",
                                disk.sizeBytes() + " bytes",
                                "attach the disk again"));
                    }
                }
            }
        } catch (StorageException e) {
            findings.add(Finding.blocker(
                    "DISK_UNREADABLE", disk.locator(), e.problem().state(), "a readable disk", "repair the storage"));
        }
    }

    private static void checkSize(DiskRef disk, List<Finding> findings) {
        if (disk.sizeBytes() <= 0) {
            findings.add(Finding.blocker(
                    "EMPTY_DISK", disk.locator(), "it has 0 bytes", "at least 1 byte", "exclude or replace the disk"));
        }
    }

    private List<Finding> asHost(String name, VmConfiguration configuration) {
        List<Finding> findings = new ArrayList<>();
        if (!FIRMWARE.contains(configuration.firmware())) {
            findings.add(Finding.blocker(
                    "UNKNOWN_FIRMWARE",
                    "VM " + name,
                    "its firmware is " + configuration.firmware(),
                    "one of " + FIRMWARE,
                    "choose a site that has this firmware"));
        }
        if (configuration.secureBoot() && !configuration.firmware().equals("uefi")) {
            findings.add(Finding.warning(
                    "SECURE_BOOT_LOST",
                    "VM " + name,
                    "it boots securely with " + configuration.firmware() + ", which cannot be here",
                    "expect it to boot without secure boot here"));
        }
        for (NetworkAdapter adapter : configuration.adapters()) {
            adapter.mac()
                    .flatMap(mac -> state.all().stream()
                            .filter(vm -> !vm.name.equals(name))
                            .filter(vm -> vm.configuration.adapters().stream()
                                    .anyMatch(each -> each.mac().equals(Optional.of(mac))))
                            .findFirst())
                    .ifPresent(vm -> findings.add(Finding.warning(
                            "MAC_IN_USE",
                            "adapter " + adapter.name() + " of VM " + name,
                            "its hardware address belongs to VM " + vm.id + " here",
                            "change one of the two addresses")));
        }
        return findings;
    }

    private List<Finding> asTarget(ReadinessQuestion.AsTarget question) {
        List<Finding> findings = new ArrayList<>();
        for (DiskRef disk : question.disks()) {
            checkSize(disk, findings);
            if (state.formats.find(disk.format()).isEmpty()) {
                findings.add(Finding.blocker(
                        "UNKNOWN_FORMAT",
                        disk.locator(),
                        "its format is " + disk.format(),
                        "a format that is known at site " + state.id,
                        "put the module with that format on the path"));
            }
            if (disk.site().equals(state.id)) {
                findings.add(Finding.blocker(
                        "SAME_SITE",
                        disk.locator(),
                        "it lies at site " + state.id + " already",
                        "a disk of another site",
                        "name another target site"));
            }
        }
        long free = state.root.freeBytes();
        if (free < question.roomBytes()) {
            findings.add(Finding.warning(
                    "NO_ROOM",
                    "site " + state.id,
                    free + " bytes are free, and full disks need " + question.roomBytes(),
                    "make room on that volume, or see that the disks hold little data"));
        }
        return findings;
    }
}
