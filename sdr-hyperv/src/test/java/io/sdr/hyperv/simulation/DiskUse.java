package io.sdr.hyperv.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Who may use which disk files. Windows keeps others from writing to files that a VM has open; here that is noticed afterwards: such
 * a file looks otherwise than when the simulation left it, and the world's check fails.
 */
final class DiskUse {
    /** A VHDX file's two headers change whenever somebody writes to it. */
    private static final long[] HEADERS = {64 << 10, 128 << 10};

    private static final int HEADER_BYTES = 4096;

    private final SimulatedWorld world;
    private final Map<Path, String> left = new HashMap<>();

    DiskUse(SimulatedWorld world) {
        this.world = world;
    }

    /** Fails where a file is missing or damaged, belongs to a VM that runs, or is open elsewhere. */
    void mayOpen(SimulatedVm vm, String command) {
        for (SimulatedDrive drive : vm.drives) {
            if (drive.diskNumber().isPresent()) {
                continue;
            }
            vm.host.disks().open(drive.path(), io.sdr.api.spi.Access.READ).close();
            vm.host.disks().notOpen(drive.path(), command);
            holder(vm.host.real(drive.path())).filter(other -> other != vm).ifPresent(other -> {
                throw HostError.inUse(command, drive.path() + " is used by VM " + other.id);
            });
        }
    }

    /** The VM whose process has a file open, also as the parent of its disk. */
    Optional<SimulatedVm> holder(Path file) {
        return world.vms().stream()
                .filter(vm -> vm.power.holdsDisks())
                .filter(vm -> vm.drives.stream()
                        .filter(drive -> drive.diskNumber().isEmpty())
                        .flatMap(drive -> vm.host.disks().chain(drive.path()).stream())
                        .anyMatch(each -> vm.host.real(each).equals(file)))
                .findFirst();
    }

    /** Fails while a VM's process, or somebody outside, has a file open. */
    void mayChange(SimulatedHost host, String path, String command) {
        host.disks().notOpen(path, command);
        holder(host.real(path)).ifPresent(vm -> {
            throw HostError.inUse(command, path + " is used by VM " + vm.id);
        });
    }

    void opened(SimulatedVm vm) {
        vm.drives.stream()
                .filter(drive -> drive.diskNumber().isEmpty())
                .flatMap(drive -> vm.host.disks().chain(drive.path()).stream())
                .forEach(path -> leave(vm.host, path));
    }

    void closed(SimulatedVm vm) {
        vm.drives.stream()
                .filter(drive -> drive.diskNumber().isEmpty() && vm.host.disks().exists(drive.path()))
                .flatMap(drive -> vm.host.disks().chain(drive.path()).stream())
                .forEach(path -> {
                    check(vm.host, path, "the disk of running VM " + vm.name);
                    vm.host.remember(path);
                    if (vm.replica.mode() == ReplicaEnd.Mode.None) {
                        left.remove(vm.host.real(path));
                    } else {
                        leave(vm.host, path);
                    }
                });
    }

    /** Notes how a file looks that nobody else may change from now on. */
    void leave(SimulatedHost host, String path) {
        Path file = host.real(path);
        left.put(file, fingerprint(file));
    }

    /** From now on others may change the file. */
    void release(SimulatedHost host, String path) {
        left.remove(host.real(path));
    }

    /** Whether a file looks as it was left; if not, that is a violation. */
    boolean check(SimulatedHost host, String path, String what) {
        Path file = host.real(path);
        String before = left.get(file);
        if (before == null || before.equals(fingerprint(file))) {
            return true;
        }
        world.violated("somebody else wrote to " + path + " on " + host.name() + ": " + what);
        leave(host, path);
        return false;
    }

    static String fingerprint(Path file) {
        if (!Files.exists(file)) {
            return "missing";
        }
        try (FileChannel channel = FileChannel.open(file)) {
            CRC32C sum = new CRC32C();
            for (long at : HEADERS) {
                ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
                int read = channel.read(header, at);
                sum.update(header.array(), 0, Math.max(0, read));
            }
            return channel.size() + " " + sum.getValue() + " " + Files.getLastModifiedTime(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
