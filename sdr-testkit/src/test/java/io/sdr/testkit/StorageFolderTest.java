package io.sdr.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One contract for the three storages. */
class StorageFolderTest {
    enum Kind {
        LOCAL,
        MEMORY,
        CRASH
    }

    @TempDir
    Path temporary;

    private StorageFolder root(Kind kind) {
        return switch (kind) {
            case LOCAL -> LocalFolder.of(temporary.resolve("root"));
            case MEMORY -> new MemoryFolder();
            case CRASH -> CrashFolder.over(new MemoryFolder());
        };
    }

    @ParameterizedTest
    @EnumSource
    void foldersComeToBeWhenWrittenTo(Kind kind) {
        StorageFolder root = root(kind);
        StorageFolder deep = root.child("a").child("b");
        assertThat(root.children()).isEmpty();
        assertThat(deep.list()).isEmpty();
        deep.force();
        deep.create("f").close();
        assertThat(root.children()).containsExactly("a");
        assertThat(root.child("a").children()).containsExactly("b");
        assertThat(root.child("a").list()).isEmpty();
        assertThat(root.child("a").deleteChild("b")).isFalse();
        assertThat(deep.delete("f")).isTrue();
        assertThat(deep.delete("f")).isFalse();
        assertThat(root.child("a").deleteChild("b")).isTrue();
        assertThat(root.child("a").deleteChild("b")).isFalse();
        assertThat(root.child("a").children()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void publishAndMoveNeverReplace(Kind kind) {
        StorageFolder root = root(kind);
        put(root, "a", 1);
        put(root, "b", 2);
        assertThat(root.publish("a", "b")).isFalse();
        assertThat(root.publish("a", "c")).isTrue();
        assertThat(root.find("a")).isEmpty();
        assertThat(first(root, "c")).isEqualTo(1);
        assertThatThrownBy(() -> root.create("b")).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> root.publish("none", "x"))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.code()).isEqualTo(StorageException.MISSING));
        StorageFolder other = root.child("other");
        root.move("c", other, "d");
        assertThat(first(other, "d")).isEqualTo(1);
        assertThatThrownBy(() -> root.move("b", other, "d")).isInstanceOf(StorageException.class);
        assertThat(first(root, "b")).isEqualTo(2);
        assertThatThrownBy(() -> root.open("c", Access.READ))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.code()).isEqualTo(StorageException.MISSING));
    }

    @ParameterizedTest
    @EnumSource
    void randomReadsAndWritesAgreeWithAnArray(Kind kind) {
        long seed = 42;
        Random random = new Random(seed);
        byte[] model = new byte[400_000];
        int size = 0;
        try (StorageFile file = root(kind).create("f")) {
            for (int i = 0; i < 300; i++) {
                switch (random.nextInt(4)) {
                    case 0 -> {
                        int newSize = random.nextInt(model.length);
                        for (int at = newSize; at < size; at++) {
                            model[at] = 0;
                        }
                        file.setSize(newSize);
                        size = newSize;
                    }
                    case 1, 2 -> {
                        int at = random.nextInt(model.length);
                        byte[] bytes = new byte[random.nextInt(Math.min(150_000, model.length - at) + 1)];
                        random.nextBytes(bytes);
                        System.arraycopy(bytes, 0, model, at, bytes.length);
                        file.write(at, ByteBuffer.wrap(bytes));
                        size = bytes.length == 0 ? size : Math.max(size, at + bytes.length);
                    }
                    default -> {
                        int at = random.nextInt(model.length);
                        ByteBuffer buffer = ByteBuffer.allocate(random.nextInt(200_000));
                        int expected = Math.max(0, Math.min(buffer.capacity(), size - at));
                        assertThat(file.read(at, buffer))
                                .as("seed %s, step %s", seed, i)
                                .isEqualTo(expected);
                        assertThat(ByteBuffer.wrap(model, at, expected)).isEqualTo(buffer.flip());
                    }
                }
                assertThat(file.size()).as("seed %s, step %s", seed, i).isEqualTo(size);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void namesAreSingleSegments(Kind kind) {
        StorageFolder root = root(kind);
        for (String name : new String[] {"", ".", "..", "a/b", "a\\b", "x".repeat(256)}) {
            assertThatThrownBy(() -> root.create(name)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> root.child(name).list()).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static void put(StorageFolder folder, String name, int value) {
        try (StorageFile file = folder.create(name)) {
            file.write(0, ByteBuffer.wrap(new byte[] {(byte) value}));
        }
    }

    private static int first(StorageFolder folder, String name) {
        ByteBuffer one = ByteBuffer.allocate(1);
        try (StorageFile file = folder.open(name, Access.READ)) {
            assertThat(file.read(0, one)).isEqualTo(1);
        }
        return one.get(0);
    }
}
