package io.sdr.benchmarks.drill;

import io.sdr.api.DiskId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.DiskAccess;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.Extent;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.format.DiskFormats;
import io.sdr.testkit.FolderSite;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Frozen disks of a site as files of their own, for agents: a VHDX or VHD file whose guest writes cannot be read by another process,
 * since the two would have to agree on its tables. One is copied when it is first asked for, beside the site that can read it, and
 * deleted with its checkpoint. Thread-safe.
 */
final class FrozenCopies implements FrozenCalls {
    /** The folder of the copies, in the site's. */
    static final String FOLDER = "frozen";

    private static final String PART = "part~";
    private static final int PIECE_BYTES = 1 << 20;

    private final FolderSite site;
    private final StorageFolder folder;
    private final DiskFormat format;

    /** Begins with none: what an earlier process left is deleted. */
    FrozenCopies(FolderSite site, Path root, String format) {
        this.site = site;
        this.format = DiskFormats.installed().named(format);
        Path path = root.resolve(FOLDER);
        try {
            ImageMaker.delete(path);
            this.folder = LocalFolder.of(Files.createDirectories(path));
        } catch (IOException e) {
            throw FileFailure.of("make", path, e);
        }
    }

    /** Gives the name of the copy, and makes it if it is not there. */
    @Override
    public synchronized String copy(String checkpoint, DiskId disk, CallContext context) {
        String name = FrozenCopyFormat.fileOf(checkpoint, disk, format.name());
        if (folder.find(name).isPresent()) {
            return name;
        }
        DiskAccess access = site.disks().frozen(checkpoint, disk, context);
        if (!(access instanceof DiskAccess.InProcess here)) {
            throw new IllegalStateException("the site is in this process: " + access);
        }
        format.delete(folder, PART + name);
        try (VirtualDisk frozen = here.open();
                VirtualDisk copy = format.create(folder, PART + name, frozen.sizeBytes())) {
            frozen.extents(0, frozen.sizeBytes(), (offset, length, extent) -> {
                if (extent == Extent.DATA) {
                    copy(frozen, copy, offset, length);
                }
            });
            copy.flush();
        }
        format.move(folder, PART + name, folder, name);
        return name;
    }

    private static void copy(VirtualDisk from, VirtualDisk to, long offset, long length) {
        ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
        for (long at = offset; at < offset + length; at += piece.limit()) {
            piece.clear().limit((int) Math.min(PIECE_BYTES, offset + length - at));
            from.read(at, piece);
            to.write(at, piece.flip());
        }
    }

    /** Deletes the copies of a checkpoint that was given up. */
    @Override
    public synchronized void delete(String checkpoint) {
        List<String> all = folder.list().stream()
                .map(StorageFolder.Entry::name)
                .filter(name -> FrozenCopyFormat.isOf(name, checkpoint))
                .toList();
        all.forEach(name -> format.delete(folder, name));
    }
}
