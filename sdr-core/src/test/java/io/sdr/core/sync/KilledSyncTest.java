package io.sdr.core.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sdr.api.InvalidRequestException;
import io.sdr.core.sync.InPlaceSync.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that is killed at any moment leaves a target that is as it was, or equal, or marked. A marked one is no source, and the
 * same sync makes it equal.
 */
class KilledSyncTest {
    private static final int KILLS = Boolean.getBoolean("sdr.stress") ? 200 : 20;
    private static final int SIZE = (4 << 20) + 513;
    private static final int MOST_STEPS = 130;

    @TempDir
    Path temp;

    @Test
    void killedAtRandomMoments() throws IOException, InterruptedException {
        int halted = 0;
        int marked = 0;
        for (long seed = 1; halted < KILLS && seed < 10L * KILLS; seed++) {
            Random random = new Random(seed);
            Path a = temp.resolve("a" + seed);
            Path b = temp.resolve("b" + seed);
            byte[] content = new byte[SIZE];
            random.nextBytes(content);
            Arrays.fill(content, 1 << 20, 2 << 20, (byte) 0);
            byte[] old = content.clone();
            for (int i = 0; i < 60; i++) {
                old[random.nextInt(SIZE)]++;
            }
            Files.write(a, content);
            Files.write(b, old);
            Mode mode = random.nextInt(3) == 0 ? Mode.FULL : Mode.DELTA;
            int status = sync(a, b, random.nextInt(MOST_STEPS), mode);
            assertThat(status).as("seed %d", seed).isIn(0, HaltingFolder.HALTED);
            halted += status == 0 ? 0 : 1;
            boolean isMarked = Files.exists(temp.resolve(b.getFileName() + ".sdr-sync"));
            marked += isMarked ? 1 : 0;
            check(seed, a, b, old, isMarked);
        }
        assertThat(halted).as("processes killed").isEqualTo(KILLS);
        assertThat(marked).isGreaterThan(KILLS / 4);
    }

    private void check(long seed, Path a, Path b, byte[] old, boolean isMarked) throws IOException {
        byte[] left = Files.readAllBytes(b);
        if (!isMarked) {
            assertThat(Arrays.equals(left, old) || Arrays.equals(left, Files.readAllBytes(a)))
                    .as("seed %d: unmarked, so it is whole", seed)
                    .isTrue();
        } else {
            Path c = temp.resolve("c" + seed);
            InvalidRequestException refused = catchThrowableOfType(
                    InvalidRequestException.class,
                    () -> InPlaceSync.of(b, c, Mode.FULL).run());
            assertThat(refused).as("seed %d", seed).isNotNull();
            assertThat(refused.code()).isEqualTo("SOURCE_TORN");
        }
        InPlaceSync.of(a, b, Mode.DELTA).resizing().run();
        assertThat(Files.mismatch(a, b)).as("seed %d", seed).isEqualTo(-1);
        assertThat(temp.resolve(b.getFileName() + ".sdr-sync")).doesNotExist();
    }

    private int sync(Path a, Path b, int steps, Mode mode) throws IOException, InterruptedException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process process = new ProcessBuilder(List.of(
                        java.toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledSync.class.getName(),
                        a.toString(),
                        b.toString(),
                        Integer.toString(steps),
                        mode.name()))
                .inheritIO()
                .start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return process.exitValue();
    }
}
