package io.sdr.core.sync;

import io.sdr.api.Problem;
import io.sdr.api.spi.StorageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps two from writing the same image at once, in this process and in others: the one that ends first would say that it is whole, and
 * take away the mark of the other one. It is the system's lock on a file beside the image, so it ends with the process; where the file
 * system has no locks, only this process is looked at.
 */
final class TargetLock implements AutoCloseable {
    private static final String ENDING = ".sdr-lock";
    private static final int MOST_TRIES = 100;

    /** The system's locks are the process's, and go when it closes the file for whatever reason. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private TargetLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes it.
     *
     * @param image the image's path, links followed
     * @throws io.sdr.api.InvalidRequestException code {@code TARGET_BUSY} if somebody has it
     */
    static TargetLock take(Path image) {
        Path file = image.resolveSibling(SourceImage.name(image) + ENDING);
        if (!HELD.add(file)) {
            throw SyncProblems.busy(image);
        }
        boolean taken = false;
        try {
            for (int tries = 0; tries < MOST_TRIES; tries++) {
                Optional<Object> seen = key(image, file);
                FileChannel channel = open(image, file);
                lock(image, channel);
                if (seen.isPresent() && seen.equals(key(image, file))) {
                    taken = true;
                    return new TargetLock(file, channel);
                }
                close(channel); // it was not there yet, or who had it has deleted it, and somebody else may have made
                // another one
            }
            throw SyncProblems.busy(image);
        } finally {
            if (!taken) {
                HELD.remove(file);
            }
        }
    }

    /**
     * Tells which file has that name. It is not opened: the system drops the process's locks on a file whenever the process closes it.
     * Windows gives no key; there no other file can get the name while one that was deleted is open.
     */
    private static Optional<Object> key(Path image, Path file) {
        try {
            Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
            return Optional.of(key == null ? file : key);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw failed(image, file, e);
        }
    }

    private static FileChannel open(Path image, Path file) {
        try {
            return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw failed(image, file, e);
        }
    }

    private static RuntimeException failed(Path image, Path file, IOException e) {
        return SyncProblems.cannotOpen(
                "TARGET",
                image,
                new StorageException(
                        Problem.of(StorageException.FAILED)
                                .attempted("open " + file)
                                .state(e.toString())
                                .remedy("check the rights on the folder"),
                        e));
    }

    private static void lock(Path image, FileChannel channel) {
        boolean free;
        try {
            free = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            free = false;
        } catch (IOException e) {
            Log.OF_LOCKS.debug("no locks beside {}", image, e);
            return;
        }
        if (!free) {
            close(channel);
            throw SyncProblems.busy(image);
        }
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            Log.OF_LOCKS.debug("a lock's file was not closed in order", e);
        }
    }

    @Override
    public void close() {
        try {
            boolean unused = Files.deleteIfExists(file);
        } catch (IOException e) {
            Log.OF_LOCKS.debug("{} stays: it is empty, and keeps nobody out", file, e);
        }
        close(channel);
        HELD.remove(file);
    }

    /** Apart, so that a process that has nothing to log does not load logging. */
    private static final class Log {
        static final Logger OF_LOCKS = LoggerFactory.getLogger(TargetLock.class);
    }
}
