package io.sdr.benchmarks.drill;

import io.sdr.api.Problem;
import io.sdr.api.spi.StorageException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/** Says what a failed file access means for the user. */
final class FileFailure {
    private FileFailure() {}

    static StorageException of(String what, Path file, IOException cause) {
        String reason = cause.getClass().getSimpleName() + ": " + cause.getMessage();
        String lower = reason.toLowerCase(Locale.ROOT);
        boolean full = lower.contains("no space left") || lower.contains("not enough space");
        String code = full
                ? StorageException.FULL
                : cause instanceof NoSuchFileException ? StorageException.MISSING : StorageException.FAILED;
        String remedy = full
                ? "make room there, or choose another folder with --dir, then run the same command again"
                : cause instanceof NoSuchFileException
                        ? "put the file back, then run the same command again"
                        : cause instanceof AccessDeniedException
                                ? "give yourself the right to it, then run the same command again"
                                : "check the storage below it, then run the same command again";
        return new StorageException(
                Problem.of(code).attempted(what + " " + file).state(reason).remedy(remedy), cause);
    }
}
