package io.sdr.hyperv.vhd;

import io.sdr.api.spi.DiskType;
import io.sdr.api.spi.StorageFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Writes a new file: a fixed one is zeros, as a hole where the file system has such, and the footer; others have the footer's copy, the
 * header, an empty BAT, the parent's paths, and the footer.
 *
 * @param type how it takes space
 * @param sizeBytes the disk's size
 * @param blockBytes bytes of a block; not used of a fixed one
 * @param now when it is made
 * @param parent the parent, for a differencing disk
 */
record VhdCreator(DiskType type, long sizeBytes, int blockBytes, Instant now, Optional<Parent> parent) {
    private static final long HEADER_AT = Footer.BYTES;
    private static final long TABLE_AT = HEADER_AT + DynamicHeader.BYTES;
    private static final int PIECE = 64 << 10;

    /**
     * What a child says of its parent.
     *
     * @param footer the parent's footer
     * @param file the name of its file, beside the child
     * @param absolute its absolute path, if it is one of Windows
     */
    record Parent(Footer footer, String file, Optional<String> absolute) {}

    /** Writes and forces. */
    void write(StorageFile file) {
        Footer footer = Footer.of(type, sizeBytes, UUID.randomUUID(), now);
        long end = type == DiskType.FIXED ? sizeBytes : writeTables(file);
        if (type != DiskType.FIXED) {
            file.write(0, footer.encode());
        }
        file.write(end, footer.encode());
        file.force();
    }

    /** Writes what lies between the footers and gives where it ends. */
    private long writeTables(StorageFile file) {
        int entries = (int) ((sizeBytes + blockBytes - 1) / blockBytes);
        long tableBytes = VhdTable.sectors((long) entries * Integer.BYTES);
        for (long done = 0; done < tableBytes; ) {
            ByteBuffer piece = ByteBuffer.allocate((int) Math.min(PIECE, tableBytes - done));
            while (piece.hasRemaining()) {
                piece.putInt(TableScan.ABSENT);
            }
            file.write(TABLE_AT + done, piece.flip());
            done += piece.limit();
        }
        long end = TABLE_AT + tableBytes;
        DynamicHeader header = DynamicHeader.of(HEADER_AT, TABLE_AT, entries, blockBytes);
        if (parent.isPresent()) {
            Parent of = parent.get();
            List<Locator> locators = new ArrayList<>();
            end = addPath(file, locators, Locator.RELATIVE, ".\\" + of.file(), end);
            if (of.absolute().isPresent()) {
                end = addPath(file, locators, Locator.ABSOLUTE, of.absolute().get(), end);
            }
            header = header.withParent(of.footer().id(), of.footer().timestamp(), of.file(), locators);
        }
        file.write(HEADER_AT, header.encode());
        return end;
    }

    private static long addPath(StorageFile file, List<Locator> locators, int platform, String path, long at) {
        byte[] text = path.getBytes(StandardCharsets.UTF_16LE);
        file.write(at, ByteBuffer.wrap(text));
        int space = (int) VhdTable.sectors(text.length);
        locators.add(new Locator(platform, space, text.length, at));
        return at + space;
    }
}
