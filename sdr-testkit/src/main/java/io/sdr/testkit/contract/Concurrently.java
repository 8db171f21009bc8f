package io.sdr.testkit.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs calls at once, each in a thread of its own. */
final class Concurrently {
    private Concurrently() {}

    /**
     * Gives the answers in the order of the calls.
     *
     * @throws Exception what the first call that failed threw, as it threw it: a provider's own exception is a finding, one
     *     around it is not
     */
    static <T> List<T> call(List<Callable<T>> calls) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(calls.size());
        try {
            List<T> answers = new ArrayList<>();
            for (Future<T> each : threads.invokeAll(calls)) {
                answers.add(each.get());
            }
            return answers;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw new AssertionError("a call that ran at the same time as others failed", e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }
}
