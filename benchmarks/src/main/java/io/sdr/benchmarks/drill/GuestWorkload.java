package io.sdr.benchmarks.drill;

import io.sdr.api.spi.VirtualDisk;
import io.sdr.testkit.Workload;
import java.util.List;
import java.util.concurrent.Semaphore;

/** The guest as its site knows it: between two transactions it can be held, so that a checkpoint has none by half. */
final class GuestWorkload implements Workload {
    private final Semaphore turn = new Semaphore(1, true);

    void transaction(VirtualDisk disk, List<GuestWrite> writes) {
        turn.acquireUninterruptibly();
        try {
            for (GuestWrite write : writes) {
                disk.write(write.offset(), write.content());
            }
            disk.flush();
        } finally {
            turn.release();
        }
    }

    /** Lets no transaction begin any more. */
    void hold() {
        turn.acquireUninterruptibly();
    }

    @Override
    public boolean quiesce() {
        turn.acquireUninterruptibly();
        return true;
    }

    @Override
    public void thaw() {
        turn.release();
    }

    @Override
    public void shutDown() {
        turn.acquireUninterruptibly();
    }

    @Override
    public boolean answers() {
        return true;
    }
}
