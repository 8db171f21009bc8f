package io.sdr.benchmarks.drill;

import io.sdr.api.DiskId;
import io.sdr.api.ItemId;
import io.sdr.api.Side;
import io.sdr.api.Site;
import io.sdr.api.VmId;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.api.spi.VmDescription;
import io.sdr.api.spi.VmObservation;
import io.sdr.core.format.DiskFormats;
import io.sdr.testkit.FolderSite;
import io.sdr.testkit.SiteOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** The two sites of the drill, each a folder, and the VM on them, as their administrator sees them. */
final class DrillSites implements AutoCloseable {
    /** The name of the VM. */
    static final String VM = "drill-vm";

    private static final DiskId DISK = new DiskId("disk0");

    private final FolderSite primary;
    private final FolderSite recovery;
    private final String format;
    private final GuestWorkload workload = new GuestWorkload();

    private DrillSites(FolderSite primary, FolderSite recovery, String format) {
        this.format = format;
        this.primary = primary;
        this.recovery = recovery;
    }

    /** Opens the sites; the first time makes the VM of the image and starts it. */
    static DrillSites open(DrillFolder folder, DrillJournal journal, DrillImage image, DrillConsole console) {
        if (!journal.isImported()) {
            deleteHalfMade(folder);
        }
        DiskFormat format = DiskFormats.installed().named(image.format());
        FolderSite primary = FolderSite.open(options(Side.PRIMARY, format), folder.primary());
        FolderSite recovery = FolderSite.open(options(Side.RECOVERY, format), folder.recovery());
        DrillSites sites = new DrillSites(primary, recovery, image.format());
        try {
            if (!journal.isImported()) {
                sites.importImage(image, folder.importedRanges(), console);
                journal.imported();
            }
            return sites;
        } catch (RuntimeException e) {
            sites.close();
            throw e;
        }
    }

    private static SiteOptions options(Side side, DiskFormat format) {
        return SiteOptions.named(name(side)).format(format);
    }

    private static void deleteHalfMade(DrillFolder folder) {
        try {
            ImageMaker.delete(folder.primary());
            ImageMaker.delete(folder.recovery());
        } catch (IOException e) {
            throw FileFailure.of("delete the sites in", folder.path(), e);
        }
    }

    private void importImage(DrillImage image, Path ranges, DrillConsole console) {
        RecordingImage recording = new RecordingImage(image);
        VmDescription vm = primary.importVm(
                VM,
                Optional.empty(),
                List.of(recording),
                (done, total) -> console.show("import", new io.sdr.api.Progress(done, OptionalLong.of(total), 0)));
        image.file().checkUnchanged();
        RangeFile.write(ranges, recording.data());
        primary.powerOn(vm.id());
    }

    /** The name of a side's site. */
    static String name(Side side) {
        return side.name().toLowerCase(Locale.ROOT);
    }

    Site site(Side side) {
        return folderSite(side);
    }

    FolderSite folderSite(Side side) {
        return side == Side.PRIMARY ? primary : recovery;
    }

    /** There is one VM at each site. */
    private VmId vm(Side side) {
        return folderSite(side).vm(VM).id();
    }

    /** The way to the disk of the VM that runs at a side. */
    GuestDisk guest(Side side) {
        FolderSite site = folderSite(side);
        site.run(vm(side), workload);
        VirtualDisk disk = site.guestDisk(vm(side), DISK);
        return writes -> workload.transaction(disk, writes);
    }

    /** The VMs at a side beside the protected one, as their administrator sees them. */
    List<VmObservation> others(Side side) {
        return folderSite(side).allVms().stream()
                .filter(seen -> !seen.vm().equals(vm(side)))
                .toList();
    }

    /** The name of a VM. */
    String nameOf(Side side, VmId vm) {
        return folderSite(side).describe(vm).name();
    }

    /** Writes as the guest of another VM than the protected one does. */
    void writeAs(Side side, VmId vm, List<GuestWrite> writes) {
        VirtualDisk disk = folderSite(side).guestDisk(vm, DISK);
        writes.forEach(write -> disk.write(write.offset(), write.content()));
        disk.flush();
    }

    /** The file of the disk that is attached to the VM at a side; a layer's parents lie beside it. */
    Path attached(Side side) {
        return attached(side, vm(side));
    }

    /** The file of the disk that is attached to a VM at a side. */
    Path attached(Side side, VmId vm) {
        FolderSite site = folderSite(side);
        VmObservation seen = site.look(vm);
        DiskRef disk = seen.disks().stream()
                .filter(each -> each.disk().equals(DISK))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("VM " + seen.vm() + " at " + side + " has no disk"));
        return site.file(disk);
    }

    /** The base file of an item's replica at a side. */
    Path replica(Side side, ItemId item, long sizeBytes) {
        FolderSite site = folderSite(side);
        return site.file(site.disks().inReplicaFolder(item, DISK, "d0.base." + format, format, sizeBytes));
    }

    /** Takes the power of the VM at a side away, as somebody who shuts the house down does. */
    void turnOff(Side side) {
        folderSite(side).turnOffBehindTheBack(vm(side));
    }

    /** Holds the guest between two transactions for good: the process is about to be halted. */
    void holdGuest() {
        workload.hold();
    }

    @Override
    public void close() {
        try (primary;
                recovery) {
            workload.shutDown();
        } finally {
            workload.thaw();
        }
    }
}
