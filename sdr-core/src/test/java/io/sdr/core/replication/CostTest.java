package io.sdr.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.JobId;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.ReplicationDriver.Retention;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import io.sdr.testkit.MemoryFolder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a changed byte costs at the target, counted file by file. */
class CostTest {
    private static final int SIZE = 8 << 20;
    private static final int CHANGED = 2 << 20;

    private final CountingFolder folder = new CountingFolder(new MemoryFolder());
    private final ReplicaHarness h = new ReplicaHarness(folder, SIZE);
    private final Random random = new Random(1);

    private byte[][] changed(byte[][] from) {
        byte[][] next = ReplicaHarness.copy(from);
        byte[] data = new byte[CHANGED];
        random.nextBytes(data);
        System.arraycopy(data, 0, next[0], 1 << 20, CHANGED);
        return next;
    }

    private void cyclesAndApply() {
        byte[][] zero = {new byte[SIZE]};
        byte[][] one = changed(zero);
        h.receive(1, zero, one);
        h.replica.process(h.open(), name -> false);
        byte[][] two = changed(one);
        folder.reset();
        h.receive(2, one, two);
        h.replica.process(h.open(), name -> false);
    }

    @Test
    void aCycleIsWrittenThreeTimesAndItsOldContentReadOnce() {
        h.establish(ReplicaHarness.KEEP_ALL);
        cyclesAndApply();
        assertThat(folder.written("")).isBetween(3L * CHANGED, 32L * CHANGED / 10);
        assertThat(folder.read("d0.base")).isBetween((long) CHANGED, 12L * CHANGED / 10);
        assertThat(folder.read("redo.")).isBetween((long) CHANGED, 12L * CHANGED / 10);
        assertThat(folder.read("undo.")).isZero();
    }

    @Test
    void withoutPointsItIsWrittenTwice() {
        h.establish(new Retention(0, Duration.ZERO));
        cyclesAndApply();
        assertThat(folder.written("")).isLessThan(22L * CHANGED / 10);
        assertThat(folder.read("d0.base")).isLessThan(2L * CHANGED / 10);
    }

    @Test
    void goingToTheLatestPointCostsNothingAndToAnOlderOneWhatChanged() {
        h.establish(ReplicaHarness.KEEP_ALL);
        cyclesAndApply();
        folder.reset();
        h.replica.hold(h.open(), new JobId("job-1"), h.open().pointId(2), "t1");
        assertThat(folder.written("")).isLessThan(CHANGED / 10);
        folder.reset();
        h.replica.hold(h.open(), new JobId("job-1"), h.open().pointId(1), "t2");
        assertThat(folder.written("")).isBetween((long) CHANGED, 12L * CHANGED / 10);
    }

    /** Counts bytes by file. */
    private static final class CountingFolder implements StorageFolder {
        private final StorageFolder folder;
        private final Map<String, Long> reads = new TreeMap<>();
        private final Map<String, Long> writes = new TreeMap<>();

        CountingFolder(StorageFolder folder) {
            this.folder = folder;
        }

        void reset() {
            reads.clear();
            writes.clear();
        }

        long read(String prefix) {
            return sum(reads, prefix);
        }

        long written(String prefix) {
            return sum(writes, prefix);
        }

        private static long sum(Map<String, Long> counts, String prefix) {
            return counts.entrySet().stream()
                    .filter(each -> each.getKey().startsWith(prefix))
                    .mapToLong(Map.Entry::getValue)
                    .sum();
        }

        private StorageFile counted(String name, StorageFile file) {
            return new StorageFile() {
                @Override
                public long size() {
                    return file.size();
                }

                @Override
                public int read(long position, ByteBuffer into) {
                    int n = file.read(position, into);
                    reads.merge(name, (long) n, Long::sum);
                    return n;
                }

                @Override
                public void write(long position, ByteBuffer from) {
                    writes.merge(name, (long) from.remaining(), Long::sum);
                    file.write(position, from);
                }

                @Override
                public void setSize(long size) {
                    file.setSize(size);
                }

                @Override
                public void force() {
                    file.force();
                }

                @Override
                public void close() {
                    file.close();
                }
            };
        }

        @Override
        public String describe() {
            return folder.describe();
        }

        @Override
        public StorageFolder child(String name) {
            return folder.child(name);
        }

        @Override
        public List<String> children() {
            return folder.children();
        }

        @Override
        public List<Entry> list() {
            return folder.list();
        }

        @Override
        public Optional<Entry> find(String name) {
            return folder.find(name);
        }

        @Override
        public StorageFile create(String name) {
            return counted(name, folder.create(name));
        }

        @Override
        public StorageFile open(String name, Access access) {
            return counted(name, folder.open(name, access));
        }

        @Override
        public boolean publish(String temporary, String name) {
            return folder.publish(temporary, name);
        }

        @Override
        public void move(String name, StorageFolder target, String newName) {
            folder.move(name, target, newName);
        }

        @Override
        public boolean delete(String name) {
            return folder.delete(name);
        }

        @Override
        public boolean deleteChild(String name) {
            return folder.deleteChild(name);
        }

        @Override
        public void force() {
            folder.force();
        }

        @Override
        public long freeBytes() {
            return folder.freeBytes();
        }
    }
}
