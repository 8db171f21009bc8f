package io.sdr.testkit.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.DiskId;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class GuestRecordTest {
    private static final DiskId DISK = new DiskId("disk0");

    /** A hash set that can be stopped where its table has just grown: what was in it is not found there yet. */
    private static final class GrowingSet extends HashSet<Long> {
        private static final long serialVersionUID = 1L;

        private transient Optional<Runnable> whileGrowing = Optional.empty();
        private volatile boolean growing;

        @Override
        public boolean add(Long each) {
            if (whileGrowing.isPresent()) {
                growing = true;
                whileGrowing.get().run();
                growing = false;
            }
            return super.add(each);
        }

        @Override
        public boolean contains(Object each) {
            return !growing && super.contains(each);
        }
    }

    /**
     * The guest writes while somebody asks of an earlier moment. Without a lock the question comes into the middle of the record's
     * growth, and a moment between two transactions looks like half of one.
     */
    @Test
    void aQuestionInTheMiddleOfAWriteIsAnsweredAfterIt() throws Exception {
        GrowingSet ends = new GrowingSet();
        GuestRecord record = new GuestRecord(Map.of(DISK, new byte[8192]), ends);
        record.add(DISK, 0, 4096, false);
        long moment = record.add(DISK, 4096, 4096, true).n();
        FutureTask<Boolean> answer = new FutureTask<>(() -> record.isBetweenTransactions(moment));
        Thread asking = new Thread(answer, "asking");
        ends.whileGrowing = Optional.of(() -> {
            asking.start();
            while (asking.getState() != Thread.State.TERMINATED && asking.getState() != Thread.State.BLOCKED) {
                Thread.onSpinWait();
            }
        });
        record.add(DISK, 0, 4096, true);
        assertThat(answer.get()).isTrue();
        asking.join();
    }
}
