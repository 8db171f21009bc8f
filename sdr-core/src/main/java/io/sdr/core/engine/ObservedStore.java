package io.sdr.core.engine;

import io.sdr.core.job.JobStore;
import io.sdr.core.job.Phase;
import io.sdr.core.job.SignalRecord;
import io.sdr.core.job.StepRecord;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;

/** A store that tells observers what was committed. */
final class ObservedStore implements JobStore {
    private final JobStore store;
    private final List<StoreObserver> observers = new CopyOnWriteArrayList<>();
    private final AtomicLong changes = new AtomicLong();

    ObservedStore(JobStore store) {
        this.store = store;
    }

    void add(StoreObserver observer) {
        observers.add(observer);
    }

    /** Grows with every transaction, also with one that failed, and at the end: while it stays the same, what was read is still so. */
    long changes() {
        return changes.get();
    }

    @Override
    public <T> T read(Function<? super View, T> work) {
        return store.read(work);
    }

    @Override
    public <T> T write(Function<? super Transaction, T> work) {
        List<Consumer<StoreObserver>> news = new ArrayList<>();
        T result;
        try {
            result = store.write(transaction -> {
                news.clear();
                return work.apply(spy(transaction, news));
            });
        } finally {
            changes.incrementAndGet();
        }
        for (StoreObserver observer : observers) {
            news.forEach(each -> each.accept(observer));
            observer.committed();
        }
        return result;
    }

    private static Transaction spy(Transaction transaction, List<Consumer<StoreObserver>> news) {
        return (Transaction) Proxy.newProxyInstance(
                ObservedStore.class.getClassLoader(),
                new Class<?>[] {Transaction.class},
                (proxy, method, arguments) -> {
                    if (arguments != null) {
                        note(method.getName(), arguments, news);
                    }
                    try {
                        return method.invoke(transaction, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause() == null ? e : e.getCause();
                    }
                });
    }

    private static void note(String method, Object[] arguments, List<Consumer<StoreObserver>> news) {
        if (method.equals("put") && arguments[0] instanceof StepRecord step && step.phase() == Phase.INTENT) {
            news.add(observer -> observer.stepIntended(step.job(), step.name()));
        } else if (method.equals("put")
                && arguments[0] instanceof StepRecord step
                && step.phase() == Phase.UNDO_INTENT) {
            news.add(observer -> observer.undoIntended(step.job(), step.name()));
        } else if (method.equals("add") && arguments.length == 2 && arguments[1] instanceof SignalRecord signal) {
            news.add(observer -> observer.signalled((String) arguments[0], signal.kind()));
        }
    }

    @Override
    public boolean isOpen() {
        return store.isOpen();
    }

    @Override
    public void close() {
        store.close();
        changes.incrementAndGet();
    }
}
