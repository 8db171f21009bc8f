package io.sdr.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CrashFolderTest {
    private static final int SEEDS = 400;

    @Test
    void whatWasForcedIsAlwaysThere() {
        CrashFolder folder = CrashFolder.over(new MemoryFolder());
        put(folder, "a", bytes(5000, 1));
        folder.force();
        for (long seed = 0; seed < SEEDS; seed++) {
            assertThat(content(folder.afterCrash(seed), "a")).as("seed " + seed).isEqualTo(bytes(5000, 1));
        }
    }

    @Test
    void aNameThatWasNotForcedMayBeLost() {
        CrashFolder folder = CrashFolder.over(new MemoryFolder());
        put(folder, "a", bytes(10, 1));
        Set<Boolean> seen = new HashSet<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            seen.add(folder.afterCrash(seed).find("a").isPresent());
        }
        assertThat(seen).containsExactlyInAnyOrder(true, false);
    }

    @Test
    void writesThatWereNotForcedAreKeptLostOrTornInAnyOrder() {
        CrashFolder folder = CrashFolder.over(new MemoryFolder());
        StorageFile file = folder.create("a");
        file.write(0, ByteBuffer.wrap(bytes(2048, 1)));
        file.force();
        folder.force();
        file.write(0, ByteBuffer.wrap(bytes(1024, 2)));
        file.write(1024, ByteBuffer.wrap(bytes(1024, 3)));
        Set<String> seen = new HashSet<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            byte[] found = content(folder.afterCrash(seed), "a");
            StringBuilder sectors = new StringBuilder();
            for (int sector = 0; sector < 4; sector++) {
                byte first = found[sector * 512];
                for (int i = 0; i < 512; i++) {
                    assertThat(found[sector * 512 + i])
                            .as("a sector is never torn")
                            .isEqualTo(first);
                }
                sectors.append(first);
            }
            seen.add(sectors.toString());
        }
        assertThat(seen).contains("1111", "2211", "1133", "2233", "1211", "2113", "1131");
        assertThat(seen).allMatch(each -> each.matches("[12][12][13][13]"));
    }

    @Test
    void sizeMayGrowThoughTheBytesWereLost() {
        CrashFolder folder = CrashFolder.over(new MemoryFolder());
        StorageFile file = folder.create("a");
        file.force();
        folder.force();
        file.write(0, ByteBuffer.wrap(bytes(1024, 7)));
        Set<String> seen = new HashSet<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            byte[] found = content(folder.afterCrash(seed), "a");
            seen.add(found.length + (found.length == 0 ? "" : ":" + found[0]));
        }
        assertThat(seen).contains("0", "1024:7", "1024:0");
    }

    @Test
    void aPublishIsFoundDoneOrNotOrUnderBothNamesButNeverWithoutTheFile() {
        CrashFolder folder = CrashFolder.over(new MemoryFolder());
        put(folder, "a.tmp", bytes(10, 1));
        folder.force();
        assertThat(folder.publish("a.tmp", "a")).isTrue();
        put(folder, "b.tmp", bytes(10, 2));
        assertThat(folder.publish("b.tmp", "a")).isFalse();
        Set<String> seen = new HashSet<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            MemoryFolder found = folder.afterCrash(seed);
            seen.add(found.find("a.tmp").isPresent() + " " + found.find("a").isPresent());
            found.find("a").ifPresent(entry -> assertThat(content(found, "a")).isEqualTo(bytes(10, 1)));
        }
        assertThat(seen).containsExactlyInAnyOrder("true false", "true true", "false true");
    }

    @Test
    void aMoveIsNeverHalfDoneAndDurableWhenBothFoldersWereForced() {
        CrashFolder folder = CrashFolder.over(new MemoryFolder());
        put(folder, "a", bytes(10, 1));
        folder.force();
        StorageFolder target = folder.child("t");
        folder.move("a", target, "b");
        folder.force();
        Set<Boolean> seen = new HashSet<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            MemoryFolder found = folder.afterCrash(seed);
            boolean moved = found.child("t").find("b").isPresent();
            assertThat(found.find("a").isPresent()).isEqualTo(!moved);
            seen.add(moved);
        }
        assertThat(seen).containsExactlyInAnyOrder(true, false);
        target.force();
        for (long seed = 0; seed < SEEDS; seed++) {
            assertThat(folder.afterCrash(seed).child("t").find("b")).isPresent();
            assertThat(folder.afterCrash(seed).find("a")).isEmpty();
        }
    }

    @Test
    void aDeletedFileMayComeBack() {
        CrashFolder folder = CrashFolder.over(new MemoryFolder());
        put(folder, "a", bytes(10, 1));
        folder.force();
        folder.delete("a");
        Set<Boolean> seen = new HashSet<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            seen.add(folder.afterCrash(seed).find("a").isPresent());
        }
        assertThat(seen).containsExactlyInAnyOrder(true, false);
        folder.force();
        for (long seed = 0; seed < SEEDS; seed++) {
            assertThat(folder.afterCrash(seed).find("a")).isEmpty();
        }
    }

    @Test
    void diesBeforeTheNamedOperationAndStaysDead() {
        CrashFolder counting = CrashFolder.over(new MemoryFolder());
        put(counting, "a", bytes(10, 1));
        counting.force();
        long operations = counting.operations();
        assertThat(operations).isEqualTo(4);
        for (long n = 1; n <= operations; n++) {
            CrashFolder folder = CrashFolder.over(new MemoryFolder());
            folder.dieBefore(n);
            assertThatThrownBy(() -> {
                        put(folder, "a", bytes(10, 1));
                        folder.force();
                    })
                    .isInstanceOf(SimulatedDeath.class);
            assertThat(folder.operations()).isEqualTo(n);
            assertThatThrownBy(folder::list).isInstanceOf(SimulatedDeath.class);
            assertThat(folder.process().isAlive()).isFalse();
        }
    }

    @Test
    void theSameSeedGivesTheSameCrash() {
        CrashFolder folder = CrashFolder.over(new MemoryFolder());
        put(folder, "a", bytes(100_000, 1));
        folder.open("a", Access.WRITE).write(777, ByteBuffer.wrap(bytes(90_000, 2)));
        for (long seed = 0; seed < 20; seed++) {
            MemoryFolder one = folder.afterCrash(seed);
            MemoryFolder two = folder.afterCrash(seed);
            assertThat(one.list()).isEqualTo(two.list());
            if (one.find("a").isPresent()) {
                assertThat(content(one, "a")).isEqualTo(content(two, "a"));
            }
        }
    }

    @Test
    void faultsAreWhatARealStorageWouldSay() {
        CrashFolder folder = CrashFolder.over(new MemoryFolder());
        StorageFile file = folder.create("a");
        file.write(0, ByteBuffer.wrap(bytes(100, 1)));
        folder.fullAtWrite(2);
        file.write(100, ByteBuffer.wrap(bytes(100, 1)));
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> file.write(200, ByteBuffer.wrap(bytes(100, 1))))
                    .isInstanceOfSatisfying(
                            StorageException.class, e -> assertThat(e.code()).isEqualTo(StorageException.FULL));
        }
        assertThat(folder.freeBytes()).isZero();
        folder.giveRoom();
        file.write(200, ByteBuffer.wrap(bytes(100, 1)));
        folder.failReads("/a", 250, 10);
        assertThat(file.read(100, ByteBuffer.allocate(150))).isEqualTo(150);
        assertThatThrownBy(() -> file.read(100, ByteBuffer.allocate(151)))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.code()).isEqualTo(StorageException.FAILED));
        folder.repairReads();
        assertThat(file.read(100, ByteBuffer.allocate(1000))).isEqualTo(200);
    }

    /** A second crash on what the first one left must not know of the first process's unforced changes. */
    @Test
    void whatACrashLeftIsDurable() {
        CrashFolder first = CrashFolder.over(new MemoryFolder());
        put(first, "a", bytes(3000, 1));
        first.force();
        first.open("a", Access.WRITE).write(0, ByteBuffer.wrap(bytes(3000, 2)));
        Random random = new Random(5);
        for (long seed = 0; seed < 50; seed++) {
            MemoryFolder found = first.afterCrash(seed);
            CrashFolder second = CrashFolder.over(found);
            assertThat(content(second.afterCrash(random.nextLong()), "a")).isEqualTo(content(found, "a"));
        }
    }

    private static void put(StorageFolder folder, String name, byte[] bytes) {
        try (StorageFile file = folder.create(name)) {
            file.write(0, ByteBuffer.wrap(bytes));
            file.force();
        }
    }

    private static byte[] content(StorageFolder folder, String name) {
        try (StorageFile file = folder.open(name, Access.READ)) {
            ByteBuffer buffer = ByteBuffer.allocate((int) file.size());
            file.read(0, buffer);
            return buffer.array();
        }
    }

    private static byte[] bytes(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
