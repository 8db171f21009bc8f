package io.sdr.hyperv.provider;

import static io.sdr.hyperv.host.SiteHosts.changing;

import io.sdr.api.Consistency;
import io.sdr.api.DiskId;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.RetryableException;
import io.sdr.api.VmId;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.Checkpoint;
import io.sdr.api.spi.DiskAccess;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.DiskRef;
import io.sdr.hyperv.access.HostPath;
import io.sdr.hyperv.host.CreatedCheckpoint;
import io.sdr.hyperv.host.FrozenDisks;
import io.sdr.hyperv.host.MadeCheckpoints;
import io.sdr.hyperv.host.SeenVm;
import io.sdr.hyperv.host.SiteHost;
import io.sdr.hyperv.host.SiteHosts;
import io.sdr.hyperv.host.TrackingMark;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BiFunction;

/**
 * Recovery checkpoints of VMs, and the marks that they leave for change tracking. The VM runs on a layer while one stands; what is frozen
 * is read from the file below with this library's own reader. Thread-safe.
 */
final class HostedCheckpoints {
    private final Estate estate;
    private final SiteHosts hosts;
    private final OpenHandles handles = new OpenHandles();

    HostedCheckpoints(Estate estate) {
        this.estate = estate;
        this.hosts = estate.hosts();
    }

    Checkpoint checkpoint(VmId vm, Consistency consistency, CallContext context) {
        return changing(() -> hosts.at(vm, context, host -> {
            CheckpointName name = CheckpointName.of(vm, context);
            SeenVm seen = seen(host, vm, context);
            estate.disks().refresh(host, seen, context);
            List<DiskRef> disks = estate.disks().disks(host, seen, context);
            MadeCheckpoints made = host.checkpoints().list(vm, context);
            if (made.checkpoint(name.value()).isEmpty()) {
                // Before the moment: what is written without the VM from now on takes the note away.
                TrackedMarks.note(host, paths(disks), name);
            }
            CreatedCheckpoint created = host.checkpoints().create(vm, name.value(), consistency, context);
            FrozenDisks frozen = host.checkpoints().frozen(vm, created.id(), context);
            return new Checkpoint(name.value(), vm, frozen.time(), created.consistency(), disks);
        }));
    }

    private static SeenVm seen(SiteHost host, VmId vm, CallContext context) {
        return host.vms().observe(List.of(vm), context).stream()
                .findFirst()
                .orElseThrow(() -> SiteHosts.unknown(vm, host));
    }

    private List<HostPath> paths(List<DiskRef> disks) {
        return disks.stream().map(each -> estate.locators().find(each).path()).toList();
    }

    DiskAccess frozen(String checkpoint, DiskId disk, CallContext context) {
        CheckpointName name = CheckpointName.find(checkpoint).orElseThrow(() -> gone(checkpoint));
        FrozenDisk found = atVm(name, context, (host, made) -> {
                    String id = made.checkpoint(checkpoint).orElseThrow(() -> gone(checkpoint));
                    return frozen(host, name.vm(), id, disk, context);
                })
                .orElseThrow(() -> gone(checkpoint));
        DiskFormat format = Formats.named(found.format());
        return (DiskAccess.InProcess) () ->
                handles.open(checkpoint, () -> found.host().files().open(format, found.path(), Access.READ));
    }

    private record FrozenDisk(SiteHost host, HostPath path, String format, long sizeBytes) {}

    /** A frozen disk is at the place at which the VM has the disk now: disks do not change places while a checkpoint stands. */
    private FrozenDisk frozen(SiteHost host, VmId vm, String id, DiskId disk, CallContext context) {
        FrozenDisks frozen = host.checkpoints().frozen(vm, id, context);
        SeenVm seen = seen(host, vm, context);
        List<DiskRef> disks = estate.disks().disks(host, seen, context);
        for (int i = 0; i < disks.size(); i++) {
            if (disks.get(i).disk().equals(disk)) {
                String place = DiskPlaces.name(DiskBook.ordered(seen.disks()).get(i));
                Optional<String> path = frozen.disks().stream()
                        .filter(each -> DiskPlaces.name(each).equals(place))
                        .findFirst()
                        .flatMap(each -> each.path());
                if (path.isPresent()) {
                    return new FrozenDisk(
                            host,
                            HostPath.of(path.get()),
                            disks.get(i).format(),
                            disks.get(i).sizeBytes());
                }
            }
        }
        throw new InvalidRequestException(Problem.of("UNKNOWN_DISK")
                .attempted("read disk " + disk + " of a checkpoint of VM " + vm)
                .state("the checkpoint has no such disk")
                .remedy("name one of its disks"));
    }

    private static RetryableException gone(String checkpoint) {
        return new RetryableException(Problem.of("CHECKPOINT_GONE")
                .attempted("read checkpoint " + checkpoint)
                .state("it is no longer there")
                .remedy("make a new checkpoint"));
    }

    /** Makes a call at the host of a checkpoint's VM, with what there is of it; empty if the VM is gone. */
    private <T> Optional<T> atVm(
            CheckpointName name, CallContext context, BiFunction<SiteHost, MadeCheckpoints, T> call) {
        return hosts.ifThere(
                name.vm(), context, host -> call.apply(host, host.checkpoints().list(name.vm(), context)));
    }

    void release(String checkpoint, boolean keepMark, CallContext context) {
        CheckpointName.find(checkpoint)
                .ifPresent(name -> handles.whileClosed(checkpoint, () -> {
                    Optional<Boolean> unused = changing(() -> atVm(name, context, (host, made) -> {
                        release(host, name, made, keepMark, context);
                        return true;
                    }));
                }));
    }

    private void release(
            SiteHost host, CheckpointName name, MadeCheckpoints made, boolean keepMark, CallContext context) {
        String token = name.value();
        Optional<String> there = made.checkpoint(token);
        if (made.isHalfMade(token)) {
            // Somebody began it and never heard how it ended: taken up, so that it can be given up.
            there = Optional.of(host.checkpoints()
                    .create(name.vm(), token, Consistency.CRASH_CONSISTENT, context)
                    .id());
        }
        if (made.isHalfMarked(token) || (keepMark && there.isPresent())) {
            String checkpoint = made.checkpointOf().getOrDefault(token, there.orElse(""));
            Optional<TrackingMark> mark = mark(host, name, checkpoint, context);
            if (!keepMark) {
                mark.ifPresent(each -> host.checkpoints().deleteMark(name.vm(), each.id(), context));
            }
        } else if (there.isPresent()) {
            host.checkpoints().delete(name.vm(), there.get(), context);
        }
        if (!keepMark && made.mark(token).isEmpty()) {
            TrackedMarks.forget(host, name);
        }
    }

    /**
     * Makes a mark of a checkpoint; none if the checkpoint is gone, and with it what it became: then nothing is noted of it any more, and
     * what changed since is not known.
     */
    private static Optional<TrackingMark> mark(
            SiteHost host, CheckpointName name, String checkpoint, CallContext context) {
        try {
            return Optional.of(host.checkpoints().keepMark(name.vm(), name.value(), checkpoint, context));
        } catch (RetryableException gone) {
            if (!gone.code().equals("CHECKPOINT_GONE")) {
                throw gone;
            }
            host.checkpoints().delete(name.vm(), checkpoint, context);
            TrackedMarks.forget(host, name);
            return Optional.empty();
        }
    }

    void releaseMark(String mark, CallContext context) {
        CheckpointName.find(mark).ifPresent(name -> {
            Optional<Boolean> unused = changing(() -> atVm(name, context, (host, made) -> {
                if (made.checkpoint(mark).isPresent()) {
                    throw new OperationFailedException(Problem.of("CHECKPOINT_EXISTS")
                            .attempted("give mark " + mark + " up")
                            .state("it is the moment of a checkpoint that was not released; nothing was changed")
                            .remedy("release the checkpoint without keeping its mark"));
                }
                if (made.isHalfMarked(mark)) {
                    release(host, name, made, false, context);
                }
                made.mark(mark).ifPresent(each -> host.checkpoints().deleteMark(name.vm(), each.id(), context));
                TrackedMarks.forget(host, name);
                return true;
            }));
        });
    }

    List<String> leftovers(VmId vm, CallContext context) {
        return hosts.ifThere(vm, context, host -> {
                    TreeSet<String> ids = new TreeSet<>();
                    host.checkpoints().list(vm, context).leftovers().stream()
                            .filter(token -> CheckpointName.find(token)
                                    .filter(name -> name.vm().equals(vm))
                                    .isPresent())
                            .forEach(ids::add);
                    return List.copyOf(ids);
                })
                .orElse(List.of());
    }

    /** What is asked of change tracking: a mark, and the frozen file up to which. Empty, with why, if one of them is not there. */
    Optional<TrackedDisk> tracked(CheckpointName since, CheckpointName until, DiskId disk, CallContext context) {
        return atVm(since, context, (host, made) -> {
                    Optional<TrackingMark> mark = made.mark(since.value());
                    Optional<String> checkpoint = made.checkpoint(until.value());
                    if (mark.isEmpty() || checkpoint.isEmpty()) {
                        return Optional.<TrackedDisk>empty();
                    }
                    FrozenDisk frozen = frozen(host, until.vm(), checkpoint.get(), disk, context);
                    return Optional.of(new TrackedDisk(host, frozen.path(), frozen.sizeBytes(), mark.get()));
                })
                .flatMap(each -> each);
    }

    /** A frozen disk and the mark since which its changes are asked for. */
    record TrackedDisk(SiteHost host, HostPath path, long sizeBytes, TrackingMark mark) {}
}
