package io.sdr.api.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything that was written is in an extent of data; and where the system can be asked, most of a sparse file is in none. */
class FileHolesTest {
    private static final long SIZE = (300L << 20) + 77;
    private static final RangeSet ALL = RangeSet.of(0, SIZE);

    @TempDir
    Path temp;

    private Path sparse(String name, Random random, RangeSet.Builder written) throws IOException {
        Path file = temp.resolve(name);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(1), SIZE - 1);
            for (int i = 0; i < 40; i++) {
                byte[] bytes = new byte[1 + random.nextInt(100_000)];
                random.nextBytes(bytes);
                long at = (long) (random.nextDouble() * (SIZE - bytes.length));
                channel.write(ByteBuffer.wrap(bytes), at);
                written.add(at, bytes.length);
            }
        }
        return file;
    }

    private StorageFile open(String name) {
        return LocalFolder.of(temp).open(name, Access.READ);
    }

    private static RangeSet data(StorageFile file, long from, long length) {
        RangeSet.Builder data = new RangeSet.Builder();
        long[] end = {from};
        file.extents(from, length, (offset, bytes, extent) -> {
            assertThat(offset).isEqualTo(end[0]);
            assertThat(bytes).isPositive();
            end[0] = offset + bytes;
            if (extent == Extent.DATA) {
                data.add(offset, bytes);
            }
        });
        assertThat(end[0]).isEqualTo(from + length);
        return data.build();
    }

    /** On every Java and file system. */
    @Test
    void whatWasWrittenIsData() throws IOException {
        for (long seed = 1; seed <= 5; seed++) {
            Random random = new Random(seed);
            RangeSet.Builder written = new RangeSet.Builder();
            sparse("s" + seed, random, written);
            try (StorageFile file = open("s" + seed)) {
                RangeSet data = data(file, 0, SIZE);
                assertThat(written.build().minus(data).isEmpty())
                        .as("seed %d", seed)
                        .isTrue();
                long from = random.nextInt(1 << 28);
                assertThat(data(file, from, SIZE - from)).isEqualTo(data.intersect(RangeSet.of(from, SIZE - from)));
                assertThat(data(file, 5, 0)).isEqualTo(RangeSet.EMPTY);
            }
        }
    }

    @Test
    void holesAreFoundWhereTheSystemCanBeAsked() throws IOException {
        boolean trusted = FileHoles.isTrusted(temp);
        sparse("s", new Random(9), new RangeSet.Builder());
        try (StorageFile file = open("s")) {
            RangeSet data = data(file, 0, SIZE);
            if (NativeSeek.find().isEmpty() || !trusted) {
                assertThat(data).isEqualTo(ALL); // the fall-back
                return;
            }
            assertThat(data.bytes()).isLessThan(20L << 20);
            assertThat(data.contains(123 << 20)).isFalse();
            try (StorageFile writing = LocalFolder.of(temp).open("s", Access.WRITE)) {
                writing.write(123 << 20, ByteBuffer.wrap(new byte[] {1}));
            }
            assertThat(data(file, 0, SIZE).contains(123 << 20)).isTrue();
        }
    }

    /** Another file under the same name by now is not the one that is asked. */
    @Test
    void aFileThatWasReplacedCountsAsData() throws IOException {
        Path path = sparse("s", new Random(9), new RangeSet.Builder());
        try (StorageFile file = open("s")) {
            Files.move(path, temp.resolve("moved"));
            sparse("s", new Random(10), new RangeSet.Builder());
            assertThat(data(file, 0, SIZE)).isEqualTo(ALL);
        }
    }

    @Test
    void smallFilesAreNotAsked() {
        try (StorageFile file = LocalFolder.of(temp).create("small")) {
            file.setSize(5000);
        }
        try (StorageFile file = open("small")) {
            assertThat(data(file, 0, 5000)).isEqualTo(RangeSet.of(0, 5000));
        }
    }

    @Test
    void theSystemIsAskedFromJava22OnAndItsErrorsAreErrors() throws IOException {
        boolean possible = Runtime.version().feature() >= 22
                && System.getProperty("os.name").equals("Linux");
        assertThat(NativeSeek.find().isPresent()).isEqualTo(possible);
        if (!possible) {
            return;
        }
        NativeSeek seek = NativeSeek.find().orElseThrow();
        assertThatThrownBy(() -> seek.open(temp.resolve("none").toString())).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> seek.close(-1)).isInstanceOf(IOException.class);
        int badDescriptor = 9;
        assertThat(seek.seek(-1, 0, NativeSeek.SEEK_DATA)).isEqualTo(-badDescriptor);
    }
}
