package io.sdr.core.format;

import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import java.nio.ByteBuffer;

/**
 * Enlarges a raw disk without ever rewriting its map in place: a map of the new size is made beside it, the data file is enlarged
 * and put out of the way under another name, which says that the old map may go, then it comes back to the new map. Called again
 * after a crash it goes on from wherever the files are.
 */
final class RawGrowth {
    private static final String AWAY = ".grow";

    private final StorageFolder folder;
    private final String file;
    private final long sizeBytes;

    RawGrowth(StorageFolder folder, String file, long sizeBytes) {
        this.folder = folder;
        this.file = file;
        this.sizeBytes = sizeBytes;
    }

    static String dataAway(String file) {
        return file + AWAY;
    }

    static String mapAway(String file) {
        return RawFormat.mapOf(file + AWAY);
    }

    void run() {
        if (folder.find(dataAway(file)).isEmpty()) {
            if (folder.find(RawFormat.mapOf(file)).isEmpty()) {
                growForeign();
                return;
            }
            MapHeader header = MapFile.header(folder, RawFormat.mapOf(file));
            check(header.kind() == MapHeader.BASE, "it is a layer");
            check(header.sizeBytes() <= sizeBytes, "it has " + header.sizeBytes() + " bytes already");
            if (header.sizeBytes() == sizeBytes) {
                tidyUp();
                return;
            }
            putAway(header);
        }
        comeBack();
        tidyUp();
    }

    /** A disk without a map is as large as its file. */
    private void growForeign() {
        try (StorageFile data = folder.open(file, Access.WRITE)) {
            check(data.size() <= sizeBytes, "it has " + data.size() + " bytes already");
            if (data.size() < sizeBytes) {
                data.setSize(sizeBytes);
                data.force();
            }
        }
    }

    private void putAway(MapHeader header) {
        folder.delete(mapAway(file)); // of an attempt that died
        copy(RawFormat.mapOf(file), mapAway(file));
        MapHeader larger = new MapHeader(header.kind(), sizeBytes, header.id(), header.parent(), header.parentId());
        try (StorageFile map = folder.open(mapAway(file), Access.WRITE)) {
            map.write(0, larger.encode());
            map.force();
        }
        try (StorageFile data = folder.open(file, Access.WRITE)) {
            data.setSize(sizeBytes);
            data.force();
        }
        folder.force();
        folder.move(file, folder, dataAway(file));
        folder.force();
    }

    private void comeBack() {
        folder.delete(RawFormat.mapOf(file));
        copy(mapAway(file), RawFormat.mapOf(file));
        folder.force();
        folder.move(dataAway(file), folder, file);
        folder.force();
    }

    private void tidyUp() {
        if (folder.delete(mapAway(file))) {
            folder.force();
        }
    }

    private void copy(String from, String to) {
        ByteBuffer bytes = ByteBuffer.allocate(RawDisk.BLOCK);
        try (StorageFile source = folder.open(from, Access.READ);
                StorageFile target = folder.create(to)) {
            long at = 0;
            while (source.read(at, bytes.clear()) > 0) {
                int length = bytes.flip().remaining();
                target.write(at, bytes);
                at += length;
            }
            target.force();
        }
    }

    private void check(boolean good, String state) {
        if (!good) {
            throw new OperationFailedException(Problem.of("CANNOT_GROW")
                    .attempted("enlarge the raw disk " + RawProblems.path(folder, file) + " to " + sizeBytes + " bytes")
                    .state(state + "; nothing was changed")
                    .remedy("look at the disk's size, or fold its layers first"));
        }
    }
}
