package io.sdr.hyperv.vhdx;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.CorruptException;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.hyperv.disk.ParentFinder;
import io.sdr.testkit.CrashFolder;
import io.sdr.testkit.MemoryFolder;
import io.sdr.testkit.SimulatedDeath;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

/** A process that dies before any write or force leaves a sound file with all that was flushed. */
class VhdxCrashTest {
    private static final int PART = 700_000;
    private static final int PARTS = 6;
    private static final int SEEDS = 3;

    /** Says that it logged, and did not: what is torn in its place is not mended. */
    private static final class NoLog extends LogWriter {
        NoLog(io.sdr.hyperv.blocks.ImageFile file, Header header) {
            super(file, header);
        }

        @Override
        void append(SortedMap<Long, ByteBuffer> sectors) {}
    }

    private static byte[] content(int part) {
        byte[] bytes = new byte[PART];
        Arrays.fill(bytes, (byte) (part + 1));
        return bytes;
    }

    /** Writes parts, each flushed; gives how many were. */
    private static int write(VhdxFormat format, CrashFolder folder, boolean layer) {
        int flushed = 0;
        try (VirtualDisk disk = format.open(folder, layer ? "b.vhdx" : "a.vhdx", Access.WRITE)) {
            for (int part = 0; part < PARTS; part++) {
                disk.write((long) part * PART * 5, ByteBuffer.wrap(content(part)));
                disk.flush();
                flushed++;
            }
            disk.zero(0, 2 << 20); // not flushed
        } catch (SimulatedDeath e) {
            return flushed;
        }
        return flushed;
    }

    private static String verdict(MemoryFolder found, boolean layer, int flushed) {
        VhdxFormat sound = new VhdxFormat();
        String file = layer ? "b.vhdx" : "a.vhdx";
        try {
            if (!sound.check(found, file).isEmpty()) {
                return sound.check(found, file).toString();
            }
            try (VirtualDisk disk = sound.open(found, file, Access.WRITE)) {
                for (int part = 1; part < flushed; part++) {
                    byte[] read = new byte[PART];
                    disk.read((long) part * PART * 5, ByteBuffer.wrap(read));
                    if (!Arrays.equals(read, content(part))) {
                        return "part " + part + " is lost";
                    }
                }
            }
            return sound.check(found, file).toString();
        } catch (CorruptException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static MemoryFolder start(boolean layer) {
        MemoryFolder folder = new MemoryFolder();
        new VhdxFormat().create(folder, "a.vhdx", 64L << 20).close();
        if (layer) {
            new VhdxFormat().createLayer(folder, "b.vhdx", "a.vhdx").close();
        }
        return folder;
    }

    private static int failures(VhdxFormat format, boolean layer, boolean each) {
        MemoryFolder before = start(layer);
        CrashFolder whole = CrashFolder.over(before);
        assertThat(write(format, whole, layer)).isEqualTo(PARTS);
        int failures = 0;
        for (long death = 1; death <= whole.operations() + 1; death++) {
            CrashFolder folder = CrashFolder.over(before);
            folder.dieBefore(death);
            int flushed = write(format, folder, layer);
            for (long seed = death * 100; seed < death * 100 + SEEDS; seed++) {
                String verdict = verdict(folder.afterCrash(seed), layer, flushed);
                if (each) {
                    assertThat(verdict).as("death " + death + ", seed " + seed).isEqualTo("[]");
                }
                failures += verdict.equals("[]") ? 0 : 1;
            }
        }
        return failures;
    }

    @Test
    void everyDeathOfADynamicDiskLeavesWhatWasFlushed() {
        assertThat(failures(new VhdxFormat(), false, true)).isZero();
    }

    @Test
    void everyDeathOfADifferencingDiskLeavesWhatWasFlushed() {
        assertThat(failures(new VhdxFormat(), true, true)).isZero();
    }

    @Test
    void aWriterWithoutItsLogIsCaught() {
        VhdxFormat mutant = new VhdxFormat(ParentFinder.besideTheChild(), NoLog::new);
        assertThat(failures(mutant, false, false)).isPositive();
    }
}
