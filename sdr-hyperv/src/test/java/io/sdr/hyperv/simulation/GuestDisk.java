package io.sdr.hyperv.simulation;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.ExtentVisitor;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.Function;

/** A disk as the guest of a running VM sees it. Opens the file for each use, since it may be another one after a checkpoint. */
final class GuestDisk implements VirtualDisk {
    private final SimulatedVm vm;
    private final SimulatedDrive drive;

    GuestDisk(SimulatedVm vm, SimulatedDrive drive) {
        this.vm = vm;
        this.drive = drive;
    }

    @Override
    public long sizeBytes() {
        return look(VirtualDisk::sizeBytes);
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        look(disk -> {
            disk.read(offset, into);
            return true;
        });
    }

    @Override
    public void write(long offset, ByteBuffer from) {
        int length = from.remaining();
        change(offset, length, disk -> disk.write(offset, from));
    }

    @Override
    public void zero(long offset, long length) {
        change(offset, length, disk -> disk.zero(offset, length));
    }

    @Override
    public void flush() {
        // Every write is flushed.
    }

    @Override
    public void extents(long offset, long length, ExtentVisitor visitor) {
        look(disk -> {
            disk.extents(offset, length, visitor);
            return true;
        });
    }

    @Override
    public RangeSet ownRanges() {
        return look(VirtualDisk::ownRanges);
    }

    @Override
    public void close() {
        // The VM keeps its disks open.
    }

    private <T> T look(Function<VirtualDisk, T> action) {
        synchronized (vm.host.world()) {
            try (VirtualDisk disk = vm.host.disks().open(drive.path(), Access.READ)) {
                return action.apply(disk);
            }
        }
    }

    private void change(long offset, long length, Consumer<VirtualDisk> action) {
        synchronized (vm.host.world()) {
            // While it shuts down it may still write.
            if (!vm.power.holdsDisks()) {
                throw new IllegalStateException("VM " + vm.name + " does not run: " + vm.state());
            }
            DiskUse use = vm.host.diskUse();
            use.check(vm.host, drive.path(), "the disk of running VM " + vm.name);
            if (vm.host.disks().isOpen(drive.path())) {
                vm.host.world().violated(drive.path() + " is open although VM " + vm.name + " runs on it");
            }
            try (VirtualDisk disk = vm.host.disks().open(drive.path(), Access.WRITE)) {
                action.accept(disk);
                disk.flush();
            }
            use.leave(vm.host, drive.path());
            drive.tracking.wrote(offset, length);
            vm.replica.wrote(drive, offset, length);
        }
    }
}
