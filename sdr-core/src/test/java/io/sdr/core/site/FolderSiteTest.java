package io.sdr.core.site;

import static io.sdr.core.site.SimulatedSiteTest.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.Checkpoint;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.ProgressListener;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.api.spi.VmDescription;
import io.sdr.core.format.RawFormat;
import io.sdr.testkit.DiskImage;
import io.sdr.testkit.FolderSite;
import io.sdr.testkit.SiteOptions;
import io.sdr.testkit.TwoSites;
import io.sdr.testkit.VirtualTime;
import io.sdr.testkit.guest.Guest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FolderSiteTest {
    @TempDir
    Path temporary;

    private FolderSite east() {
        return FolderSite.open(SiteOptions.named("east"), temporary.resolve("east"));
    }

    private Path image(byte[] bytes) throws IOException {
        return Files.write(Files.createTempFile(temporary, "image", ".img"), bytes);
    }

    @Test
    void anImportCopiesTheImageAndNeverWritesIt() throws IOException {
        byte[] bytes = new byte[(5 << 20) + 513];
        new Random(1).nextBytes(bytes);
        java.util.Arrays.fill(bytes, 1 << 20, 4 << 20, (byte) 0);
        Path image = image(bytes);
        FileTime written = FileTime.fromMillis(1_000_000_000_000L);
        Files.setLastModifiedTime(image, written);
        long[] last = new long[2];
        ProgressListener progress = (done, total) -> {
            assertThat(done).isGreaterThan(last[0]);
            last[0] = done;
            last[1] = total;
        };
        try (FolderSite site = east()) {
            VmDescription vm = site.importVm("web", Optional.empty(), List.of(DiskImage.of(image)), progress);
            assertThat(last).containsExactly(bytes.length, bytes.length);
            Path file = site.file(vm.disks().get(0));
            assertThat(file).isEqualTo(temporary.toRealPath().resolve("east/vms/vm-000001/disk0.raw"));
            assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
            try (VirtualDisk disk = site.inspect(vm.disks().get(0))) {
                assertThat(disk.ownRanges().bytes()).isEqualTo((2 << 20) + 513);
            }
        }
        assertThat(Files.readAllBytes(image)).isEqualTo(bytes);
        assertThat(Files.getLastModifiedTime(image)).isEqualTo(written);
    }

    @Test
    void badImagesAreRefusedAndNothingIsLeft() throws IOException {
        try (FolderSite site = east()) {
            refused("IMAGE_MISSING", () -> site.importVm("x", DiskImage.of(temporary.resolve("none.img"))));
            refused("IMAGE_NOT_A_FILE", () -> site.importVm("x", DiskImage.of(temporary)));
            Path empty = image(new byte[0]);
            refused("IMAGE_EMPTY", () -> site.importVm("x", DiskImage.of(empty)));
            Path good = image(new byte[] {1});
            refused("IMAGE_EMPTY", () -> site.importVm("x", DiskImage.of(good), DiskImage.of(empty)));
            refused("INVALID_NAME", () -> site.importVm(" ", DiskImage.of(good)));
            Path own =
                    site.file(site.importVm("web", DiskImage.of(good)).disks().get(0));
            refused("IMAGE_IN_SITE", () -> site.importVm("x", DiskImage.of(own)));
            Path link = Files.createSymbolicLink(temporary.resolve("link.img"), own);
            assertThat(Files.exists(link, LinkOption.NOFOLLOW_LINKS)).isTrue();
            refused("IMAGE_IN_SITE", () -> site.importVm("x", DiskImage.of(link)));
            assertThat(site.allVms()).hasSize(1);
            try (var folders = Files.list(temporary.resolve("east/vms"))) {
                assertThat(folders).hasSize(1);
            }
        }
    }

    @Test
    void aFolderIsOneSiteAlsoThroughLinks() throws IOException {
        east().close();
        Path link = Files.createSymbolicLink(temporary.resolve("west"), temporary.resolve("east"));
        refused("OTHER_SITE", () -> FolderSite.open(SiteOptions.named("west"), link));
    }

    @Test
    void everythingSurvivesARestart() {
        VirtualTime time = new VirtualTime();
        try (TwoSites sites = TwoSites.inFolders(temporary.resolve("both"), time)) {
            VmDescription vm = sites.east().createVm("sql-01", 300_000, 200_000);
            sites.east().powerOn(vm.id());
            Guest guest = Guest.in(sites.east(), vm.id(), 7);
            guest.write(20);
            var one = Calls.checkpoint(sites.east(), vm, "one");
            long moment = guest.record().moment();
            guest.write(20);
            sites.reopen();
            guest.moveTo(sites.east(), vm.id());
            assertThat(guest.check()).isEmpty();
            guest.write(20);
            for (var disk : vm.disks()) {
                try (VirtualDisk frozen = Calls.frozen(sites.east(), one, disk.disk())) {
                    assertThat(guest.record().difference(disk.disk(), moment, frozen))
                            .isEmpty();
                }
            }
            var two = Calls.checkpoint(sites.east(), vm, "two");
            assertThat(Calls.changes(sites.east(), one, two, Calls.DISK0)).isPresent();
            assertThat(sites.west().allVms()).isEmpty();
            assertThat(guest.check()).isEmpty();
        }
    }

    /** A process that is killed leaves what it handed to the system, flushed or not; change tracking must not miss any of it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aProcessIsKilledAfterAWriteOfTheGuest(boolean flushed) throws IOException {
        byte[] data = {1, 2, 3};
        Checkpoint mark;
        VmDescription vm;
        try (FolderSite site = east()) {
            vm = site.createVm("sql-01", 300_000);
            site.powerOn(vm.id());
            mark = Calls.checkpoint(site, vm, "mark");
            site.disks().release(mark.id(), true, Calls.call("t"));
            Calls.write(site, vm, Calls.DISK0, 70_000, data);
            site.guestDisk(vm.id(), Calls.DISK0).flush();
            Calls.write(site, vm, Calls.DISK0, 200_000, data);
            if (flushed) {
                site.guestDisk(vm.id(), Calls.DISK0).flush();
            }
            copy(temporary.resolve("east"), temporary.resolve("killed"));
        }
        try (FolderSite site = FolderSite.open(SiteOptions.named("east"), temporary.resolve("killed"))) {
            byte[] found = Calls.guestBytes(site, vm, Calls.DISK0);
            assertThat(Arrays.copyOfRange(found, 70_000, 70_003)).isEqualTo(data);
            assertThat(Arrays.copyOfRange(found, 200_000, 200_003)).isEqualTo(data);
            Optional<RangeSet> changes = Calls.changes(site, mark, Calls.checkpoint(site, vm, "now"), Calls.DISK0);
            RangeSet written = RangeSet.of(70_000, 3).union(RangeSet.of(200_000, 3));
            assertThat(changes.map(written::minus).orElse(RangeSet.EMPTY).isEmpty())
                    .as("known changes miss nothing: %s", changes)
                    .isTrue();
            assertThat(changes.isPresent()).as("what was flushed is known").isEqualTo(flushed);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Files.copy(each, to.resolve(from.relativize(each).toString()));
            }
        }
    }

    @Test
    void aDiskThatIsMovedIsARenameOfItsFile() throws IOException {
        try (FolderSite site = east()) {
            VmDescription vm = site.createVm("sql-01", 1 << 20);
            Path before = site.file(vm.disks().get(0));
            Object key = Files.readAttributes(before, java.nio.file.attribute.BasicFileAttributes.class)
                    .fileKey();
            var moved = site.disks().moveToReplicaFolder(vm.disks().get(0), Calls.ITEM, "d0.base.raw", Calls.call("t"));
            assertThat(Files.exists(before)).isFalse();
            assertThat(Files.readAttributes(site.file(moved), java.nio.file.attribute.BasicFileAttributes.class)
                            .fileKey())
                    .isEqualTo(key);
            LocalFolder folder = LocalFolder.of(temporary.resolve("east/replicas/item-1"));
            try (VirtualDisk disk = new RawFormat().open(folder, "d0.base.raw", Access.WRITE)) {
                assertThat(disk.sizeBytes()).isEqualTo(1 << 20);
            }
        }
    }
}
