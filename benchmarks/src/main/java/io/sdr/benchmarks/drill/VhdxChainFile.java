package io.sdr.benchmarks.drill;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/** One VHDX file, read after [MS-VHDX] and not with the code that writes it. What waits in its log is seen applied. */
final class VhdxChainFile implements ChainFile {
    private static final long KIB64 = 64 << 10;
    private static final int CHECKSUM_AT = 4;
    private static final int HEADER_BYTES = 4096;
    private static final int TABLE_BYTES = 64 << 10;
    private static final int PARTIAL = 7;
    private static final int FULL = 6;
    private static final String BAT = "6677C22D23F600429D64115E9BFD4A08";
    private static final String METADATA = "06A27C8B90479A4BB8FE575F050F886E";
    private static final String PARAMETERS = "3767A1CA36FA434DB3B633F0AA44E76B";
    private static final String SIZE = "2442A52F1BCD7648B2115DBED83BF4B8";
    private static final String SECTOR_SIZE = "1DBF41816FA90947BA47F233A8FAAB5F";
    private static final String LOCATOR = "2D5FD3A80BB34D45ABF7D3D84834AB0C";

    private final Path path;
    private final FileChannel channel;
    private final Map<String, Long> regions = new HashMap<>();
    private final VhdxLog log;
    private final long sizeBytes;
    private final int blockBytes;
    private final int sectorBytes;
    private final Optional<Path> parent;

    private VhdxChainFile(Path path, FileChannel channel) throws IOException {
        this.path = path;
        this.channel = channel;
        log = VhdxLog.read(channel, header());
        readRegions();
        Map<String, ByteBuffer> items = items();
        blockBytes = item(items, PARAMETERS).getInt(0);
        sizeBytes = item(items, SIZE).getLong(0);
        sectorBytes = item(items, SECTOR_SIZE).getInt(0);
        boolean layer = (item(items, PARAMETERS).getInt(4) & 2) != 0;
        parent = layer ? Optional.of(path.resolveSibling(relativePath(item(items, LOCATOR)))) : Optional.empty();
    }

    static VhdxChainFile open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            return new VhdxChainFile(file, channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** The header that counts: of those whose checksum is right, the one with the higher sequence number (2.2.2). */
    private ByteBuffer header() throws IOException {
        Optional<ByteBuffer> best = Optional.empty();
        for (int slot = 1; slot <= 2; slot++) {
            ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            PlainDisk.readFully(channel, slot * KIB64, header);
            boolean whole = header.getInt(0) == 0x64616568 && verifies(header.flip());
            boolean newer = best.isEmpty() || header.getLong(8) > best.get().getLong(8);
            if (whole && newer) {
                best = Optional.of(header);
            }
        }
        return best.orElseThrow(() -> BlockChain.damaged(path, "neither of its headers verifies"));
    }

    /** Whether a structure has its CRC-32C, which counts its own place as zeros. */
    static boolean verifies(ByteBuffer structure) {
        ByteBuffer bytes = ByteBuffer.allocate(structure.limit()).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(0, structure, 0, structure.limit()).putInt(CHECKSUM_AT, 0);
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return structure.getInt(CHECKSUM_AT) == (int) crc.getValue();
    }

    private void readRegions() throws IOException {
        for (int copy = 3; copy <= 4; copy++) {
            ByteBuffer table = log.read(copy * KIB64, TABLE_BYTES);
            if (table.getInt(0) == 0x69676572 && verifies(table)) {
                for (int i = 0; i < table.getInt(8); i++) {
                    regions.put(guid(table, 16 + 32 * i), table.getLong(32 + 32 * i));
                }
                return;
            }
        }
        throw BlockChain.damaged(path, "neither of its region tables verifies");
    }

    private long region(String guid) {
        return Optional.ofNullable(regions.get(guid))
                .orElseThrow(() -> BlockChain.damaged(path, "it has no region " + guid));
    }

    /** The bytes of a GUID as they lie in the file. */
    private static String guid(ByteBuffer from, int at) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 16; i++) {
            text.append(String.format("%02X", from.get(at + i)));
        }
        return text.toString();
    }

    private Map<String, ByteBuffer> items() throws IOException {
        long at = region(METADATA);
        ByteBuffer table = log.read(at, TABLE_BYTES);
        Map<String, ByteBuffer> items = new HashMap<>();
        for (int i = 0; i < table.getShort(10); i++) {
            int entry = 32 + 32 * i;
            items.put(guid(table, entry), log.read(at + table.getInt(entry + 16), table.getInt(entry + 20)));
        }
        return items;
    }

    private ByteBuffer item(Map<String, ByteBuffer> items, String guid) {
        return Optional.ofNullable(items.get(guid))
                .orElseThrow(() -> BlockChain.damaged(path, "its metadata lack the item " + guid));
    }

    private String relativePath(ByteBuffer locator) {
        for (int i = 0; i < locator.getShort(18); i++) {
            int entry = 20 + 12 * i;
            if (text(locator, locator.getInt(entry), locator.getShort(entry + 8))
                    .equals("relative_path")) {
                String value = text(locator, locator.getInt(entry + 4), locator.getShort(entry + 10));
                return value.substring(Math.max(value.lastIndexOf('\\'), value.lastIndexOf('/')) + 1);
            }
        }
        throw BlockChain.damaged(path, "its parent locator has no relative path");
    }

    private static String text(ByteBuffer from, int at, int length) {
        byte[] bytes = new byte[length];
        from.get(at, bytes);
        return new String(bytes, StandardCharsets.UTF_16LE);
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public FileChannel channel() {
        return channel;
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public Optional<Path> parent() {
        return parent;
    }

    private long entry(long number) throws IOException {
        return log.read(region(BAT) + number * Long.BYTES, Long.BYTES).getLong(0);
    }

    @Override
    public Piece piece(long offset) throws IOException {
        long block = offset / blockBytes;
        long start = block * blockBytes;
        long end = Math.min(sizeBytes, start + blockBytes);
        long ratio = (1L << 23) * sectorBytes / blockBytes;
        long entry = entry(block + block / ratio);
        long position = entry >>> 20 << 20;
        return switch ((int) (entry & 7)) {
            case FULL -> new Piece(Kind.DATA, position + (offset - start), end);
            case PARTIAL -> sectors(block, ratio, position, offset, end);
            case 0 -> new Piece(Kind.ABSENT, 0, end);
            default -> new Piece(Kind.ZERO, 0, end);
        };
    }

    /** A bitmap block holds the bits of a chunk of blocks, the lowest bit of a byte first (2.4). */
    private Piece sectors(long block, long ratio, long position, long offset, long end) throws IOException {
        long chunk = block / ratio;
        long bitmapAt = entry((chunk + 1) * ratio + chunk) >>> 20 << 20;
        int sectors = blockBytes / sectorBytes;
        ByteBuffer bits = log.read(bitmapAt + block % ratio * (sectors / 8), sectors / 8);
        long start = block * blockBytes;
        int first = (int) ((offset - start) / sectorBytes);
        int last = first;
        while (last < sectors && isSet(bits, last) == isSet(bits, first)) {
            last++;
        }
        long until = Math.min(end, start + (long) last * sectorBytes);
        return isSet(bits, first)
                ? new Piece(Kind.DATA, position + (offset - start), until)
                : new Piece(Kind.ABSENT, 0, until);
    }

    private static boolean isSet(ByteBuffer bits, int sector) {
        return (bits.get(sector / 8) >>> sector % 8 & 1) != 0;
    }
}
