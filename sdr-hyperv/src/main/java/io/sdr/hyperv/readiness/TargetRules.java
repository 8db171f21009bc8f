package io.sdr.hyperv.readiness;

import io.sdr.api.spi.DiskRef;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What can be wrong with the place of a replica. */
public final class TargetRules {
    /** [MS-VHDX] 2.6.2.2, and the VHD specification's largest disk. */
    private static final Map<String, Long> LARGEST = Map.of("vhdx", 64L << 40, "vhd", 2040L << 30);

    /** File systems that hold files of more than 4 GiB and keep what was forced. */
    private static final Set<String> FILE_SYSTEMS = Set.of("NTFS", "ReFS", "CSVFS");

    public static final List<Rule<TargetState>> ALL = List.of(
            Rule.blocker(
                    "UNKNOWN_FORMAT",
                    "Hyper-V has no disks of this format.",
                    "one of VHDX, VHD",
                    "convert the disk",
                    target -> disks(
                            target,
                            disk -> !LARGEST.containsKey(format(disk)),
                            disk -> "its format is " + disk.format())),
            Rule.blocker(
                    "EMPTY_DISK",
                    "The disk has no size, so nothing can be replicated.",
                    "at least 1 byte",
                    "exclude or replace the disk; if it is no empty one, let the account of the scripts read its folder",
                    target -> disks(target, disk -> disk.sizeBytes() <= 0, disk -> "it has 0 bytes")),
            Rule.blocker(
                    "DISK_TOO_LARGE",
                    "The format has no disks of this size.",
                    "at most 64 TiB as VHDX, 2040 GiB as VHD",
                    "split the disk in the guest, or convert it to VHDX",
                    target -> disks(
                            target,
                            disk -> disk.sizeBytes() > LARGEST.getOrDefault(format(disk), Long.MAX_VALUE),
                            disk -> "it has " + disk.sizeBytes() + " bytes")),
            Rule.blocker(
                    "SAME_SITE",
                    "A replica beside its VM is lost with it.",
                    "a disk of another site",
                    "name another target site",
                    target -> disks(
                            target,
                            disk -> disk.site().equals(target.site()),
                            disk -> "it lies at site " + target.site() + " already")),
            Rule.blocker(
                    "REPLICA_VOLUME_MISSING",
                    "The host has no volume where replicas shall be kept.",
                    "a volume at that path",
                    "mount the volume, or name another folder for replicas",
                    target -> Seen.when(
                            target.usesFolder() && target.volume().isEmpty(),
                            target.place(),
                            "no volume of the host holds it")),
            Rule.blocker(
                    "REPLICA_VOLUME_UNFIT",
                    "The file system cannot hold large disks, or does not keep what was forced to it.",
                    "one of NTFS, ReFS, CSVFS",
                    "format the volume anew, or name a folder on another one",
                    target -> target.volume().stream()
                            .filter(volume -> target.usesFolder() && !FILE_SYSTEMS.contains(volume.fileSystem()))
                            .map(volume -> Seen.of(target.place(), "its file system is " + volume.fileSystem()))),
            Rule.warning(
                    "NO_ROOM",
                    "Disks that are full of data would not fit, and replication would pause; sparse ones may.",
                    "",
                    "make room on that volume, or see that the disks hold little data",
                    target -> target.volume().stream()
                            .filter(volume -> target.usesFolder() && volume.freeBytes() < target.roomBytes())
                            .map(volume -> new Seen(
                                    target.place(),
                                    volume.freeBytes() + " bytes are free",
                                    target.roomBytes() + " bytes"))));

    private TargetRules() {}

    private static String format(DiskRef disk) {
        return disk.format().toLowerCase(Locale.ROOT);
    }

    private static Stream<Seen> disks(
            TargetState target, Predicate<DiskRef> wrong, Function<DiskRef, String> observed) {
        return target.disks().stream()
                .filter(wrong)
                .map(disk -> Seen.of("disk " + disk.locator(), observed.apply(disk)));
    }
}
