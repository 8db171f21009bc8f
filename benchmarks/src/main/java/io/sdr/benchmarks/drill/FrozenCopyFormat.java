package io.sdr.benchmarks.drill;

import io.sdr.api.DiskId;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.ForwardingDisk;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.format.DiskFormats;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The copies of {@link FrozenCopies} as agents read them. A copy is one file, of which nobody can tell any more what was in the
 * uppermost layer of the disk: it counts as all of it.
 */
final class FrozenCopyFormat implements DiskFormat {
    static final String NAME = "frozen-copy";

    private static final String SEPARATOR = "~";

    static String fileOf(String checkpoint, DiskId disk, String format) {
        return checkpoint + SEPARATOR + disk.value() + SEPARATOR + format;
    }

    static boolean isOf(String file, String checkpoint) {
        return file.startsWith(checkpoint + SEPARATOR);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean recognises(StorageFolder folder, String file) {
        return false;
    }

    private static DiskFormat formatOf(String file) {
        return DiskFormats.installed().named(file.substring(file.lastIndexOf(SEPARATOR) + 1));
    }

    @Override
    public VirtualDisk open(StorageFolder folder, String file, Access access) {
        if (access != Access.READ) {
            throw readOnly();
        }
        return new Whole(formatOf(file).open(folder, file, Access.READ));
    }

    private static UnsupportedOperationException readOnly() {
        return new UnsupportedOperationException("a frozen disk is read only");
    }

    @Override
    public VirtualDisk create(StorageFolder folder, String file, long sizeBytes) {
        throw readOnly();
    }

    @Override
    public VirtualDisk createLayer(StorageFolder folder, String file, String parent) {
        throw readOnly();
    }

    @Override
    public List<String> files(StorageFolder folder, String file) {
        return formatOf(file).files(folder, file);
    }

    @Override
    public void move(StorageFolder folder, String file, StorageFolder target, String newFile) {
        throw readOnly();
    }

    @Override
    public void delete(StorageFolder folder, String file) {
        throw readOnly();
    }

    /** A disk whose file holds all of it. */
    private static final class Whole extends ForwardingDisk {
        Whole(VirtualDisk disk) {
            super(disk);
        }

        @Override
        public RangeSet ownRanges() {
            return RangeSet.of(0, sizeBytes());
        }

        @Override
        public void write(long offset, ByteBuffer from) {
            throw readOnly();
        }

        @Override
        public void zero(long offset, long length) {
            throw readOnly();
        }

        @Override
        public void grow(long newSizeBytes) {
            throw readOnly();
        }

        @Override
        public void flush() {
            // nothing was written
        }
    }
}
