package io.sdr.benchmarks.drill;

import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Something that runs beside a job. */
final class Alongside implements AutoCloseable {
    private final CompletableFuture<Void> work;

    private Alongside(CompletableFuture<Void> work) {
        this.work = work;
    }

    static Alongside run(Runnable task) {
        CompletableFuture<Void> work = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                        work.complete(null);
                    } catch (RuntimeException e) {
                        work.completeExceptionally(e);
                    }
                },
                "drill-guest");
        thread.setDaemon(true);
        thread.start();
        return new Alongside(work);
    }

    /** Waits for its end; throws what it threw. */
    void finish() {
        try {
            work.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new OperationFailedException(
                    Problem.of("GUEST_FAILED")
                            .attempted("write to the VM's disk")
                            .state(String.valueOf(e.getCause()))
                            .remedy("run the same command again"),
                    e);
        }
    }

    /** Waits for its end whatever it was: nobody may write when the sites are closed. */
    @Override
    public void close() {
        work.handle((done, failure) -> true).join();
    }
}
