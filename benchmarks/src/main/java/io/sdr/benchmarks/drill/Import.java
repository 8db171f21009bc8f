package io.sdr.benchmarks.drill;

import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.Progress;
import io.sdr.api.spi.VirtualDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Copies an image to a disk: the one time that all of it is read. Blocks of zeros stay holes. */
final class Import {
    private static final int BLOCK = 64 << 10;
    private static final int BLOCKS_PER_READ = 16;

    private Import() {}

    /**
     * Copies the image.
     *
     * @param image the image, for its name and size
     * @param from its content
     * @param disk the new disk, all zeros
     * @param progress hears how far it is
     * @return where there is data
     */
    static List<Range> copy(ImageFile image, SeekableByteChannel from, VirtualDisk disk, Consumer<Progress> progress)
            throws IOException {
        List<Range> data = new ArrayList<>();
        ByteBuffer buffer = ByteBuffer.allocate(BLOCK * BLOCKS_PER_READ);
        long size = image.sizeBytes();
        for (long at = 0; at < size; at += buffer.capacity()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), size - at));
            fill(image, from.position(at), buffer);
            for (int block = 0; block < buffer.limit(); block += BLOCK) {
                int length = Math.min(BLOCK, buffer.limit() - block);
                ByteBuffer part = buffer.slice(block, length);
                if (!isZero(part)) {
                    disk.write(at + block, part);
                    add(data, new Range(at + block, length));
                }
            }
            progress.accept(new Progress(at + buffer.limit(), OptionalLong.of(size), 0));
        }
        disk.flush();
        return data;
    }

    private static void fill(ImageFile image, SeekableByteChannel from, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (from.read(buffer) < 0) {
                throw new OperationFailedException(Problem.of("IMAGE_CHANGED")
                        .attempted("import the image " + image.path())
                        .state("it became shorter while it was read")
                        .remedy("run a new drill on a copy that nobody writes to"));
            }
        }
    }

    private static boolean isZero(ByteBuffer buffer) {
        int at = 0;
        for (; at + Long.BYTES <= buffer.limit(); at += Long.BYTES) {
            if (buffer.getLong(at) != 0) {
                return false;
            }
        }
        for (; at < buffer.limit(); at++) {
            if (buffer.get(at) != 0) {
                return false;
            }
        }
        return true;
    }

    private static void add(List<Range> ranges, Range range) {
        int last = ranges.size() - 1;
        if (last >= 0 && ranges.get(last).end() == range.offset()) {
            Range before = ranges.get(last);
            ranges.set(last, new Range(before.offset(), before.length() + range.length()));
        } else {
            ranges.add(range);
        }
    }

    /** Keeps where there is data, a line each: offset and length. */
    static void store(Path file, List<Range> ranges) {
        List<String> lines = ranges.stream()
                .map(range -> range.offset() + " " + range.length())
                .toList();
        try {
            Files.write(file, lines, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw FileFailure.of("write", file, e);
        }
    }

    static List<Range> load(Path file) {
        List<Range> ranges = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
                int space = line.indexOf(' ');
                ranges.add(
                        new Range(Long.parseLong(line.substring(0, space)), Long.parseLong(line.substring(space + 1))));
            }
        } catch (IOException e) {
            throw FileFailure.of("read", file, e);
        }
        return ranges;
    }
}
