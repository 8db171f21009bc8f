package io.sdr.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sdr.api.DiskId;
import io.sdr.api.OutcomeUnknownException;
import io.sdr.api.SdrException;
import io.sdr.api.VmId;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.Checkpoint;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The place beside the disks where a replica lies, and the disks that VMs get from there. */
public abstract class ReplicaPlaceContract extends SiteSuite {
    private static final DiskId DISK = new DiskId("contract-disk");

    /** For subclasses. */
    protected ReplicaPlaceContract() {}

    private StorageFolder folder() {
        return disks().replicaFolder(ITEM);
    }

    private long size() {
        return world().diskSizes().get(0);
    }

    /** A name with the ending that the format's files have: some hypervisors take no other. */
    private String file(String name) {
        return name + "." + world().format().name();
    }

    private DiskRef ref(String file) {
        return disks().inReplicaFolder(ITEM, DISK, file, world().format().name(), size());
    }

    private VirtualDisk offline(DiskRef disk, Access access) {
        return world().open(disks().offline(disk, access));
    }

    private byte[] offlineBytes(DiskRef disk) {
        try (VirtualDisk open = offline(disk, Access.READ)) {
            return Bytes.of(open);
        }
    }

    // ---- the folder

    /** Each item has a folder of its own, which lasts. */
    @Test
    public void eachItemHasAFolderOfItsOwn() {
        assertEquals(List.of(), folder().list(), "asking for it makes nothing");
        try (StorageFile file = folder().create("contract-file")) {
            file.write(0, ByteBuffer.wrap(new byte[] {1, 2, 3}));
            file.force();
        }
        folder().force();
        world().reopen();
        assertEquals(List.of("contract-file"), names(folder()));
        assertEquals(List.of(), names(disks().replicaFolder(OTHER)));
        assertTrue(folder().freeBytes() > 0);
    }

    private static List<String> names(StorageFolder folder) {
        return folder.list().stream().map(StorageFolder.Entry::name).toList();
    }

    /** While the site does not answer, its storage fails as storage does. */
    @Test
    public void withoutContactTheFolderFails() {
        StorageFolder folder = folder();
        world().contact(false);
        assertThrows(StorageException.class, folder::list);
        assertThrows(StorageException.class, () -> folder.create("contract-file"));
        world().contact(true);
        assertEquals(List.of(), folder.list());
    }

    // ---- disks made there

    /** A layer over a base is a disk like any other; what its VM writes never reaches the base. */
    @Test
    public void whatAVmWritesStaysInItsLayer() {
        try (VirtualDisk base = world().format().create(folder(), file("d0.base"), size())) {
            base.write(60_000, ByteBuffer.wrap(Bytes.pattern(20_000, 1)));
            base.write(size() - 100, ByteBuffer.wrap(Bytes.pattern(100, 2)));
            base.flush();
        }
        byte[] content = offlineBytes(ref(file("d0.base")));
        world().format().createLayer(folder(), file("d0.over"), file("d0.base")).close();
        world().format().createLayer(folder(), file("d0.run"), file("d0.over")).close();
        VmId copy = placeholder();
        agreed(vms().attach(copy, List.of(ref(file("d0.run"))), call("attach")));
        vms().unlockStart(copy, call("unlock"));
        vms().start(copy, call("start"));
        Bytes.same(content, guestBytes(copy, 0), "what the guest finds");
        write(copy, 0, 0, Bytes.pattern(70_000, 3));
        write(copy, 0, size() - 50, Bytes.pattern(50, 4));
        byte[] written = guestBytes(copy, 0);
        Checkpoint checkpoint = checkpoint(copy, "layer");
        write(copy, 0, 65_000, Bytes.pattern(10, 5));
        Bytes.same(written, frozenBytes(checkpoint, 0), "frozen layer");
        disks().release(checkpoint.id(), false, call("release"));
        byte[] last = guestBytes(copy, 0);
        vms().turnOff(copy, call("off"));
        world().reopen();
        Bytes.same(content, offlineBytes(ref(file("d0.base"))), "the base under the layers");
        Bytes.same(content, offlineBytes(ref(file("d0.over"))), "the layer between");
        Bytes.same(last, offlineBytes(ref(file("d0.run"))), "the layer that the VM wrote");
    }

    /** Nobody else writes a disk under a running VM. */
    @Test
    public void aDiskOfARunningVmIsNotOpenedBesideIt() {
        VmId vm = runningVm();
        DiskRef disk = seen(vm).disks().get(0);
        for (Access access : Access.values()) {
            assertThrows(SdrException.class, () -> offline(disk, access).close());
        }
        write(vm, 0, 10, Bytes.pattern(100, 1));
        byte[] content = guestBytes(vm, 0);
        vms().turnOff(vm, call("off"));
        Bytes.same(content, offlineBytes(disk), "disk of a VM that is off");
        try (VirtualDisk reading = offline(disk, Access.READ)) {
            assertThrows(RuntimeException.class, () -> reading.write(0, ByteBuffer.wrap(new byte[1])));
        }
        Bytes.same(content, offlineBytes(disk), "disk that was opened for reading");
    }

    /** A disk that somebody writes starts no VM; one that is not there cannot be attached. */
    @Test
    public void aDiskThatIsWrittenOrMissingStartsNoVm() {
        VmId vm = runningVm();
        DiskRef disk = seen(vm).disks().get(0);
        vms().turnOff(vm, call("off"));
        try (VirtualDisk writing = offline(disk, Access.WRITE)) {
            writing.write(0, ByteBuffer.wrap(new byte[] {7}));
            assertThrows(SdrException.class, () -> vms().start(vm, call("start")));
            assertFalse(seen(vm).isRunning());
            writing.flush();
        }
        assertTrue(vms().start(vm, call("start")).isRunning());
        assertEquals(7, guestBytes(vm, 0)[0]);
        VmId copy = placeholder();
        assertThrows(SdrException.class, () -> vms().attach(copy, List.of(ref("missing")), call("attach")));
        assertEquals(List.of(), seen(copy).disks());
    }

    // ---- moving disks there

    /** A disk moves once, with every byte; afterwards no VM has it. */
    @Test
    public void aDiskMovesIntoTheFolderOnce() {
        VmId vm = runningVm();
        write(vm, 0, 12_345, Bytes.pattern(90_000, 1));
        write(vm, 0, size() - 9, Bytes.pattern(9, 2));
        byte[] content = guestBytes(vm, 0);
        List<DiskRef> before = seen(vm).disks();
        refused("VM_RUNNING", () -> move(before.get(0)));
        assertEquals(before, seen(vm).disks());
        vms().turnOff(vm, call("off"));
        world().loseNextAnswer();
        assertThrows(OutcomeUnknownException.class, () -> move(before.get(0)));
        for (int i = 0; i < 2; i++) {
            DiskRef moved = move(before.get(0));
            assertEquals(
                    disks().inReplicaFolder(
                                    ITEM,
                                    before.get(0).disk(),
                                    file("d0.base"),
                                    before.get(0).format(),
                                    size()),
                    moved);
            assertEquals(List.of(before.get(1)), seen(vm).disks());
            Bytes.same(content, offlineBytes(moved), "moved disk");
            world().reopen();
        }
        assertThrows(
                SdrException.class, () -> offline(before.get(0), Access.READ).close(), "the old place is empty");
    }

    private DiskRef move(DiskRef disk) {
        return disks().moveToReplicaFolder(disk, ITEM, file("d0.base"), call("move"));
    }

    /** A disk that is nowhere is not made up. */
    @Test
    public void aMissingDiskDoesNotMove() {
        assertThrows(SdrException.class, () -> move(ref("missing")));
        assertEquals(List.of(), folder().list());
    }

    /** Whatever moment the power goes, the disk is at one of its places, whole, and the call goes on. */
    @Test
    public void aDiskIsNotLostWhenThePowerGoesWhileItMoves() {
        long operations = movedAfterCut(Long.MAX_VALUE);
        for (long n = 1; n <= operations; n++) {
            anotherWorld();
            long unused = movedAfterCut(n);
        }
    }

    private long movedAfterCut(long cut) {
        PowerCut power = powerCut();
        VmId vm = runningVm();
        write(vm, 0, 12_345, Bytes.pattern(90_000, 1));
        byte[] content = guestBytes(vm, 0);
        DiskRef disk = seen(vm).disks().get(0);
        vms().turnOff(vm, call("off"));
        long before = power.operations();
        if (cut == Long.MAX_VALUE) {
            move(disk);
        } else {
            power.cutBefore(cut);
            assertThrows(Throwable.class, () -> move(disk), "the power was cut");
        }
        long operations = power.operations() - before;
        power.restore(cut);
        Bytes.same(content, offlineBytes(move(disk)), "moved disk, power cut before operation " + cut);
        return operations;
    }
}
