package io.sdr.core.store;

import io.sdr.api.SdrException;
import io.sdr.core.job.JobStore;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store in one SQLite file of a folder. One connection under one lock; whoever waits for it meanwhile is committed together
 * with the next, so that many writers share a forced write. A commit that fails leaves open what is on the disk: the store closes
 * itself, and only opening it again tells.
 */
public final class SqliteStore implements JobStore {
    /** The name of the database in its folder. */
    public static final String FILE_NAME = "sdr.db";

    private static final Logger LOG = LoggerFactory.getLogger(SqliteStore.class);
    private static final int LARGEST_BATCH = 256;

    private final Path file;
    private final Sql sql;
    private final StoreHook hook;
    private final int commitsPerCheckpoint;
    private final boolean checksums;
    private final ReentrantLock lock = new ReentrantLock();
    private final Queue<Pending<?>> queue = new ArrayDeque<>();
    private int commitsSinceCheckpoint;
    private boolean inUse;
    private boolean released;
    private volatile boolean open = true;
    private volatile @Nullable SdrException lost;

    SqliteStore(Path file, Sql sql, StoreHook hook, int commitsPerCheckpoint, boolean checksums) {
        this.file = file;
        this.sql = sql;
        this.hook = hook;
        this.commitsPerCheckpoint = commitsPerCheckpoint;
        this.checksums = checksums;
    }

    /**
     * Opens the store of a folder, making both if missing. Leases of earlier engines end: the exclusive lock is the lease.
     *
     * @param folder the folder, on a local disk
     * @return the store, checked and of the present version
     * @throws io.sdr.api.RetryableException code {@code STORE_LOCKED} if another engine has it open
     * @throws io.sdr.api.CorruptException code {@code STORE_CORRUPT}
     * @throws io.sdr.api.InvalidRequestException code {@code STORE_NEWER}
     * @throws io.sdr.api.InvalidRequestException codes {@code STORE_UNUSABLE}, {@code STORE_ON_NETWORK_SHARE},
     *     {@code NO_DATABASE_DRIVER}
     */
    public static SqliteStore open(Path folder) {
        return new StoreOpening(folder).open();
    }

    private static final class Pending<T> {
        private final Function<? super Transaction, T> work;
        private @Nullable T value;
        private @Nullable RuntimeException failure;
        private boolean finished;

        Pending(Function<? super Transaction, T> work) {
            this.work = work;
        }

        void run(Transaction tx) {
            value = work.apply(tx);
        }

        void fail(RuntimeException e) {
            failure = e;
            value = null;
        }

        @SuppressWarnings("NullAway") // set by run, unless it failed
        T result() {
            if (failure != null) {
                throw failure;
            }
            return value;
        }
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public <T> T read(Function<? super View, T> work) {
        lock.lock();
        try {
            ensureUsable();
            boolean nested = inUse;
            inUse = true;
            try {
                return work.apply(new SqlTransaction(file, sql, checksums));
            } finally {
                inUse = nested;
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public <T> T write(Function<? super Transaction, T> work) {
        Pending<T> mine = new Pending<>(work);
        synchronized (queue) {
            queue.add(mine);
        }
        lock.lock();
        try {
            while (!mine.finished) {
                commitBatch();
            }
        } finally {
            lock.unlock();
        }
        return mine.result();
    }

    private void ensureUsable() {
        if (!open) {
            throw closed();
        }
    }

    /** Whoever comes after a commit that failed hears why, not only that the store is closed. */
    private SdrException closed() {
        SdrException why = lost;
        return why == null ? StoreErrors.closed(file) : StoreErrors.closedBy(file, why);
    }

    private void commitBatch() {
        if (inUse) {
            throw new IllegalStateException("a transaction inside another one");
        }
        List<Pending<?>> batch = nextBatch();
        boolean survived = false;
        inUse = true;
        try {
            commit(batch);
            survived = true;
        } finally {
            inUse = false;
            if (!survived) {
                open = false;
            }
            batch.forEach(each -> each.finished = true);
        }
    }

    private List<Pending<?>> nextBatch() {
        List<Pending<?>> batch = new ArrayList<>();
        synchronized (queue) {
            while (!queue.isEmpty() && batch.size() < LARGEST_BATCH) {
                batch.add(queue.remove());
            }
        }
        return batch;
    }

    private void commit(List<Pending<?>> batch) {
        if (!open) {
            batch.forEach(each -> each.fail(closed()));
            return;
        }
        SqlTransaction tx = new SqlTransaction(file, sql, checksums);
        Optional<SdrException> trouble;
        try {
            sql.execute("BEGIN IMMEDIATE");
            int worked = work(batch, tx);
            trouble = tx.failure().map(e -> StoreErrors.of(file, "write", e));
            if (trouble.isPresent() || worked == 0) {
                rollBack();
            }
            if (worked == 0 && trouble.isEmpty()) {
                return;
            }
        } catch (SQLException e) {
            rollBack();
            trouble = Optional.of(StoreErrors.of(file, "write", e));
        }
        if (trouble.isPresent()) {
            SdrException why = trouble.get();
            batch.stream().filter(each -> each.failure == null).forEach(each -> each.fail(why));
            return;
        }
        finish(batch);
    }

    /** Runs each in a savepoint of its own, so that one that throws takes only itself back. */
    private int work(List<Pending<?>> batch, SqlTransaction tx) throws SQLException {
        int worked = 0;
        for (Pending<?> each : batch) {
            sql.execute("SAVEPOINT each");
            try {
                each.run(tx);
                worked++;
            } catch (RuntimeException e) {
                each.fail(e);
                if (tx.failure().isPresent()) {
                    return worked;
                }
                sql.execute("ROLLBACK TO each");
            }
            sql.execute("RELEASE each");
        }
        return worked;
    }

    private void finish(List<Pending<?>> batch) {
        hook.beforeCommit();
        try {
            sql.execute("COMMIT");
        } catch (SQLException e) {
            LOG.error("commit to {} failed; the store is closed", file, e);
            SdrException why = StoreErrors.failed(file, e);
            lost = why;
            batch.forEach(each -> each.fail(why));
            abandon();
            return;
        }
        hook.afterCommit();
        if (++commitsSinceCheckpoint >= commitsPerCheckpoint) {
            checkpoint();
        }
    }

    private void checkpoint() {
        hook.beforeCheckpoint();
        try {
            sql.execute("PRAGMA wal_checkpoint(TRUNCATE)");
            commitsSinceCheckpoint = 0;
        } catch (SQLException e) {
            LOG.warn("the log of {} could not be moved into the database; later again", file, e);
        }
        hook.afterCheckpoint();
    }

    private void rollBack() {
        try {
            sql.execute("ROLLBACK");
        } catch (SQLException e) {
            LOG.debug("rollback in {}: the database had rolled back by itself", file, e);
        }
    }

    private void abandon() {
        open = false;
        if (released) {
            return;
        }
        released = true;
        try {
            sql.close();
        } catch (SQLException e) {
            LOG.warn("closing {} failed", file, e);
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            abandon();
        } finally {
            lock.unlock();
        }
    }
}
