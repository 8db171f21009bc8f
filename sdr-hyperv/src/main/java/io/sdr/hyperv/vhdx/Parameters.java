package io.sdr.hyperv.vhdx;

import io.sdr.hyperv.blocks.ImageFile;
import io.sdr.hyperv.blocks.Rules;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.UUID;

/**
 * What the metadata of a file say of its disk ([MS-VHDX] 2.6.2).
 *
 * @param sizeBytes the disk's size
 * @param sizeAt where in the file the size stands
 * @param blockBytes bytes of a payload block
 * @param sectorBytes bytes of a logical sector
 * @param diskId the disk's identifier, also known as its page 83 data
 * @param keepsSpace whether blocks stay allocated: a fixed disk
 * @param parent the parent, for a differencing disk
 * @param parentAt where in the file the locator stands
 */
record Parameters(
        long sizeBytes,
        long sizeAt,
        int blockBytes,
        int sectorBytes,
        UUID diskId,
        boolean keepsSpace,
        Optional<ParentLocator> parent,
        long parentAt) {
    static final long MOST_BYTES = 64L << 40;
    static final int MOST_BLOCK_BYTES = 256 << 20;

    private static final int CHUNK_SECTORS = 1 << 23;

    static Parameters read(ImageFile file, MetadataTable table, Rules rules) {
        MetadataTable.Item fileItem = table.require(MetadataTable.FILE_PARAMETERS, "file parameters", 8, rules);
        MetadataTable.Item sizeItem = table.require(MetadataTable.DISK_SIZE, "virtual disk size", 8, rules);
        MetadataTable.Item idItem = table.require(MetadataTable.DISK_ID, "virtual disk ID", 16, rules);
        MetadataTable.Item sectorItem = table.require(MetadataTable.LOGICAL_SECTOR, "logical sector size", 4, rules);
        MetadataTable.Item physicalItem =
                table.require(MetadataTable.PHYSICAL_SECTOR, "physical sector size", 4, rules);
        ByteBuffer fileParameters = bytes(file, table, fileItem);
        int blockBytes = fileParameters.getInt(0);
        int flags = fileParameters.getInt(4);
        long blockAt = table.at() + fileItem.offset();
        rules.require(
                blockBytes >= Headers.MIB && blockBytes <= MOST_BLOCK_BYTES && Integer.bitCount(blockBytes) == 1,
                "BLOCK_SIZE",
                blockAt,
                Integer.toUnsignedString(blockBytes),
                "a power of two from 1 MiB to 256 MiB (2.6.2.1)");
        int sectorBytes = bytes(file, table, sectorItem).getInt(0);
        sector(sectorBytes, "LOGICAL_SECTOR_SIZE", table.at() + sectorItem.offset(), "(2.6.2.4)", rules);
        int physical = bytes(file, table, physicalItem).getInt(0);
        sector(physical, "PHYSICAL_SECTOR_SIZE", table.at() + physicalItem.offset(), "(2.6.2.5)", rules);
        long sizeAt = table.at() + sizeItem.offset();
        long sizeBytes = bytes(file, table, sizeItem).getLong(0);
        rules.require(
                sizeBytes > 0 && sizeBytes <= MOST_BYTES && sizeBytes % sectorBytes == 0,
                "VIRTUAL_DISK_SIZE",
                sizeAt,
                Long.toUnsignedString(sizeBytes),
                "a multiple of the logical sector above 0, at most 64 TiB (2.6.2.2)");
        boolean hasParent = (flags & 2) != 0;
        MetadataTable.Item none = new MetadataTable.Item(MetadataTable.PARENT_LOCATOR, 0, 0, false, false, false);
        MetadataTable.Item locatorItem = hasParent
                ? table.find(MetadataTable.PARENT_LOCATOR)
                        .orElseThrow(() -> rules.fatal(
                                "LOCATOR_MISSING", blockAt + 4, "HasParent without a parent locator", "one (2.6.2.6)"))
                : none;
        long parentAt = table.at() + locatorItem.offset();
        rules.require(
                locatorItem.length() <= ParentLocator.MOST_BYTES,
                "LOCATOR_LENGTH",
                parentAt,
                locatorItem.length() + " bytes",
                "at most 256 KiB");
        Optional<ParentLocator> parent = hasParent
                ? Optional.of(ParentLocator.decode(bytes(file, table, locatorItem), parentAt, rules))
                : Optional.empty();
        UUID id = Guids.get(bytes(file, table, idItem), 0);
        return new Parameters(sizeBytes, sizeAt, blockBytes, sectorBytes, id, (flags & 1) != 0, parent, parentAt);
    }

    private static void sector(int bytes, String rule, long at, String section, Rules rules) {
        rules.require(
                bytes == 512 || bytes == 4096, rule, at, Integer.toUnsignedString(bytes), "512 or 4096 " + section);
    }

    private static ByteBuffer bytes(ImageFile file, MetadataTable table, MetadataTable.Item item) {
        return file.read(table.at() + item.offset(), (int) item.length()).order(ByteOrder.LITTLE_ENDIAN);
    }

    Parameters withSize(long bytes) {
        return new Parameters(bytes, sizeAt, blockBytes, sectorBytes, diskId, keepsSpace, parent, parentAt);
    }

    long blocks() {
        return (sizeBytes + blockBytes - 1) / blockBytes;
    }

    /** Gives how many payload blocks share a sector bitmap block (2.5). */
    int chunkRatio() {
        return (int) ((long) CHUNK_SECTORS * sectorBytes / blockBytes);
    }

    long chunks() {
        return (blocks() + chunkRatio() - 1) / chunkRatio();
    }

    /** Gives how many entries the BAT has (2.5): the last chunk is whole only if bitmaps are used. */
    long batEntries() {
        return parent.isPresent() ? chunks() * (chunkRatio() + 1) : blocks() + (blocks() - 1) / chunkRatio();
    }

    /** Gives the number of a payload block's entry. */
    long payloadEntry(long block) {
        return block + block / chunkRatio();
    }

    /** Gives the number of a chunk's bitmap entry. */
    long bitmapEntry(long chunk) {
        return (chunk + 1) * chunkRatio() + chunk;
    }
}
