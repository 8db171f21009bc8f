package io.sdr.hyperv.blocks;

import io.sdr.api.spi.RangeSet;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Blocks whose room held another block, and which parts of them were written since. The rest reads as zeros and is made so at the
 * latest before a table in the file names the block; most blocks are written whole until then, and nothing twice. Looking is
 * thread-safe, changing is done by one thread at a time. A block is known here before it has its room, and until all of that is its
 * own: who finds its room and then nothing here may read the room.
 */
final class UnfilledRooms {
    private static final int MOST_ROOMS = 64;
    private static final int MOST_PARTS = 64;

    private final ImageFile file;
    private final int blockBytes;
    private final Map<Long, Room> rooms = new ConcurrentHashMap<>();

    /** Where a block's payload lies, and which bytes of it are the block's. */
    private record Room(long position, RangeSet written) {}

    UnfilledRooms(ImageFile file, int blockBytes) {
        this.file = file;
        this.blockBytes = blockBytes;
    }

    /** Takes a block that is about to get its room; none of that is its own. */
    void add(long block, long position) {
        if (rooms.size() >= MOST_ROOMS) {
            fill();
        }
        rooms.put(block, new Room(position, RangeSet.EMPTY));
    }

    boolean contains(long block) {
        return !rooms.isEmpty() && rooms.containsKey(block);
    }

    /** Reads inside a block; false if that is not one of these, and then nothing was done. */
    boolean read(long block, int inBlock, ByteBuffer into) {
        Room room = rooms.isEmpty() ? null : rooms.get(block);
        if (room == null) {
            return false;
        }
        int start = into.position();
        ImageFile.fillZeros(into, into.remaining());
        room.written().intersect(RangeSet.of(inBlock, into.position() - start)).forEach((from, length) -> {
            int at = start + (int) from - inBlock;
            file.read(
                    room.position() + from,
                    into.duplicate().limit(at + (int) length).position(at));
        });
        return true;
    }

    /** Writes inside a block; false if that is not one of these, and then nothing was done. */
    boolean write(long block, int inBlock, ByteBuffer part) {
        Room room = rooms.get(block);
        if (room == null) {
            return false;
        }
        RangeSet written = room.written().union(RangeSet.of(inBlock, part.remaining()));
        file.write(room.position() + inBlock, part);
        if (written.bytes() == blockBytes) {
            rooms.remove(block);
        } else {
            rooms.put(block, new Room(room.position(), written));
            if (written.count() > MOST_PARTS) {
                fill(block);
            }
        }
        return true;
    }

    /** Makes what is not yet a block's own zeros; nothing to do if there is none. */
    void fill(long block) {
        Room room = rooms.get(block);
        if (room != null) {
            RangeSet.of(0, blockBytes)
                    .minus(room.written())
                    .forEach((from, length) -> file.writeZeros(room.position() + from, length));
            rooms.remove(block);
        }
    }

    /** Does so for all blocks. */
    void fill() {
        List.copyOf(rooms.keySet()).forEach(this::fill);
    }
}
