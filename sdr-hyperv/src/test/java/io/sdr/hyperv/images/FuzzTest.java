package io.sdr.hyperv.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskDefect;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.DiskFormatException;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.hyperv.vhd.VhdFormat;
import io.sdr.hyperv.vhdx.VhdxFormat;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Images whose fields are changed and whose checksums are right again end in data or in a {@link DiskFormatException}, after bounded
 * work, in bounded memory, without a look outside of file and folder.
 */
class FuzzTest {
    private static final int TIMES = Boolean.getBoolean("sdr.stress") ? 20 : 1;
    private static final int MIB = 1 << 20;
    private static final long MOST_ALLOCATED = 64L << 20;
    /** Rules that come before what headers and region table lead to. */
    private static final String EARLY = "FILE_.*|HEADER.*|LOG_.*|REGION.*|FOOTER.*|DISK_TYPE|DISK_SIZE";

    private final TreeMap<String, Integer> ends = new TreeMap<>();
    private final Allocation allocation = new Allocation();
    private int late;

    @Test
    void changedVhdxImagesEndInDataOrInTheirDefect() {
        fuzz(new VhdxFormat(), new VhdxMutator(), 50_000 * TIMES);
    }

    @Test
    void changedVhdImagesEndInDataOrInTheirDefect() {
        fuzz(new VhdFormat(), new VhdMutator(), 50_000 * TIMES);
    }

    private void fuzz(DiskFormat format, Mutator mutator, int cases) {
        Map<HandMade.Kind, byte[]> images = HandMade.images(format);
        HandMade.Kind[] kinds = HandMade.Kind.values();
        for (int seed = 0; seed < cases; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            FuzzFile file = new FuzzFile(images.get(kinds[random.nextInt(kinds.length)]));
            for (int i = random.nextInt(3); i >= 0; i--) {
                mutator.mutate(file, random);
            }
            FuzzFolder folder = new FuzzFolder();
            folder.put("a", new FuzzFile(images.get(HandMade.Kind.BASE)));
            folder.put("b", file);
            one(format, folder, file, random, format.name() + ", seed " + seed);
        }
        assertThat(late).as("past headers and regions: " + ends).isGreaterThan(cases * 3 / 10);
        assertThat(ends.get("data")).as("with data: " + ends).isGreaterThan(cases / 10);
        assertThat(ends.keySet()).as("different ends").hasSizeGreaterThan(15);
    }

    private void one(DiskFormat format, FuzzFolder folder, FuzzFile file, SplittableRandom random, String seed) {
        long allocated = allocation.ofThisThread();
        String end = "data";
        try {
            use(format, folder, random);
        } catch (DiskFormatException e) {
            assertThat(e.file()).as(seed).isNotEmpty();
            assertThat(e.offset()).as(seed + e.getMessage()).isNotNegative();
            assertThat(e.expected()).as(seed).isNotEmpty();
            end = e.rule();
        } catch (RuntimeException | Error e) {
            throw new AssertionError(seed, e);
        }
        assertThat(allocation.ofThisThread() - allocated)
                .as(seed + " allocates")
                .isLessThan(MOST_ALLOCATED);
        assertThat(file.outside()).as(seed + " reads outside").isZero();
        assertThat(folder.openFiles()).as(seed + " leaves open").isZero();
        ends.merge(end, 1, Integer::sum);
        late += end.matches(EARLY) ? 0 : 1;
        if (random.nextInt(4) == 0) {
            file.resetCounts();
            List<DiskDefect> defects = format.check(folder, "b");
            if (!end.equals("data") && !end.startsWith("PARENT")) {
                assertThat(defects).as(seed + " ends with " + end).isNotEmpty();
            }
        }
    }

    private static void use(DiskFormat format, FuzzFolder folder, SplittableRandom random) {
        boolean writing = random.nextInt(4) == 0;
        try (VirtualDisk disk = format.open(folder, "b", writing ? Access.WRITE : Access.READ)) {
            long size = disk.sizeBytes();
            ByteBuffer buffer = ByteBuffer.allocate(20_000);
            for (long at : new long[] {0, MIB - 7, size / 2, size - 20_000}) {
                if (at >= 0 && at <= size - 20_000) {
                    disk.read(at, buffer.clear());
                }
            }
            long[] next = {0};
            long looked = Math.min(size, 1L << 34);
            disk.extents(0, looked, (at, length, extent) -> {
                assertThat(at).isEqualTo(next[0]);
                next[0] = at + length;
            });
            assertThat(next[0]).isEqualTo(looked);
            if (writing) {
                write(disk, buffer, random);
            }
        }
        if (writing) {
            format.open(folder, "b", Access.READ).close();
        }
    }

    private static void write(VirtualDisk disk, ByteBuffer buffer, SplittableRandom random) {
        long size = disk.sizeBytes();
        buffer.clear().limit((int) Math.min(9000, size));
        long at = random.nextLong(size - buffer.limit() + 1);
        disk.write(at, buffer.duplicate());
        disk.flush();
        disk.zero(0, Math.min(size, 2 * MIB));
        if (random.nextInt(4) == 0) {
            try {
                disk.grow(size + 4096);
            } catch (InvalidRequestException e) {
                assertThat(disk.sizeBytes()).isEqualTo(size);
            }
        }
        disk.flush();
        ByteBuffer read = ByteBuffer.allocate(buffer.limit());
        disk.read(at, read);
    }
}
