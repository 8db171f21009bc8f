package io.sdr.hyperv.images;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.DiskShape;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.testkit.MemoryFolder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/** Sound images as this project lays them out, and changes of them by hand, checksums mended. */
final class HandMade {
    static final int MIB = 1 << 20;
    static final long LOG_AT = MIB;
    static final long METADATA_AT = 2 * MIB;
    static final long ITEMS_AT = METADATA_AT + 65_536;
    static final long BAT_AT = 3 * MIB;
    static final long VHD_HEADER_AT = 512;
    static final long VHD_TABLE_AT = 1536;

    private HandMade() {}

    static byte[] bytes(MemoryFolder folder, String file) {
        try (StorageFile open = folder.open(file, Access.READ)) {
            ByteBuffer all = ByteBuffer.allocate((int) open.size());
            open.read(0, all);
            return all.array();
        }
    }

    /** What an image is. */
    enum Kind {
        /** A base with two blocks, closed in order. */
        BASE,
        /** The same as a killed process leaves it. */
        BASE_KILLED,
        /** A child with one block. */
        CHILD,
        /** The same as a killed process leaves it. */
        CHILD_KILLED
    }

    /** Makes one image of each kind; the base is the parent of the children. */
    static Map<Kind, byte[]> images(DiskFormat format) {
        Map<Kind, byte[]> images = new EnumMap<>(Kind.class);
        MemoryFolder folder = new MemoryFolder();
        byte[] data = new byte[5000];
        new SplittableRandom(9).nextBytes(data);
        int block = format.name().equals("vhd") ? 256 << 10 : MIB;
        try (VirtualDisk disk = format.create(folder, "a", DiskShape.of(3 * MIB).blockBytes(block))) {
            disk.write(100, ByteBuffer.wrap(data));
            disk.flush();
            disk.write(MIB + 100, ByteBuffer.wrap(data));
            disk.flush();
            images.put(Kind.BASE_KILLED, bytes(folder, "a"));
        }
        images.put(Kind.BASE, bytes(folder, "a"));
        try (VirtualDisk disk = format.createLayer(folder, "b", "a")) {
            disk.write(300, ByteBuffer.wrap(data));
            disk.flush();
            images.put(Kind.CHILD_KILLED, bytes(folder, "b"));
        }
        images.put(Kind.CHILD, bytes(folder, "b"));
        return images;
    }

    static void seal(ByteBuffer bytes) {
        bytes.putInt(4, 0);
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().clear());
        bytes.putInt(4, (int) crc.getValue());
    }

    static void edit(FuzzFile file, long at, int length, Consumer<ByteBuffer> change) {
        ByteBuffer bytes = file.get(at, length, ByteOrder.LITTLE_ENDIAN);
        change.accept(bytes);
        Mutator.put(file, at, bytes);
    }

    /** Changes one header, with its checksum. */
    static void header(FuzzFile file, int number, Consumer<ByteBuffer> change) {
        edit(file, 65_536L * (1 + number), 4096, bytes -> {
            change.accept(bytes);
            seal(bytes);
        });
    }

    static void headers(FuzzFile file, Consumer<ByteBuffer> change) {
        header(file, 0, change);
        header(file, 1, change);
    }

    static void regions(FuzzFile file, int number, Consumer<ByteBuffer> change) {
        edit(file, 65_536L * (3 + number), 65_536, bytes -> {
            change.accept(bytes);
            seal(bytes);
        });
    }

    static void regions(FuzzFile file, Consumer<ByteBuffer> change) {
        regions(file, 0, change);
        regions(file, 1, change);
    }

    static void metadata(FuzzFile file, Consumer<ByteBuffer> change) {
        edit(file, METADATA_AT, 65_536, change);
    }

    static void items(FuzzFile file, Consumer<ByteBuffer> change) {
        edit(file, ITEMS_AT, 1024, change);
    }

    static void locator(FuzzFile file, Consumer<ByteBuffer> change) {
        edit(file, ITEMS_AT + 48, 600, change);
    }

    static void bat(FuzzFile file, int number, long entry) {
        edit(file, BAT_AT + 8L * number, 8, bytes -> bytes.putLong(0, entry));
    }

    static long bat(FuzzFile file, int number) {
        return file.get(BAT_AT + 8L * number, 8, ByteOrder.LITTLE_ENDIAN).getLong(0);
    }

    /** Changes the first entry of the log that is of the newest sequence, with its checksum. */
    static void lastLogEntry(FuzzFile file, Consumer<ByteBuffer> change) {
        long at = LOG_AT;
        int length = length(file, at);
        while (length(file, at + length) > 0) {
            at += length;
            length = length(file, at);
        }
        edit(file, at, length, bytes -> {
            change.accept(bytes);
            seal(bytes);
        });
    }

    private static int length(FuzzFile file, long at) {
        ByteBuffer header = file.get(at, 64, ByteOrder.LITTLE_ENDIAN);
        return header.getInt(0) == 0x65676F6C ? header.getInt(8) : 0;
    }

    static void guid(ByteBuffer bytes, int at, UUID id) {
        bytes.putInt(at, (int) (id.getMostSignificantBits() >>> 32));
        bytes.putShort(at + 4, (short) (id.getMostSignificantBits() >>> 16));
        bytes.putShort(at + 6, (short) id.getMostSignificantBits());
        bytes.putLong(at + 8, Long.reverseBytes(id.getLeastSignificantBits()));
    }

    // ---- VHD

    private static void sealVhd(ByteBuffer bytes, int checksumAt) {
        bytes.putInt(checksumAt, 0);
        int sum = 0;
        for (int i = 0; i < bytes.capacity(); i++) {
            sum += bytes.get(i) & 0xFF;
        }
        bytes.putInt(checksumAt, ~sum);
    }

    static void editBig(FuzzFile file, long at, int length, Consumer<ByteBuffer> change) {
        edit(file, at, length, bytes -> change.accept(bytes.order(ByteOrder.BIG_ENDIAN)));
    }

    static void footer(FuzzFile file, long at, Consumer<ByteBuffer> change) {
        editBig(file, at, 512, bytes -> {
            change.accept(bytes);
            sealVhd(bytes, 64);
        });
    }

    static void footers(FuzzFile file, Consumer<ByteBuffer> change) {
        footer(file, 0, change);
        footer(file, file.size() - 512, change);
    }

    static void vhdHeader(FuzzFile file, Consumer<ByteBuffer> change) {
        editBig(file, VHD_HEADER_AT, 1024, bytes -> {
            change.accept(bytes);
            sealVhd(bytes, 36);
        });
    }

    static void table(FuzzFile file, int number, int entry) {
        editBig(file, VHD_TABLE_AT + 4L * number, 4, bytes -> bytes.putInt(0, entry));
    }

    static int table(FuzzFile file, int number) {
        return file.get(VHD_TABLE_AT + 4L * number, 4, ByteOrder.BIG_ENDIAN).getInt(0);
    }

    static byte[] utf16(String text) {
        return text.getBytes(StandardCharsets.UTF_16LE);
    }
}
