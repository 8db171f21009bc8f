package io.sdr.core.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.SdrException;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Making, moving and deleting are simply called again after the power went, at any operation. */
class RawMoveCrashTest {
    private static final int SIZE = 3 * RawDisk.BLOCK + 1;
    private static final int MOST_OPERATIONS = 40;

    private final DiskFormat format = new RawFormat();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void createIsWholeOrNotThere(long seed) {
        for (int at = 0; at < MOST_OPERATIONS; at++) {
            CrashStore store = new CrashStore(seed * 100 + at);
            StorageFolder folder = store.folder("a");
            boolean died = dies(store, at, () -> format.create(folder, "x.raw", SIZE));
            if (folder.find("x.raw").isEmpty()) {
                assertThat(died).isTrue();
                format.create(folder, "x.raw", SIZE).close();
            }
            try (VirtualDisk disk = format.open(folder, "x.raw", Access.WRITE)) {
                assertThat(disk.sizeBytes()).isEqualTo(SIZE);
                assertThat(disk.ownRanges()).isEqualTo(RangeSet.EMPTY);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void aMovedDiskIsHereOrThereWithItsMap(long seed) {
        for (int at = 0; at < MOST_OPERATIONS; at++) {
            for (String to : new String[] {"a", "b"}) {
                CrashStore store = new CrashStore(seed * 100 + at);
                StorageFolder from = store.folder("a");
                StorageFolder target = store.folder(to);
                write(from, "x.raw");
                dies(store, at, () -> format.move(from, "x.raw", target, "y.raw"));
                boolean here = from.find("x.raw").isPresent();
                verify(here ? from : target, here ? "x.raw" : "y.raw");
                format.move(from, "x.raw", target, "y.raw");
                format.move(from, "x.raw", target, "y.raw");
                verify(target, "y.raw");
                assertThat(format.files(from, "x.raw")).isEmpty();
                assertThat(format.files(target, "y.raw")).containsExactly("y.raw.map", "y.raw");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void aDiskIsWholeOrRefusedOnceItsDeletionBegan(long seed) {
        for (int at = 0; at < MOST_OPERATIONS; at++) {
            CrashStore store = new CrashStore(seed * 100 + at);
            StorageFolder folder = store.folder("a");
            write(folder, "x.raw");
            dies(store, at, () -> format.delete(folder, "x.raw"));
            try {
                verify(folder, "x.raw");
            } catch (SdrException e) {
                assertThat(e.code()).isIn("STORAGE_MISSING", "DISK_EMPTY", "RAW_DISK_DAMAGED");
            }
            format.delete(folder, "x.raw");
            format.delete(folder, "x.raw");
            assertThat(folder.list()).isEmpty();
        }
    }

    private static boolean dies(CrashStore store, int at, Runnable action) {
        store.dieAfter(at);
        try {
            action.run();
            return false;
        } catch (CrashStore.Died e) {
            return true;
        } finally {
            store.restart();
        }
    }

    private void write(StorageFolder folder, String file) {
        try (VirtualDisk disk = format.create(folder, file, SIZE)) {
            disk.write(RawDisk.BLOCK, ByteBuffer.wrap(new byte[] {5}));
            disk.flush();
        }
    }

    private void verify(StorageFolder folder, String file) {
        try (VirtualDisk disk = format.open(folder, file, Access.READ)) {
            assertThat(disk.ownRanges()).isEqualTo(RangeSet.of(RawDisk.BLOCK, RawDisk.BLOCK));
            assertThat(DiskModel.read(disk)[RawDisk.BLOCK]).isEqualTo((byte) 5);
        }
    }
}
