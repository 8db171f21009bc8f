package io.sdr.core.store;

import io.sdr.core.job.JobStore;
import io.sdr.testkit.SimulatedProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A store on a real SQLite file whose process can die at any commit or checkpoint, and whose files can be found afterwards as a
 * power cut may leave them. SQLite's writes are out of Java's sight, so the database and its log are copied whenever they were
 * forced; of what changed since, each page of 4 KiB is found old, new or torn. What a returned commit wrote is always kept. Since
 * what is forced is decided here, SQLite itself does not wait for the disk: it writes the same bytes in the same order.
 *
 * <pre>{@code
 * SqliteCrash crash = SqliteCrash.open(folder, process, 3);
 * crash.dieAt(Moment.IN_COMMIT, 17);
 * try { work(crash.store()); } catch (SimulatedDeath expected) { }
 * crash.cutPower(otherFolder, seed);          // ends the old store, too
 * SqliteStore found = SqliteStore.open(otherFolder);
 * }</pre>
 */
public final class SqliteCrash {
    private static final int PAGE = 4096;
    private static final int SECTOR = 512;

    private final Path folder;
    private final SimulatedProcess process;
    private final SqliteStore store;
    private Image forced;
    private boolean inCheckpoint;
    private int commits;
    private int checkpoints;
    private Moment deathMoment = Moment.NEVER;
    private int deathNumber;

    /** When a process dies. */
    public enum Moment {
        /** It does not. */
        NEVER,
        /** Everything is handed to the database; it was not told to commit. */
        BEFORE_COMMIT,
        /** The database commits; nothing of it is sure to be on the disk. */
        IN_COMMIT,
        /** The commit is on the disk; whoever wanted it does not know yet. */
        AFTER_COMMIT,
        /** The log is being moved into the database. */
        IN_CHECKPOINT,
        /** The log was moved. */
        AFTER_CHECKPOINT
    }

    /** The files at one moment. */
    private static final class Image {
        private final byte[] database;
        private final byte[] log;

        Image(byte[] database, byte[] log) {
            this.database = database;
            this.log = log;
        }
    }

    private final class Hook implements StoreHook {
        @Override
        public void beforeCommit() {
            process.check();
            commits++;
            dieIf(Moment.BEFORE_COMMIT, commits);
        }

        @Override
        public void afterCommit() {
            dieIf(Moment.IN_COMMIT, commits);
            forced = image();
            dieIf(Moment.AFTER_COMMIT, commits);
        }

        @Override
        public void beforeCheckpoint() {
            process.check();
            checkpoints++;
            inCheckpoint = true;
        }

        @Override
        public void afterCheckpoint() {
            dieIf(Moment.IN_CHECKPOINT, checkpoints);
            forced = image();
            inCheckpoint = false;
            dieIf(Moment.AFTER_CHECKPOINT, checkpoints);
        }
    }

    private SqliteCrash(Path folder, SimulatedProcess process, int commitsPerCheckpoint) {
        this.folder = folder;
        this.process = process;
        this.store = new StoreOpening(folder)
                .hook(new Hook(), commitsPerCheckpoint)
                .withoutForcing()
                .open();
        this.forced = image();
    }

    /**
     * Opens the store of a folder and follows its files.
     *
     * @param folder the folder
     * @param process dies at the chosen moment; what else belongs to it dies with it
     * @param commitsPerCheckpoint how many commits until the log is moved into the database; small, so that it happens in a test
     * @return the store in its frame
     */
    public static SqliteCrash open(Path folder, SimulatedProcess process, int commitsPerCheckpoint) {
        return new SqliteCrash(folder, process, commitsPerCheckpoint);
    }

    /** The store, to be given to an engine. */
    public JobStore store() {
        return store;
    }

    /** Lets the process die at the n-th such moment, counted from 1 and from the opening; checkpoints are counted apart. */
    public void dieAt(Moment moment, int number) {
        deathMoment = moment;
        deathNumber = number;
    }

    /** How many commits there were since the opening, one that failed half-way included. */
    public int commits() {
        return commits;
    }

    /** How many checkpoints there were since the opening. */
    public int checkpoints() {
        return checkpoints;
    }

    /**
     * Ends the process where it stands, and writes the files as they may be found.
     *
     * @param into the folder to write to; made if missing
     * @param seed decides what is found of all that was not forced
     */
    public void cutPower(Path into, long seed) {
        process.kill();
        Image found = found(new SplittableRandom(seed));
        store.close();
        try {
            Files.createDirectories(into);
            Files.write(into.resolve(SqliteStore.FILE_NAME), found.database);
            Files.write(into.resolve(SqliteStore.FILE_NAME + "-wal"), found.log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For tests of the tests: what would be found if commits were not forced since now. */
    public Runnable forgetForces() {
        Image then = forced;
        return () -> forced = then;
    }

    private void dieIf(Moment moment, int number) {
        if (moment == deathMoment && number == deathNumber) {
            throw process.die(moment + " " + number);
        }
    }

    /**
     * A checkpoint forces the database before it empties the log: an emptied log is found only with the whole database. A commit
     * writes to the log alone.
     */
    private Image found(SplittableRandom random) {
        Image now = image();
        if (inCheckpoint) {
            boolean emptied = random.nextBoolean();
            return emptied ? now : new Image(mix(forced.database, now.database, random), forced.log);
        }
        if (!Arrays.equals(forced.database, now.database)) {
            throw new IllegalStateException("the database changed outside of a checkpoint");
        }
        return new Image(forced.database, mix(forced.log, now.log, random));
    }

    private static byte[] mix(byte[] before, byte[] after, SplittableRandom random) {
        int mood = random.nextInt(6);
        if (mood == 0) {
            return before;
        }
        if (mood == 1) {
            return after;
        }
        byte[] found = Arrays.copyOf(before, Math.max(before.length, after.length));
        int end = before.length;
        for (int at = 0; at < after.length; at += PAGE) {
            int next = Math.min(at + PAGE, after.length);
            if (next <= before.length && Arrays.equals(before, at, next, after, at, next)) {
                continue;
            }
            int draw = random.nextInt(3);
            if (draw == 0) {
                continue;
            }
            for (int sector = at; sector < next; sector += SECTOR) {
                int stop = Math.min(sector + SECTOR, next);
                if (draw == 1 || random.nextBoolean()) {
                    System.arraycopy(after, sector, found, sector, stop - sector);
                    end = Math.max(end, stop);
                }
            }
        }
        return Arrays.copyOf(found, end);
    }

    private Image image() {
        return new Image(read(SqliteStore.FILE_NAME), read(SqliteStore.FILE_NAME + "-wal"));
    }

    private byte[] read(String name) {
        Path file = folder.resolve(name);
        try {
            return Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
