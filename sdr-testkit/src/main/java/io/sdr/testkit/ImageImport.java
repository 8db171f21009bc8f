package io.sdr.testkit;

import io.sdr.api.DiskId;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import io.sdr.api.VmId;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.Extent;
import io.sdr.api.spi.ExtentVisitor;
import io.sdr.api.spi.ProgressListener;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.api.spi.VmConfiguration;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes VMs: of images, whose data are read once with a test for zeros, so that holes stay holes, or empty. Sizes are rounded up to what the
 * site's format can have.
 */
final class ImageImport {
    private static final int CHUNK = 1 << 20;
    /** What file systems allocate at once. */
    private static final int CELL = 4096;

    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(CELL).asReadOnlyBuffer();

    private static final VmConfiguration CONFIGURATION = VmConfiguration.of(2, 4L << 30, "uefi");

    private final SiteState state;

    ImageImport(SiteState state) {
        this.state = state;
    }

    VmRecord empty(String name, Optional<String> cloud, List<Long> sizes) {
        for (long size : sizes) {
            if (size <= 0) {
                throw SiteState.invalid(
                        "INVALID_SIZE", "make a disk of " + size + " bytes", "a disk has at least 1", "name its size");
            }
        }
        return make(name, cloud, vm -> {
            List<DiskRef> disks = new ArrayList<>();
            for (long size : sizes) {
                try (VirtualDisk disk = create(vm, disks, size)) {
                    disk.flush();
                }
            }
            return disks;
        });
    }

    VmRecord images(String name, Optional<String> cloud, List<DiskImage> images, ProgressListener progress) {
        List<DiskImage.Content> open = new ArrayList<>();
        try {
            List<Long> sizes = new ArrayList<>();
            for (DiskImage image : images) {
                open.add(open(image));
                sizes.add(sizeOf(image, open.get(open.size() - 1)));
            }
            long total = sizes.stream().mapToLong(Long::longValue).sum();
            return make(name, cloud, vm -> {
                List<DiskRef> disks = new ArrayList<>();
                long done = 0;
                for (int i = 0; i < images.size(); i++) {
                    try (VirtualDisk disk = create(vm, disks, sizes.get(i))) {
                        copy(images.get(i), open.get(i), sizes.get(i), disk, done, total, progress);
                        disk.flush();
                    }
                    done += sizes.get(i);
                }
                return disks;
            });
        } finally {
            open.forEach(DiskImage.Content::close);
        }
    }

    private static DiskImage.Content open(DiskImage image) {
        try {
            return image.open();
        } catch (UncheckedIOException e) {
            throw new InvalidRequestException(
                    Problem.of("IMAGE_UNREADABLE")
                            .attempted("open the disk image " + image.describe())
                            .state(e.getMessage() + "; nothing was changed")
                            .remedy("name a readable file with the content of a disk"),
                    e);
        }
    }

    private static long sizeNow(DiskImage image, DiskImage.Content content) {
        try {
            return content.size();
        } catch (UncheckedIOException e) {
            throw changed(image, String.valueOf(e.getMessage()), e);
        }
    }

    private static long sizeOf(DiskImage image, DiskImage.Content content) {
        long size = sizeNow(image, content);
        if (size == 0) {
            throw SiteState.invalid(
                    "IMAGE_EMPTY",
                    "import " + image.describe(),
                    "it is empty (0 bytes)",
                    "name a file with the content of a disk");
        }
        return size;
    }

    private VmRecord make(String name, Optional<String> cloud, Function<VmId, List<DiskRef>> disks) {
        if (name.isBlank()) {
            throw SiteState.invalid("INVALID_NAME", "make a VM", "its name is empty", "name it");
        }
        Optional<String> place = state.cloudFor(cloud);
        VmId vm = state.newVm();
        try {
            VmRecord made = new VmRecord(vm, name, place, CONFIGURATION, Optional.empty());
            made.disks = List.copyOf(disks.apply(vm));
            return state.imported(made);
        } catch (RuntimeException e) {
            state.discard(vm);
            throw e;
        }
    }

    private VirtualDisk create(VmId vm, List<DiskRef> disks, long size) {
        DiskFormat format = state.formats.ofNewDisks();
        String file = "disk" + disks.size() + "." + format.name();
        VirtualDisk disk = format.create(state.folder(vm), file, format.roundUp(size));
        String locator = SiteState.VMS + "/" + vm.value() + "/" + file;
        disks.add(new DiskRef(state.id, new DiskId("disk" + disks.size()), locator, format.name(), disk.sizeBytes()));
        return disk;
    }

    private static void copy(
            DiskImage image,
            DiskImage.Content from,
            long size,
            VirtualDisk to,
            long doneBefore,
            long total,
            ProgressListener progress) {
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
        ExtentVisitor copying = (offset, length, extent) -> {
            long end = Math.min(size, offset + length);
            if (extent == Extent.ZERO) {
                progress.progress(doneBefore + end, total);
                return;
            }
            for (long at = offset; at < end; at += CHUNK) {
                read(image, from, at, chunk.clear().limit((int) Math.min(CHUNK, end - at)), size);
                writeData(chunk.flip(), at, to);
                progress.progress(doneBefore + Math.min(end, at + CHUNK), total);
            }
        };
        try {
            from.extents(copying);
        } catch (UncheckedIOException e) {
            throw changed(image, String.valueOf(e.getMessage()), e);
        }
        long now = sizeNow(image, from);
        if (now != size) {
            throw changed(image, "its size changed from " + size + " to " + now, null);
        }
    }

    private static void read(DiskImage image, DiskImage.Content from, long at, ByteBuffer chunk, long size) {
        try {
            from.read(at, chunk);
        } catch (UncheckedIOException e) {
            throw changed(image, String.valueOf(e.getMessage()), e);
        }
        if (chunk.hasRemaining()) {
            throw changed(image, "it ended at " + (at + chunk.position()) + " of " + size + " bytes", null);
        }
    }

    /** Writes what is not zero, in runs of cells. */
    private static void writeData(ByteBuffer chunk, long offset, VirtualDisk to) {
        int end = chunk.limit();
        int from = -1;
        for (int cell = 0; cell < end; cell += CELL) {
            int cellEnd = Math.min(end, cell + CELL);
            boolean zero = isZero(chunk, cell, cellEnd);
            if (!zero && from < 0) {
                from = cell;
            }
            if (from >= 0 && (zero || cellEnd == end)) {
                int until = zero ? cell : cellEnd;
                to.write(offset + from, chunk.slice(from, until - from));
                from = -1;
            }
        }
    }

    private static boolean isZero(ByteBuffer bytes, int from, int end) {
        return bytes.slice(from, end - from).mismatch(ZEROS.slice(0, end - from)) < 0;
    }

    private static InvalidRequestException changed(DiskImage image, String why, @Nullable Throwable cause) {
        Problem problem = Problem.of("IMAGE_CHANGED")
                .attempted("import " + image.describe())
                .state(why + "; nothing of it was kept")
                .remedy("see that the image is whole and nobody writes it, then import it again");
        return cause == null ? new InvalidRequestException(problem) : new InvalidRequestException(problem, cause);
    }
}
