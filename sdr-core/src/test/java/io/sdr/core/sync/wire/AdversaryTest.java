package io.sdr.core.sync.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Function;
import java.util.zip.Adler32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The guest writes the disk: new blocks that it made to look like the stale ones are found; a weaker fingerprint misses them. */
class AdversaryTest {
    private static final int SIZE = (2 << 20) + 5;

    @TempDir
    Path temp;

    /** How the guest deceives: changes content that lies at the target already. */
    enum Deception {
        CRC_32C {
            @Override
            void change(byte[] disk) {
                crcDifference(disk, 70_000);
                assertSame(new CRC32C(), disk, 65_536);
            }
        },
        ADLER_32 {
            @Override
            void change(byte[] disk) {
                byte[] old = disk.clone();
                disk[70_000]++;
                disk[70_001]--;
                disk[70_001]--;
                disk[70_002]++;
                assertThat(sum(new Adler32(), disk, 65_536)).isEqualTo(sum(new Adler32(), old, 65_536));
            }

            @Override
            void prepare(byte[] disk) {
                Arrays.fill(disk, 70_000, 70_003, (byte) 10);
            }
        },
        /**
         * XXH3 with seed 0, 64 and 128 bits: in both stripes the low half of the first lane equals the secret's, so that the product
         * is 0 whatever the high halves are, and of these only the sum counts. Verified with the xxHash library for blocks of 4 KiB,
         * 64 KiB and 1 MiB whose other bytes are zeros.
         */
        XXH3_SEED_0 {
            private static final long SECRET_0 = 0xbe4ba423396cfeb8L;
            private static final long SECRET_8 = 0x1cad21f72c81017cL;

            @Override
            void change(byte[] disk) {
                // the image has the stale pair already
                ByteBuffer lanes = ByteBuffer.wrap(disk).order(ByteOrder.LITTLE_ENDIAN);
                lanes.putLong(65_536, high(SECRET_0, 1001)).putLong(65_536 + 64, high(SECRET_8, 4999));
                assertThat(lane(1001, 4999)).isEqualTo(lane(1000, 5000));
            }

            @Override
            void prepare(byte[] disk) {
                Arrays.fill(disk, 65_536, 131_072, (byte) 0);
                ByteBuffer lanes = ByteBuffer.wrap(disk).order(ByteOrder.LITTLE_ENDIAN);
                lanes.putLong(65_536, high(SECRET_0, 1000)).putLong(65_536 + 64, high(SECRET_8, 5000));
            }

            private static long high(long secret, long high) {
                return (secret & 0xffffffffL) | high << 32;
            }

            /** What both stripes add to the two accumulators that see the first lane. */
            private static String lane(long one, long other) {
                long a = high(SECRET_0, one);
                long b = high(SECRET_8, other);
                long products = product(a ^ SECRET_0) + product(b ^ SECRET_8);
                return products + " " + (a + b);
            }

            private static long product(long keyed) {
                return (keyed & 0xffffffffL) * (keyed >>> 32);
            }
        },
        /** The same 16 bytes in cell 2 of block 1 and cell 1 of block 2 of a MiB: equal for every key if both levels share it. */
        TWO_LEVELS {
            @Override
            void change(byte[] disk) {
                for (int i = 0; i < 16; i++) {
                    disk[1 * 65_536 + 2 * 16 + i] ^= (byte) (17 * i + 1);
                    disk[2 * 65_536 + 1 * 16 + i] ^= (byte) (17 * i + 1);
                }
            }
        };

        abstract void change(byte[] disk);

        void prepare(byte[] disk) {}

        private static void crcDifference(byte[] disk, int at) {
            byte[] difference = new byte[8];
            ByteBuffer.wrap(difference).putInt(0x12345678);
            // CRCs are linear: the register after the first four bytes, put into the next four, brings it back
            int register = (int) sum(new CRC32C(), difference, 0, 4) ^ (int) sum(new CRC32C(), new byte[4], 0, 4);
            ByteBuffer.wrap(difference).order(ByteOrder.LITTLE_ENDIAN).putInt(4, register);
            for (int i = 0; i < difference.length; i++) {
                disk[at + i] ^= difference[i];
            }
        }

        private static void assertSame(Checksum checksum, byte[] disk, int block) {
            byte[] old = disk.clone();
            crcDifference(old, 70_000);
            assertThat(sum(checksum, disk, block)).isEqualTo(sum(checksum, old, block));
        }

        static long sum(Checksum checksum, byte[] disk, int block) {
            return sum(checksum, disk, block, 65_536);
        }

        private static long sum(Checksum checksum, byte[] bytes, int from, int length) {
            checksum.reset();
            checksum.update(bytes, from, length);
            return checksum.getValue();
        }
    }

    /** Syncs a disk that the guest changed; tells whether all changes were found. */
    private boolean isFound(Deception deception, Function<SessionKeys, Fingerprint> fingerprint) throws IOException {
        byte[] old = new byte[SIZE];
        new Random(9).nextBytes(old);
        deception.prepare(old);
        byte[] changed = old.clone();
        deception.change(changed);
        assertThat(changed).isNotEqualTo(old);
        Path source = temp.resolve("a");
        Path target = temp.resolve("b");
        Files.write(source, changed);
        Files.write(target, old);
        new WireSync().fingerprint(fingerprint).run(source, target).source().done();
        return Files.mismatch(source, target) == -1;
    }

    @ParameterizedTest
    @EnumSource
    void whatTheGuestHidesIsFound(Deception deception) throws IOException {
        assertThat(isFound(deception, GcmFingerprint::new)).isTrue();
    }

    @Test
    void aChecksumMissesIt() throws IOException {
        assertThat(isFound(Deception.CRC_32C, keys -> new ChecksumFingerprint(new CRC32C())))
                .isFalse();
        assertThat(isFound(Deception.ADLER_32, keys -> new ChecksumFingerprint(new Adler32())))
                .isFalse();
    }

    @Test
    void oneKeyForBothLevelsMissesIt() throws IOException {
        assertThat(isFound(Deception.TWO_LEVELS, keys -> new GcmFingerprint(keys.blocks(), keys.blocks())))
                .isFalse();
    }

    private record ChecksumFingerprint(Checksum checksum) implements Fingerprint {
        @Override
        public void tag(Level level, long index, byte[] data, int from, int length, byte[] tags, int at) {
            checksum.reset();
            checksum.update(data, from, length);
            ByteBuffer.wrap(tags).putLong(at, checksum.getValue()).putLong(at + 8, 0);
        }
    }
}
