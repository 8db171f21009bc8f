package io.sdr.core.replication;

import io.sdr.api.spi.ForwardingFile;
import io.sdr.api.spi.ForwardingFolder;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/** Counts bytes by file. */
final class CountingFolder extends ForwardingFolder {
    private final Map<String, Long> reads = new TreeMap<>();
    private final Map<String, Long> writes = new TreeMap<>();

    CountingFolder(StorageFolder folder) {
        super(folder);
    }

    void reset() {
        reads.clear();
        writes.clear();
    }

    /** Bytes read from files whose name begins so. */
    long read(String prefix) {
        return sum(reads, prefix);
    }

    /** Bytes written to files whose name begins so. */
    long written(String prefix) {
        return sum(writes, prefix);
    }

    private static long sum(Map<String, Long> counts, String prefix) {
        return counts.entrySet().stream()
                .filter(each -> each.getKey().startsWith(prefix))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    @Override
    protected StorageFile wrap(String name, StorageFile file) {
        return new ForwardingFile(file) {
            @Override
            public int read(long position, ByteBuffer into) {
                int n = super.read(position, into);
                reads.merge(name, (long) n, Long::sum);
                return n;
            }

            @Override
            public void write(long position, ByteBuffer from) {
                writes.merge(name, (long) from.remaining(), Long::sum);
                super.write(position, from);
            }
        };
    }
}
