package io.sdr.hyperv.host;

import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.hyperv.powershell.Arguments;
import java.util.List;
import java.util.Optional;

/** Disk files on a host, as Hyper-V makes and changes them. Thread-safe. */
public final class HostDisks {
    private static final long BLOCK_BYTES = 32 << 20;

    private final HostScripts host;

    public HostDisks(HostScripts host) {
        this.host = host;
    }

    /** Tells what files are, in the order asked. One that is not there fails the call. */
    public List<DiskFile> describe(List<String> paths, CallContext context) {
        return host.run("disk-describe", Arguments.none().with("paths", paths), context).each("disks").stream()
                .map(DiskFile::of)
                .toList();
    }

    /** Makes an empty dynamic disk. Refused with code {@code DISK_DIFFERS} if another one is there. */
    public void create(String path, long sizeBytes, int sectorBytes, CallContext context) {
        host.run(
                "disk-create",
                host.guarded(context)
                        .with("path", path)
                        .without("parent")
                        .with("sizeBytes", sizeBytes)
                        .with("blockBytes", BLOCK_BYTES)
                        .with("sectorBytes", sectorBytes),
                context);
    }

    /** Makes an empty layer over a disk. Refused with code {@code DISK_DIFFERS} if another file is there. */
    public void createLayer(String path, String parent, CallContext context) {
        host.run(
                "disk-create",
                host.guarded(context)
                        .with("path", path)
                        .with("parent", parent)
                        .without("sizeBytes")
                        .without("blockBytes")
                        .without("sectorBytes"),
                context);
    }

    /** Enlarges a disk; never shrinks one. */
    public void grow(String path, long sizeBytes, CallContext context) {
        host.run("disk-grow", host.guarded(context).with("path", path).with("sizeBytes", sizeBytes), context);
    }

    /** Folds a layer that nobody has open into its parent; its file is gone then. */
    public void merge(String path, String parent, CallContext context) {
        host.run("disk-merge", host.guarded(context).with("path", path).with("parent", parent), context);
    }

    /** Tells which VMs of this host have files attached, themselves, in checkpoints, or below a layer that waits to be merged. */
    public List<DiskUser> users(List<String> paths, CallContext context) {
        return host.run("disk-users", Arguments.none().with("paths", paths), context).each("users").stream()
                .map(DiskUser::of)
                .toList();
    }

    /**
     * Moves a file; a VM of this host that is off and has it attached loses it. There already is done. Refused with code
     * {@code VM_RUNNING}, {@code CHECKPOINT_EXISTS} or {@code DISK_MERGING}.
     */
    public void move(String path, String target, CallContext context) {
        host.run("disk-move", host.guarded(context).with("path", path).with("target", target), context);
    }

    /**
     * Deletes a file. Gone already is done. Refused with code {@code DISK_ATTACHED} if a VM of this host has it attached, itself, in a
     * checkpoint, or below a layer.
     *
     * @param diskId the identifier that the file must have; empty for any
     * @return false if it has another one, and stays
     */
    public boolean delete(String path, Optional<String> diskId, CallContext context) {
        Arguments which = host.guarded(context).with("path", path);
        Arguments all = diskId.isPresent() ? which.with("diskId", diskId.get()) : which.without("diskId");
        return host.run("disk-delete", all, context).flag("deleted");
    }

    /** Freezes attached disks, so that what they hold now can be folded while the VM runs. */
    public void freezeLayer(VmId vm, String token, CallContext context) {
        host.run("layer-freeze", host.guarded(vm, context).with("token", token), context);
    }

    /**
     * Begins to fold what was frozen.
     *
     * @return whether Hyper-V is still at it
     */
    public boolean foldLayer(VmId vm, String token, CallContext context) {
        return host.run("layer-fold", host.guarded(vm, context).with("token", token), context)
                .flag("merging");
    }
}
