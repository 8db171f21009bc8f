package io.sdr.benchmarks.drill;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * One VHD file, read after Microsoft's "Virtual Hard Disk Image Format Specification" and not with the code that writes it.
 *
 * @param path the file
 * @param channel the open file
 * @param sizeBytes the disk's size
 * @param parent the file below
 * @param tableAt where the block allocation table is; 0 for a fixed disk
 * @param blockBytes bytes of a block
 */
record VhdChainFile(Path path, FileChannel channel, long sizeBytes, Optional<Path> parent, long tableAt, int blockBytes)
        implements ChainFile {
    private static final int SECTOR = 512;
    private static final int FIXED = 2;
    private static final int DIFFERENCING = 4;
    private static final int NAME_BYTES = 512;
    private static final long UNUSED = 0xFFFFFFFFL;

    static VhdChainFile open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            boolean copy = PlainDisks.begins(channel, 0, "conectix");
            ByteBuffer footer = read(channel, copy ? 0 : channel.size() - SECTOR, SECTOR);
            int type = footer.getInt(60);
            long size = footer.getLong(48);
            if (type == FIXED) {
                return new VhdChainFile(file, channel, size, Optional.empty(), 0, 0);
            }
            long headerAt = footer.getLong(16);
            if (!PlainDisks.begins(channel, headerAt, "cxsparse")) {
                throw BlockChain.damaged(file, "it has no dynamic header");
            }
            ByteBuffer header = read(channel, headerAt, 1024);
            Optional<Path> parent =
                    type == DIFFERENCING ? Optional.of(file.resolveSibling(name(header))) : Optional.empty();
            return new VhdChainFile(file, channel, size, parent, header.getLong(16), header.getInt(32));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static String name(ByteBuffer header) {
        byte[] bytes = new byte[NAME_BYTES];
        header.get(64, bytes);
        String path = new String(bytes, StandardCharsets.UTF_16BE);
        String name = path.substring(0, path.indexOf('\0') < 0 ? path.length() : path.indexOf('\0'));
        return name.substring(Math.max(name.lastIndexOf('\\'), name.lastIndexOf('/')) + 1);
    }

    private static ByteBuffer read(FileChannel channel, long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        PlainDisk.readFully(channel, position, bytes);
        return bytes.flip();
    }

    @Override
    public Piece piece(long offset) throws IOException {
        if (tableAt == 0) {
            return new Piece(Kind.DATA, offset, sizeBytes);
        }
        long block = offset / blockBytes;
        long start = block * blockBytes;
        long end = Math.min(sizeBytes, start + blockBytes);
        long sector =
                read(channel, tableAt + block * Integer.BYTES, Integer.BYTES).getInt(0) & UNUSED;
        if (sector == UNUSED) {
            return new Piece(Kind.ABSENT, 0, end);
        }
        int sectors = blockBytes / SECTOR;
        int bitmapBytes = (sectors / 8 + SECTOR - 1) / SECTOR * SECTOR;
        ByteBuffer bitmap = read(channel, sector * SECTOR, bitmapBytes);
        int first = (int) ((offset - start) / SECTOR);
        int last = first;
        while (last < sectors && isSet(bitmap, last) == isSet(bitmap, first)) {
            last++;
        }
        long until = Math.min(end, start + (long) last * SECTOR);
        return isSet(bitmap, first)
                ? new Piece(Kind.DATA, sector * SECTOR + bitmapBytes + (offset - start), until)
                : new Piece(Kind.ABSENT, 0, until);
    }

    /** The highest bit of a byte is the first sector. */
    private static boolean isSet(ByteBuffer bitmap, int sector) {
        return (bitmap.get(sector / 8) & (0x80 >>> sector % 8)) != 0;
    }
}
