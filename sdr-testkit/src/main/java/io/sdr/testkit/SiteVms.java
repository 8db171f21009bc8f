package io.sdr.testkit;

import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.VmId;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.NetworkAdapter;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.api.spi.VmControl;
import io.sdr.api.spi.VmObservation;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Power and configuration of the VMs of a simulated site. */
final class SiteVms implements VmControl {
    private final SiteState state;

    SiteVms(SiteState state) {
        this.state = state;
    }

    private <T> T change(String call, Object about, CallContext context, Supplier<T> action) {
        return state.faults.pass("vms." + call, Faults.Kind.CHANGE, String.valueOf(about), () -> {
            synchronized (state) {
                state.guard(context);
                return action.get();
            }
        });
    }

    VmObservation seen(VmRecord vm) {
        boolean answers = vm.running
                && !vm.hangs
                && state.workload(vm.id).map(Workload::answers).orElse(true);
        return new VmObservation(
                vm.id,
                vm.running ? VmObservation.Power.RUNNING : VmObservation.Power.OFF,
                vm.startLocked,
                vm.automaticStart,
                vm.heldAtBoot,
                vm.lastStart,
                Optional.of(Instant.EPOCH),
                state.tellsOffSince ? vm.offSince : Optional.empty(),
                Optional.of(answers),
                vm.disks,
                vm.tag);
    }

    @Override
    public Map<VmId, VmObservation> observe(Collection<VmId> vms, CallContext context) {
        return state.faults.pass("vms.observe", Faults.Kind.READ, vms.toString(), () -> {
            Map<VmId, VmObservation> found = new TreeMap<>((a, b) -> a.value().compareTo(b.value()));
            vms.forEach(vm -> state.find(vm).ifPresent(record -> found.put(vm, seen(record))));
            return Map.copyOf(found);
        });
    }

    @Override
    public VmObservation start(VmId vm, CallContext context) {
        return change("start", vm, context, () -> seen(start(state.require(vm), false)));
    }

    VmRecord start(VmRecord vm, boolean behindTheBack) {
        if (vm.running) {
            return vm;
        }
        if (vm.startLocked && !behindTheBack) {
            throw SiteState.refused(
                    "START_LOCKED", "start VM " + vm.id, "it is locked against start", "unlock it first");
        }
        if (vm.startsToFail > 0) {
            VmRecord failed = vm.copy();
            failed.startsToFail--;
            state.store(failed);
            throw new OperationFailedException(Problem.of("START_FAILED")
                    .attempted("start VM " + vm.id)
                    .state("the hypervisor could not start it; it is off")
                    .remedy("look at the host, then retry"));
        }
        for (DiskRef disk : vm.disks) {
            if (state.isOpenForWriting(disk.locator())) {
                throw inUse("start VM " + vm.id, disk.locator(), "it is open for writing");
            }
        }
        int opened = 0;
        try {
            for (DiskRef disk : vm.disks) {
                state.disk(disk).powerOn();
                opened++;
            }
            VmRecord on = vm.copy();
            on.running = true;
            on.cleanlyOff = false;
            on.offAt = Optional.empty();
            on.lastStart = Optional.of(state.clock());
            on.offSince = Optional.empty();
            on.heldAtBoot = false;
            return state.store(on);
        } catch (RuntimeException e) {
            vm.disks.subList(0, opened).forEach(disk -> state.disk(disk).powerOff());
            throw e;
        }
    }

    @Override
    public VmObservation shutDown(VmId vm, CallContext context) {
        return change("shutDown", vm, context, () -> {
            VmRecord found = state.require(vm);
            if (!found.running || found.ignoresShutDown || found.hangs || found.offAt.isPresent()) {
                return seen(found);
            }
            VmRecord asked = found.copy();
            asked.offAt = Optional.of(state.time.now().plus(found.shutDownTakes));
            state.store(asked);
            return seen(state.require(vm));
        });
    }

    @Override
    public VmObservation turnOff(VmId vm, CallContext context) {
        return change("turnOff", vm, context, () -> {
            VmRecord found = state.require(vm);
            if (found.running) {
                return seen(state.switchOff(found, false));
            }
            return seen(found.heldAtBoot ? given(found, record -> record.heldAtBoot = false) : found);
        });
    }

    @Override
    public VmObservation lockStart(VmId vm, CallContext context) {
        return change("lockStart", vm, context, () -> lock(vm, true));
    }

    @Override
    public VmObservation unlockStart(VmId vm, CallContext context) {
        return change("unlockStart", vm, context, () -> lock(vm, false));
    }

    private VmObservation lock(VmId vm, boolean locked) {
        VmRecord found = state.require(vm);
        return seen(found.startLocked == locked ? found : given(found, record -> record.startLocked = locked));
    }

    private VmRecord given(VmRecord found, Consumer<VmRecord> change) {
        VmRecord changed = found.copy();
        change.accept(changed);
        return state.store(changed);
    }

    @Override
    public VmObservation automaticStart(VmId vm, boolean on, CallContext context) {
        return change("automaticStart", vm, context, () -> {
            VmRecord found = state.require(vm);
            return seen(found.automaticStart == on ? found : given(found, record -> record.automaticStart = on));
        });
    }

    @Override
    public VmObservation connect(VmId vm, List<NetworkAdapter> adapters, CallContext context) {
        return change("connect", vm, context, () -> {
            VmRecord found = state.require(vm);
            VmConfiguration wanted = found.configuration.withAdapters(found.configuration.adapters().stream()
                    .map(own -> adapters.stream()
                            .filter(each -> each.name().equals(own.name()))
                            .findFirst()
                            .map(each -> own.withConnection(each.connection()))
                            .orElse(own))
                    .toList());
            if (found.configuration.equals(wanted)) {
                return seen(found);
            }
            state.networks.check("connect VM " + vm, wanted);
            return seen(given(found, record -> record.configuration = wanted));
        });
    }

    @Override
    public VmObservation createPlaceholder(
            String name, Optional<String> cloud, VmConfiguration configuration, CallContext context) {
        return change("createPlaceholder", name, context, () -> {
            String tag = context.item().value();
            Optional<VmRecord> there = state.all().stream()
                    .filter(vm -> vm.tag.equals(Optional.of(tag)))
                    .findFirst();
            return seen(there.orElseGet(() -> {
                VmRecord made = new VmRecord(
                        state.newVm(), name, state.cloudFor(cloud), disconnected(configuration), Optional.of(tag));
                made.startLocked = true;
                made.automaticStart = false;
                return state.imported(made);
            }));
        });
    }

    private static VmConfiguration disconnected(VmConfiguration configuration) {
        return configuration.withAdapters(configuration.adapters().stream()
                .map(adapter -> adapter.withConnection(Optional.empty()).withAddress(Optional.empty()))
                .toList());
    }

    @Override
    public VmObservation configure(VmId vm, VmConfiguration configuration, CallContext context) {
        return change("configure", vm, context, () -> {
            VmRecord found = state.require(vm);
            VmConfiguration wanted = configuration.withFirmware(found.configuration.firmware());
            if (found.configuration.equals(wanted)) {
                return seen(found);
            }
            if (found.running) {
                throw SiteState.refused("VM_RUNNING", "configure VM " + vm, "it runs", "turn it off first");
            }
            state.networks.check("configure VM " + vm, wanted);
            VmRecord changed = found.copy();
            changed.configuration = wanted;
            return seen(state.store(changed));
        });
    }

    @Override
    public List<VmObservation> tagged(CallContext context) {
        return state.faults.pass(
                "vms.tagged",
                Faults.Kind.READ,
                context.item().value(),
                () -> state.all().stream()
                        .filter(vm -> vm.tag.equals(Optional.of(context.item().value())))
                        .map(vm -> seen(state.require(vm.id)))
                        .toList());
    }

    @Override
    public void deleteTagged(VmId vm, CallContext context) {
        boolean unused = change("deleteTagged", vm, context, () -> {
            Optional<VmRecord> found = state.find(vm);
            found.ifPresent(record -> delete(record, context.item().value()));
            return true;
        });
    }

    /** Deletes a VM that was made with a tag. */
    void delete(VmRecord vm, String tag) {
        if (!vm.tag.equals(Optional.of(tag))) {
            throw SiteState.refused(
                    "NOT_TAGGED",
                    "delete VM " + vm.id,
                    "it was not made for " + tag,
                    "delete it by hand if you mean it");
        }
        if (vm.running) {
            throw SiteState.refused("VM_RUNNING", "delete VM " + vm.id, "it runs", "turn it off first");
        }
        vm.disks.forEach(disk -> requireNotRead(vm, disk.locator()));
        state.delete(vm);
    }

    @Override
    public VmObservation attach(VmId vm, List<DiskRef> disks, CallContext context) {
        return change("attach", vm, context, () -> {
            VmRecord found = state.require(vm);
            if (found.disks.equals(disks)) {
                return seen(found);
            }
            if (found.running) {
                throw SiteState.refused("VM_RUNNING", "attach disks to VM " + vm, "it runs", "turn it off first");
            }
            Set<String> wanted = new HashSet<>();
            for (DiskRef disk : disks) {
                if (!wanted.add(disk.locator())) {
                    throw inUse("attach disks to VM " + vm, disk.locator(), "it is named twice");
                }
                checkDisk(found, disk);
            }
            List<String> given = found.disks.stream()
                    .map(DiskRef::locator)
                    .filter(locator -> !wanted.contains(locator))
                    .toList();
            given.forEach(locator -> requireNotRead(found, locator));
            given.forEach(state::detached);
            VmRecord changed = found.copy();
            changed.disks = List.copyOf(disks);
            return seen(state.store(changed));
        });
    }

    private void checkDisk(VmRecord vm, DiskRef disk) {
        state.owner(disk.locator()).filter(owner -> !owner.id.equals(vm.id)).ifPresent(owner -> {
            throw inUse("attach disks to VM " + vm.id, disk.locator(), "it is attached to VM " + owner.id);
        });
        if (vm.disks.contains(disk)) {
            return;
        }
        if (state.isOpenForWriting(disk.locator())) {
            throw inUse("attach disks to VM " + vm.id, disk.locator(), "it is open for writing");
        }
        try (VirtualDisk open = state.openOffline(disk, Access.READ)) {
            if (open.sizeBytes() != disk.sizeBytes()) {
                throw SiteState.invalid(
                        "DISK_SIZE",
                        "attach " + disk.locator() + " to VM " + vm.id,
                        "it holds " + open.sizeBytes() + " bytes, not " + disk.sizeBytes(),
                        "name the disk's true size");
            }
        }
    }

    private void requireNotRead(VmRecord vm, String locator) {
        if (state.isRead(locator)) {
            throw SiteState.refused(
                    "CHECKPOINT_IN_USE",
                    "take disk " + locator + " from VM " + vm.id,
                    "a frozen state of it is being read",
                    "close the frozen disk first");
        }
    }

    static OperationFailedException inUse(String attempted, String locator, String why) {
        return SiteState.refused("DISK_IN_USE", attempted, "disk " + locator + ": " + why, "free the disk first");
    }
}
