package io.sdr.hyperv.vhdx;

import io.sdr.api.spi.StorageFile;
import io.sdr.hyperv.vhdx.MetadataTable.Item;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Writes a new file: headers, log, metadata, BAT, and for a fixed disk the room of all blocks, as holes where the file system has such.
 *
 * @param sizeBytes the disk's size
 * @param blockBytes bytes of a block
 * @param sectorBytes bytes of a logical sector
 * @param diskId the identifier by which a guest knows the disk (2.6.2.3)
 * @param fixed whether all blocks are allocated
 * @param parent the parent, for a differencing disk
 */
record VhdxCreator(
        long sizeBytes, int blockBytes, int sectorBytes, UUID diskId, boolean fixed, Optional<ParentLocator> parent) {
    private static final String CREATOR = "sdr";
    private static final long LOG_AT = Headers.MIB;
    private static final long METADATA_AT = 2 * Headers.MIB;
    private static final long BAT_AT = 3 * Headers.MIB;
    private static final int PIECE = 64 << 10;

    /** Writes and forces. */
    void write(StorageFile file) {
        Parameters parameters = new Parameters(sizeBytes, 0, blockBytes, sectorBytes, diskId, fixed, parent, 0);
        long batBytes = parameters.batEntries() * Long.BYTES;
        long batLength = (batBytes + Headers.MIB - 1) / Headers.MIB * Headers.MIB;
        long payloadAt = BAT_AT + batLength;
        file.setSize(payloadAt + (fixed ? parameters.blocks() * blockBytes : 0));
        ByteBuffer identifier = ByteBuffer.allocate(520).order(ByteOrder.LITTLE_ENDIAN);
        Headers.putIdentifier(identifier, CREATOR);
        file.write(0, identifier);
        RegionTable regions = new RegionTable(List.of(
                new RegionTable.Region(RegionTable.BAT, BAT_AT, batLength, true),
                new RegionTable.Region(RegionTable.METADATA, METADATA_AT, Headers.MIB, true)));
        for (long at : RegionTable.AT) {
            file.write(at, regions.encode());
        }
        writeMetadata(file);
        if (fixed) {
            writeFullBat(file, parameters, payloadAt);
        }
        Header header =
                new Header(1, UUID.randomUUID(), UUID.randomUUID(), Guids.NONE, 0, 1, METADATA_AT - LOG_AT, LOG_AT);
        file.write(Headers.AT[0], header.encode());
        file.write(Headers.AT[1], header.next().encode());
        file.force();
    }

    private void writeMetadata(StorageFile file) {
        List<Item> items = new ArrayList<>();
        ByteBuffer content = ByteBuffer.allocate(MetadataTable.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        int at = add(items, content, 0, MetadataTable.FILE_PARAMETERS, false, 8);
        content.putInt(0, blockBytes);
        content.putInt(4, (fixed ? 1 : 0) | (parent.isPresent() ? 2 : 0));
        content.putLong(at, sizeBytes);
        at = add(items, content, at, MetadataTable.DISK_SIZE, true, 8);
        Guids.put(content, at, diskId);
        at = add(items, content, at, MetadataTable.DISK_ID, true, 16);
        content.putInt(at, sectorBytes);
        at = add(items, content, at, MetadataTable.LOGICAL_SECTOR, true, 4);
        content.putInt(at, 4096);
        at = add(items, content, at, MetadataTable.PHYSICAL_SECTOR, true, 4);
        if (parent.isPresent()) {
            ByteBuffer locator = parent.get().encode();
            content.put(at, locator, 0, locator.limit());
            add(items, content, at, MetadataTable.PARENT_LOCATOR, false, locator.limit());
        }
        file.write(METADATA_AT, new MetadataTable(METADATA_AT, items).encode());
        file.write(METADATA_AT + MetadataTable.BYTES, content);
    }

    /** Adds an item of the system whose content is at an offset, and gives where the next one is. */
    private static int add(List<Item> items, ByteBuffer content, int at, UUID id, boolean disk, int length) {
        if (at + length > content.capacity()) {
            throw new IllegalArgumentException("the item " + id + " does not fit");
        }
        items.add(new Item(id, MetadataTable.BYTES + at, length, false, disk, true));
        return (at + length + 7) / 8 * 8;
    }

    private void writeFullBat(StorageFile file, Parameters parameters, long payloadAt) {
        ByteBuffer piece = ByteBuffer.allocate(PIECE).order(ByteOrder.LITTLE_ENDIAN);
        int inChunk = parameters.chunkRatio() + 1;
        long at = BAT_AT;
        long payload = payloadAt;
        for (long number = 0; number < parameters.batEntries(); number++) {
            if (number % inChunk == inChunk - 1) {
                piece.putLong(0);
            } else {
                piece.putLong(payload | BatScan.FULLY);
                payload += blockBytes;
            }
            if (!piece.hasRemaining() || number == parameters.batEntries() - 1) {
                int bytes = piece.flip().remaining();
                file.write(at, piece);
                at += bytes;
                piece.clear();
            }
        }
    }
}
