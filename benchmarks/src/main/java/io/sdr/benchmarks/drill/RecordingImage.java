package io.sdr.benchmarks.drill;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.ExtentVisitor;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.format.DiskFormats;
import io.sdr.testkit.DiskImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/** The image as it is imported: the one time that all of it is read. Remembers where there was data. */
final class RecordingImage implements DiskImage {
    private static final int BLOCK = 64 << 10;
    private static final ByteBuffer ZEROS = ByteBuffer.allocate(BLOCK).asReadOnlyBuffer();

    private final DrillImage image;
    private final List<Range> data = new ArrayList<>();

    RecordingImage(DrillImage image) {
        this.image = image;
    }

    /** Where there was data, in ascending order. */
    List<Range> data() {
        return List.copyOf(data);
    }

    @Override
    public String describe() {
        return image.path().toString();
    }

    @Override
    public Content open() {
        String name = String.valueOf(image.path().getFileName());
        DiskFormat format = DiskFormats.installed().of(image.file().folder(), name);
        if (!format.name().equals(DrillImage.RAW)) {
            return new Recording(new FormattedContent(format.open(image.file().folder(), name, Access.READ)));
        }
        try {
            return new Recording(new PlainContent(image.file().open()));
        } catch (IOException e) {
            throw FileFailure.of("read the image", image.path(), e);
        }
    }

    private void record(long position, ByteBuffer bytes) {
        for (int block = 0; block < bytes.limit(); block += BLOCK) {
            int length = Math.min(BLOCK, bytes.limit() - block);
            if (bytes.slice(block, length).mismatch(ZEROS.slice(0, length)) >= 0) {
                add(position + block, length);
            }
        }
    }

    private void add(long offset, int length) {
        int last = data.size() - 1;
        if (last >= 0 && data.get(last).end() == offset) {
            data.set(last, new Range(data.get(last).offset(), data.get(last).length() + length));
        } else {
            data.add(new Range(offset, length));
        }
    }

    private final class Recording implements Content {
        private final Content content;

        Recording(Content content) {
            this.content = content;
        }

        @Override
        public long size() {
            return content.size();
        }

        @Override
        public void read(long position, ByteBuffer into) {
            ByteBuffer bytes = into.slice();
            content.read(position, into);
            record(position, bytes.limit(bytes.limit() - into.remaining()));
        }

        @Override
        public void extents(ExtentVisitor visitor) {
            content.extents(visitor);
        }

        @Override
        public void close() {
            content.close();
        }
    }

    private record PlainContent(FileChannel channel) implements Content {
        @Override
        public long size() {
            try {
                return channel.size();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void read(long position, ByteBuffer into) {
            int length = into.remaining();
            try {
                while (into.hasRemaining() && channel.read(into, position + length - into.remaining()) >= 0) {
                    // until it is full or the image ends
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private record FormattedContent(VirtualDisk disk) implements Content {
        @Override
        public long size() {
            return disk.sizeBytes();
        }

        @Override
        public void read(long position, ByteBuffer into) {
            disk.read(position, into);
        }

        @Override
        public void extents(ExtentVisitor visitor) {
            disk.extents(0, disk.sizeBytes(), visitor);
        }

        @Override
        public void close() {
            disk.close();
        }
    }
}
