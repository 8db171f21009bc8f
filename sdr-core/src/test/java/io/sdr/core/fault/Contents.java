package io.sdr.core.fault;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import java.nio.ByteBuffer;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/** Every file below a folder, with its size and what it holds: two of these are equal if nothing was changed between them. */
final class Contents {
    private Contents() {}

    static SortedMap<String, String> of(StorageFolder root) {
        SortedMap<String, String> files = new TreeMap<>();
        collect(root, "", files);
        return files;
    }

    private static void collect(StorageFolder folder, String path, SortedMap<String, String> files) {
        for (StorageFolder.Entry entry : folder.list()) {
            try (StorageFile file = folder.open(entry.name(), Access.READ)) {
                files.put(path + "/" + entry.name(), file.size() + " bytes, crc " + crcOf(file));
            }
        }
        folder.children().forEach(child -> collect(folder.child(child), path + "/" + child, files));
    }

    private static long crcOf(StorageFile file) {
        CRC32C crc = new CRC32C();
        ByteBuffer chunk = ByteBuffer.allocate(1 << 16);
        for (long at = 0; at < file.size(); at += chunk.limit()) {
            chunk.clear().limit((int) Math.min(chunk.capacity(), file.size() - at));
            int unused = file.read(at, chunk);
            crc.update(chunk.flip());
        }
        return crc.getValue();
    }
}
