package io.sdr.testkit;

import io.sdr.api.Consistency;
import io.sdr.api.DiskId;
import io.sdr.api.ItemId;
import io.sdr.api.Problem;
import io.sdr.api.RetryableException;
import io.sdr.api.VmId;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.ChangedRanges;
import io.sdr.api.spi.Checkpoint;
import io.sdr.api.spi.DiskAccess;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.Disks;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.zip.CRC32C;

/** Checkpoints, change marks and disk files of a simulated site. */
final class SiteDisks implements Disks {
    private final SiteState state;

    SiteDisks(SiteState state) {
        this.state = state;
    }

    private <T> T change(String call, Object about, CallContext context, Supplier<T> action) {
        return state.faults.pass("disks." + call, Faults.Kind.CHANGE, String.valueOf(about), () -> {
            synchronized (state) {
                state.guard(context);
                return action.get();
            }
        });
    }

    private <T> T read(String call, String about, Supplier<T> action) {
        return state.faults.pass("disks." + call, Faults.Kind.READ, about, action);
    }

    /** Makes an id of a token: the same for the same token, and fit for a file name. */
    static String checkpointId(String token) {
        String plain = token.replaceAll("[^A-Za-z0-9._-]", "_");
        if (plain.equals(token) && token.length() <= 100) {
            return "cp-" + token;
        }
        CRC32C crc = new CRC32C();
        crc.update(token.getBytes(StandardCharsets.UTF_8));
        return "cp-" + plain.substring(0, Math.min(90, plain.length())) + "-" + String.format("%08x", crc.getValue());
    }

    @Override
    public Checkpoint checkpoint(VmId vm, Consistency consistency, CallContext context) {
        return change("checkpoint", vm, context, () -> {
            VmRecord found = state.require(vm);
            String id = checkpointId(context.token());
            Optional<Checkpoints.Held> there = state.checkpoints.find(id);
            return there.isPresent() ? there.get().checkpoint() : freeze(id, found, consistency, context.item());
        });
    }

    private Checkpoint freeze(String id, VmRecord vm, Consistency wanted, ItemId item) {
        Optional<Workload> asked = wanted == Consistency.APPLICATION_CONSISTENT && vm.running && !vm.hangs
                ? state.workload(vm.id)
                : Optional.empty();
        try {
            boolean atRest =
                    vm.running ? !vm.hangs && asked.map(Workload::quiesce).orElse(true) : vm.cleanlyOff;
            Consistency reached = atRest ? wanted : Consistency.CRASH_CONSISTENT;
            Checkpoint checkpoint = new Checkpoint(id, vm.id, state.clock(), reached, vm.disks);
            List<TrackedDisk> disks = vm.disks.stream().map(state::disk).toList();
            freezeAll(checkpoint, item, disks, 0, new ArrayList<>());
            return checkpoint;
        } finally {
            asked.ifPresent(Workload::thaw);
        }
    }

    /** Takes the locks of all disks, one inside the other, so that no write comes between them. */
    private void freezeAll(Checkpoint checkpoint, ItemId item, List<TrackedDisk> disks, int next, List<Long> moments) {
        if (next < disks.size()) {
            TrackedDisk disk = disks.get(next);
            synchronized (disk) {
                moments.add(disk.beginMoment());
                freezeAll(checkpoint, item, disks, next + 1, moments);
            }
            return;
        }
        // one of this name that was given up for want of room left what it had saved: of another moment
        disks.forEach(disk -> disk.thaw(checkpoint.id()));
        state.checkpoints.clear(checkpoint.id());
        state.checkpoints.put(new Checkpoints.Held(checkpoint, item, true, List.copyOf(moments)));
        for (int i = 0; i < disks.size(); i++) {
            disks.get(i)
                    .freeze(
                            checkpoint.id(),
                            state.checkpoints.preimages(
                                    checkpoint.id(), checkpoint.disks().get(i), i));
        }
    }

    @Override
    public DiskAccess frozen(String checkpoint, DiskId disk, CallContext context) {
        return read("frozen", checkpoint + " " + disk, () -> {
            DiskRef ref = frozenDisk(checkpoint, disk);
            return (DiskAccess.InProcess) () -> state.faults.pass(
                    "disk.open",
                    Faults.Kind.STORAGE_READ,
                    checkpoint + " " + disk,
                    () -> new GatedDisk(openFrozen(checkpoint, ref), state.faults, checkpoint + " " + disk, () -> {}));
        });
    }

    private VirtualDisk openFrozen(String checkpoint, DiskRef ref) {
        synchronized (state) {
            frozenDisk(checkpoint, ref.disk());
            return state.disk(ref).openFrozen(checkpoint);
        }
    }

    private DiskRef frozenDisk(String checkpoint, DiskId disk) {
        Checkpoint held = state.checkpoints
                .find(checkpoint)
                .filter(Checkpoints.Held::frozen)
                .map(Checkpoints.Held::checkpoint)
                .orElseThrow(() -> new RetryableException(Problem.of("CHECKPOINT_GONE")
                        .attempted("read checkpoint " + checkpoint + " at site " + state.id)
                        .state("it is no longer there")
                        .remedy("make a new checkpoint")));
        return held.disks().stream()
                .filter(ref -> ref.disk().equals(disk))
                .findFirst()
                .orElseThrow(() -> SiteState.invalid(
                        "UNKNOWN_DISK",
                        "read disk " + disk + " of checkpoint " + checkpoint,
                        "the checkpoint has no such disk",
                        "name one of its disks"));
    }

    @Override
    public ChangedRanges changes(String since, String until, DiskId disk, CallContext context) {
        return read("changes", since + " to " + until + " " + disk, () -> {
            synchronized (state) {
                return changes(since, until, disk);
            }
        });
    }

    private ChangedRanges changes(String since, String until, DiskId disk) {
        Optional<Checkpoints.Held> from = state.checkpoints.find(since);
        Optional<Checkpoints.Held> to = state.checkpoints.find(until);
        if (from.isEmpty() || to.isEmpty()) {
            return new ChangedRanges.Unknown((from.isEmpty() ? since : until) + " is not known at site " + state.id);
        }
        Optional<DiskRef> before = diskOf(from.get(), disk);
        Optional<DiskRef> after = diskOf(to.get(), disk);
        boolean same = before.map(DiskRef::locator).equals(after.map(DiskRef::locator)); // it may have grown
        if (before.isEmpty() || after.isEmpty() || !same) {
            return new ChangedRanges.Unknown("disk " + disk + " was replaced");
        }
        String locator = after.get().locator();
        if (state.owner(locator).isEmpty()) {
            return new ChangedRanges.Unknown("disk " + disk + " is not attached");
        }
        TrackedDisk tracked = state.disk(after.get());
        synchronized (tracked) {
            return tracked.tracking()
                    .between(
                            from.get().moment(locator).orElse(-1L),
                            to.get().moment(locator).orElse(-1L))
                    .<ChangedRanges>map(blocks -> new ChangedRanges.Known(blocks.ranges(tracked.sizeBytes())))
                    .orElseGet(() -> new ChangedRanges.Unknown(
                            "disk " + disk + ": " + tracked.tracking().whyUnknown()));
        }
    }

    private static Optional<DiskRef> diskOf(Checkpoints.Held held, DiskId disk) {
        return held.checkpoint().disks().stream()
                .filter(ref -> ref.disk().equals(disk))
                .findFirst();
    }

    @Override
    public void release(String checkpoint, boolean keepMark, CallContext context) {
        boolean unused = change("release", checkpoint, context, () -> {
            Optional<Checkpoints.Held> held = state.checkpoints.find(checkpoint);
            if (held.isEmpty()) {
                state.sweep(checkpoint);
            } else if (held.get().frozen()) {
                requireNotRead(held.get());
                state.release(held.get(), keepMark);
            }
            return true;
        });
    }

    private void requireNotRead(Checkpoints.Held held) {
        for (DiskRef disk : held.checkpoint().disks()) {
            if (state.owner(disk.locator()).isPresent()
                    && state.disk(disk).isRead(held.checkpoint().id())) {
                throw SiteState.refused(
                        "CHECKPOINT_IN_USE",
                        "release checkpoint " + held.checkpoint().id(),
                        "its disk " + disk.disk() + " is open",
                        "close the frozen disk first");
            }
        }
    }

    @Override
    public void releaseMark(String mark, CallContext context) {
        boolean unused = change("releaseMark", mark, context, () -> {
            state.checkpoints.find(mark).ifPresent(held -> {
                if (held.frozen()) {
                    throw SiteState.refused(
                            "CHECKPOINT_EXISTS",
                            "give mark " + mark + " up",
                            "it is the moment of a checkpoint that was not released",
                            "release the checkpoint without keeping its mark");
                }
                state.release(held, false);
            });
            return true;
        });
    }

    @Override
    public List<String> leftovers(VmId vm, CallContext context) {
        return read(
                "leftovers",
                vm.value(),
                () -> state.checkpoints.list().stream()
                        .filter(held -> held.item().equals(context.item())
                                && held.checkpoint().vm().equals(vm))
                        .map(held -> held.checkpoint().id())
                        .toList());
    }

    @Override
    public StorageFolder replicaFolder(ItemId item) {
        return new GatedFolder(state.replicaFolder(item), state.faults);
    }

    @Override
    public DiskRef inReplicaFolder(ItemId item, DiskId disk, String file, String format, long sizeBytes) {
        return new DiskRef(state.id, disk, SiteState.REPLICAS + "/" + item.value() + "/" + file, format, sizeBytes);
    }

    @Override
    public DiskRef moveToReplicaFolder(DiskRef disk, ItemId item, String file, CallContext context) {
        return change("moveToReplicaFolder", disk.locator(), context, () -> {
            DiskRef moved = inReplicaFolder(item, disk.disk(), file, disk.format(), disk.sizeBytes());
            SiteState.Place from = state.place(disk);
            SiteState.Place to = state.place(moved);
            state.owner(disk.locator()).ifPresent(owner -> {
                if (owner.running) {
                    throw SiteState.refused(
                            "VM_RUNNING",
                            "move disk " + disk.locator(),
                            "VM " + owner.id + " runs on it",
                            "turn it off");
                }
                if (state.isRead(disk.locator())) {
                    throw SiteState.refused(
                            "CHECKPOINT_IN_USE",
                            "move disk " + disk.locator(),
                            "a frozen state of it is being read",
                            "close the frozen disk first");
                }
                state.detached(disk.locator());
                VmRecord without = owner.copy();
                without.disks = owner.disks.stream()
                        .filter(each -> !each.locator().equals(disk.locator()))
                        .toList();
                state.store(without);
            });
            if (state.isOpenForWriting(disk.locator())) {
                throw SiteVms.inUse("move disk " + disk.locator(), disk.locator(), "it is open for writing");
            }
            if (from.folder().find(from.file()).isEmpty()
                    && to.folder().find(to.file()).isEmpty()) {
                throw MemoryStorage.missing("move", disk.locator());
            }
            if (!disk.locator().equals(moved.locator())) {
                state.formats.named(disk.format()).move(from.folder(), from.file(), to.folder(), to.file());
            }
            return moved;
        });
    }

    @Override
    public DiskAccess offline(DiskRef disk, Access access) {
        String about = disk.locator();
        return (DiskAccess.InProcess)
                () -> state.faults.pass("disk.open", Faults.Kind.STORAGE_READ, about, () -> openOffline(disk, access));
    }

    private GatedDisk openOffline(DiskRef disk, Access access) {
        synchronized (state) {
            String locator = disk.locator();
            Optional<VmRecord> owner = state.owner(locator);
            if (owner.isPresent() && owner.get().running) {
                throw new StorageException(Problem.of(StorageException.FAILED)
                        .attempted("open disk " + locator)
                        .state("VM " + owner.get().id + " runs on it")
                        .remedy("turn the VM off, or read a checkpoint"));
            }
            if (access == Access.READ) {
                return new GatedDisk(state.openOffline(disk, access), state.faults, locator, () -> {});
            }
            if (state.isRead(locator) || state.isOpenForWriting(locator)) {
                throw MemoryStorage.failed("open for writing", locator, "somebody else has it open");
            }
            state.writtenOffline(locator);
            GatedDisk open = new GatedDisk(
                    state.openOffline(disk, access), state.faults, locator, () -> state.closedForWriting(locator));
            state.openedForWriting(locator);
            return open;
        }
    }
}
