package io.sdr.hyperv.vhdx;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import io.sdr.hyperv.blocks.ImageFile;
import io.sdr.hyperv.blocks.Rules;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What must change for a differencing file to have another parent locator ([MS-VHDX] 2.6.2.6): the item, behind all others in the
 * metadata region, and its entry in the metadata table. All of that is one entry of the log.
 */
final class ParentChange {
    private ParentChange() {}

    static SortedMap<Long, ByteBuffer> sectors(ImageFile file, RegionTable.Region region, ParentLocator locator) {
        MetadataTable table = MetadataTable.read(file, region, Rules.throwing(file.toString()));
        int number = -1;
        long end = MetadataTable.BYTES;
        for (int i = 0; i < table.items().size(); i++) {
            MetadataTable.Item each = table.items().get(i);
            if (!each.user() && each.id().equals(MetadataTable.PARENT_LOCATOR)) {
                number = i;
            } else {
                end = Math.max(end, each.offset() + each.length());
            }
        }
        ByteBuffer item = locator.encode();
        long offset = (end + 7) / 8 * 8;
        if (number < 0 || offset + item.limit() > region.length()) {
            throw new InvalidRequestException(Problem.of("PARENT_NOT_CHANGED")
                    .attempted("announce to " + file + " that its parent is about to be written")
                    .state("it has no parent, or its metadata have no room; nothing was changed")
                    .remedy("copy the layer into a new one"));
        }
        SortedMap<Long, ByteBuffer> sectors = new TreeMap<>();
        ByteBuffer place = ByteBuffer.allocate(2 * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        place.putInt((int) offset).putInt(item.limit()).flip();
        put(file, sectors, MetadataTable.entryAt(region.offset(), number) + MetadataTable.PLACE_IN_ENTRY, place);
        put(file, sectors, region.offset() + offset, item);
        return sectors;
    }

    private static void put(ImageFile file, SortedMap<Long, ByteBuffer> sectors, long position, ByteBuffer bytes) {
        int done = 0;
        while (done < bytes.limit()) {
            long at = position + done;
            long sector = at / LogEntry.SECTOR * LogEntry.SECTOR;
            int inSector = (int) (at - sector);
            int length = Math.min(LogEntry.SECTOR - inSector, bytes.limit() - done);
            sectors.computeIfAbsent(
                            sector, absent -> file.read(absent, LogEntry.SECTOR).order(ByteOrder.LITTLE_ENDIAN))
                    .put(inSector, bytes, done, length);
            done += length;
        }
    }
}
