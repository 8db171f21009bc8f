package io.sdr.benchmarks.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.CorruptException;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.format.RawFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The verifier's reader agrees with the engine's disk format, of which it shares no code. */
class RawChainTest {
    private static final int SIZE = (3 << 20) + 513;

    @TempDir
    Path temp;

    private final RawFormat format = new RawFormat();
    private LocalFolder folder;

    @BeforeEach
    void open() {
        folder = LocalFolder.of(temp);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void readsWhatTheEngineWroteInBaseAndLayers(long seed) throws IOException {
        byte[] expected = new byte[SIZE];
        Random random = new Random(seed);
        try (VirtualDisk base = format.create(folder, "base.raw", SIZE)) {
            change(base, expected, random);
        }
        assertHolds("base.raw", expected, 1, seed);
        try (VirtualDisk over = format.createLayer(folder, "a.over", "base.raw")) {
            change(over, expected, random);
        }
        assertHolds("a.over", expected, 2, seed);
        try (VirtualDisk run = format.createLayer(folder, "a.run", "a.over")) {
            change(run, expected, random);
            assertHolds("a.run", expected, 3, seed);
        }
    }

    private static void change(VirtualDisk disk, byte[] expected, Random random) {
        for (int i = 0; i < 20; i++) {
            int offset = random.nextInt(SIZE);
            int length = 1 + random.nextInt(Math.min(200_000, SIZE - offset));
            if (random.nextInt(3) == 0) {
                disk.zero(offset, length);
                java.util.Arrays.fill(expected, offset, offset + length, (byte) 0);
            } else {
                byte[] data = new byte[length];
                random.nextBytes(data);
                disk.write(offset, ByteBuffer.wrap(data));
                System.arraycopy(data, 0, expected, offset, length);
            }
            if (i % 7 == 0) {
                disk.flush();
            }
        }
        disk.flush();
    }

    private void assertHolds(String file, byte[] expected, int depth, long seed) throws IOException {
        ByteBuffer read = ByteBuffer.allocate(SIZE);
        try (RawChain chain = RawChain.open(temp.resolve(file))) {
            assertThat(chain.depth()).isEqualTo(depth);
            assertThat(chain.sizeBytes()).isEqualTo(SIZE);
            chain.read(0, read);
        }
        assertThat(ByteBuffer.wrap(expected).mismatch(read.rewind()))
                .as("first difference, seed %s", seed)
                .isEqualTo(-1);
    }

    @Test
    void namesTheFileThatSuppliesAByte() throws IOException {
        format.create(folder, "base.raw", SIZE).close();
        try (VirtualDisk run = format.createLayer(folder, "a.run", "base.raw")) {
            run.write(1 << 20, ByteBuffer.wrap(new byte[] {1}));
            run.flush();
        }
        try (RawChain chain = RawChain.open(temp.resolve("a.run"))) {
            assertThat(chain.filesAt(1 << 20))
                    .isEqualTo(temp.resolve("a.run") + ", a layer over " + temp.resolve("base.raw"));
            assertThat(chain.filesAt(0)).isEqualTo(temp.resolve("base.raw").toString());
        }
    }

    @Test
    void aDamagedMapIsNamed() throws IOException {
        format.create(folder, "base.raw", SIZE).close();
        try (VirtualDisk run = format.createLayer(folder, "a.run", "base.raw")) {
            run.write(1 << 20, ByteBuffer.wrap(new byte[] {1}));
            run.flush();
        }
        Path map = temp.resolve("a.run.map");
        byte[] bytes = Files.readAllBytes(map);
        bytes[4096 + 20] ^= 1;
        Files.write(map, bytes);

        assertThatThrownBy(() -> RawChain.open(temp.resolve("a.run")))
                .isInstanceOf(CorruptException.class)
                .hasMessageContaining(map.toString());
    }
}
