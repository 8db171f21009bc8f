package io.sdr.hyperv.provider;

import static io.sdr.hyperv.host.SiteHosts.changing;

import io.sdr.api.Consistency;
import io.sdr.api.DiskId;
import io.sdr.api.ItemId;
import io.sdr.api.Problem;
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
import io.sdr.hyperv.access.HostPath;
import io.sdr.hyperv.host.DiskUser;
import io.sdr.hyperv.host.SiteHost;
import io.sdr.hyperv.host.SiteHosts;
import java.time.Duration;
import java.util.List;

/** Checkpoints, change tracking and the files of disks and replicas on Hyper-V hosts. Thread-safe. */
public final class HostedDisks implements Disks {
    /** For questions that come without a call of their own. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final ItemId NO_ITEM = new ItemId("sdr-disks");

    private final Estate estate;
    private final SiteHosts hosts;
    private final HostedCheckpoints checkpoints;
    private final ChangedBlocks changed;

    public HostedDisks(Estate estate) {
        this.estate = estate;
        this.hosts = estate.hosts();
        this.checkpoints = new HostedCheckpoints(estate);
        this.changed = new ChangedBlocks(checkpoints);
    }

    @Override
    public Checkpoint checkpoint(VmId vm, Consistency consistency, CallContext context) {
        return checkpoints.checkpoint(vm, consistency, context);
    }

    @Override
    public DiskAccess frozen(String checkpoint, DiskId disk, CallContext context) {
        return checkpoints.frozen(checkpoint, disk, context);
    }

    @Override
    public ChangedRanges changes(String since, String until, DiskId disk, CallContext context) {
        return changed.between(since, until, disk, context);
    }

    @Override
    public void release(String checkpoint, boolean keepMark, CallContext context) {
        checkpoints.release(checkpoint, keepMark, context);
    }

    @Override
    public void releaseMark(String mark, CallContext context) {
        checkpoints.releaseMark(mark, context);
    }

    @Override
    public List<String> leftovers(VmId vm, CallContext context) {
        return checkpoints.leftovers(vm, context);
    }

    @Override
    public StorageFolder replicaFolder(ItemId item) {
        return estate.homes().of(item).replicaFolder(item);
    }

    @Override
    public DiskRef inReplicaFolder(ItemId item, DiskId disk, String file, String format, long sizeBytes) {
        SiteHost host = estate.homes().of(item);
        return new DiskRef(
                hosts.site(),
                disk,
                estate.locators().locator(host, host.replica(item).child(file)),
                format,
                sizeBytes);
    }

    @Override
    public DiskRef moveToReplicaFolder(DiskRef disk, ItemId item, String file, CallContext context) {
        return changing(() -> {
            DiskPlace from = estate.locators().find(disk);
            if (!hosts.shareVolumes()) {
                estate.homes().settle(item, from.host());
            }
            HostPath target = from.host().replica(item).child(file);
            // Only the host of a VM can take its disk from it.
            SiteHost host =
                    using(from, context).stream().findFirst().map(Use::host).orElse(from.host());
            if (!target.equals(from.path())) {
                host.disks().move(from.path().toString(), target.toString(), context);
            }
            estate.disks().forget(host, from.path());
            estate.disks().forget(host, target);
            return new DiskRef(
                    hosts.site(),
                    disk.disk(),
                    estate.locators().locator(from.host(), target),
                    disk.format(),
                    disk.sizeBytes());
        });
    }

    private record Use(SiteHost host, DiskUser user) {}

    private List<Use> using(DiskPlace disk, CallContext context) {
        List<String> path = List.of(disk.path().toString());
        if (!hosts.shareVolumes() || hosts.all().size() == 1) {
            return disk.host().disks().users(path, context).stream()
                    .map(each -> new Use(disk.host(), each))
                    .toList();
        }
        var answered = hosts.eachUser(context, host -> host.disks().users(path, context));
        List<?> unused = answered.ofAll();
        return answered.answers().entrySet().stream()
                .flatMap(each -> each.getValue().stream().map(user -> new Use(each.getKey(), user)))
                .toList();
    }

    @Override
    public DiskAccess offline(DiskRef disk, Access access) {
        return (DiskAccess.InProcess) () -> open(disk, access);
    }

    private VirtualDisk open(DiskRef disk, Access access) {
        DiskPlace place = estate.locators().find(disk);
        CallContext context =
                CallContext.once(NO_ITEM, 0, "offline", estate.now().plus(PATIENCE));
        for (Use use : using(place, context)) {
            DiskUser user = use.user();
            boolean held = user.frozen() || user.state().isWithoutStorage();
            if (user.state().mayWrite() || (access == Access.WRITE && held)) {
                throw new StorageException(Problem.of(StorageException.FAILED)
                        .attempted("open disk " + disk.locator() + " for " + access)
                        .state("VM " + user.vm() + " is " + user.state()
                                + (user.frozen() ? " and has checkpoints" : ""))
                        .remedy("turn the VM off and give its checkpoints up first"));
            }
        }
        if (access == Access.WRITE) {
            TrackedMarks.lose(place.host(), place.path());
        }
        VirtualDisk opened = place.host().files().open(Formats.named(disk.format()), place.path(), access);
        return access == Access.WRITE ? opened : new ReadDisk(opened, () -> {});
    }
}
