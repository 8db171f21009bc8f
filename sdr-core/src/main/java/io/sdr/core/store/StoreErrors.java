package io.sdr.core.store;

import io.sdr.api.CorruptException;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import java.nio.file.Path;
import java.sql.SQLException;

/** Says what a database error means to the caller. */
final class StoreErrors {
    private static final int GENERAL = 1;
    private static final int BUSY = 5;
    private static final int LOCKED = 6;
    private static final int READ_ONLY = 8;
    private static final int CORRUPT = 11;
    private static final int FULL = 13;
    private static final int CANNOT_OPEN = 14;
    /** No statement and no row of ours comes near SQLite's limit: a length in the file is wrong. */
    private static final int TOO_BIG = 18;

    private static final int NOT_A_DATABASE = 26;

    /** An older copy would not know what was decided since: it could start a VM whose other copy runs. */
    private static final String ADOPT = "move the data directory away, build an engine with an empty one and adopt the"
            + " items from the site that is active (SiteRecovery.adopt): what cannot be lost lies in the catalogues of"
            + " both sites. Do not put an older copy of the store in its place, it does not know what was decided since";

    private StoreErrors() {}

    static SdrException of(Path file, String attempted, SQLException e) {
        Problem problem = Problem.of(code(e)).attempted(attempted + " in the store " + file);
        String said = String.valueOf(e.getMessage());
        return switch (primary(e)) {
            case BUSY, LOCKED -> locked(file, e);
            case CORRUPT, TOO_BIG, NOT_A_DATABASE -> corrupt(file, said, e);
            case FULL ->
                new RetryableException(
                        problem.state("the disk is full; nothing was changed")
                                .remedy("make room; the engine tries again"),
                        e);
            case READ_ONLY, CANNOT_OPEN ->
                new InvalidRequestException(
                        problem.state(said).remedy("make file and folder writable for this user"), e);
            default ->
                new RetryableException(
                        problem.state(said).remedy("look at the disk of the store, then build the engine again"), e);
        };
    }

    /** An error in an SQL statement or in what it names: ours are right, so the file is not. */
    static boolean isGeneral(SQLException e) {
        return primary(e) == GENERAL;
    }

    static boolean isReadOnly(SQLException e) {
        return primary(e) == READ_ONLY;
    }

    static SdrException corrupt(Path file, String found, Throwable cause) {
        return new CorruptException(
                Problem.of("STORE_CORRUPT")
                        .attempted("use the store " + file)
                        .state(found + "; nothing was changed")
                        .remedy(ADOPT),
                cause);
    }

    static SdrException corrupt(Path file, String found) {
        return new CorruptException(Problem.of("STORE_CORRUPT")
                .attempted("use the store " + file)
                .state(found + "; nothing was changed")
                .remedy(ADOPT));
    }

    /** One row is not what was written. */
    static CorruptException damagedRow(Path file, String found) {
        return new CorruptException(Problem.of("STORE_CORRUPT")
                .attempted("read the store " + file)
                .state(found + "; nothing was changed, and what else is in the store can still be read")
                .remedy("close the engine, then " + ADOPT));
    }

    static SdrException locked(Path file, Throwable cause) {
        return new RetryableException(
                Problem.of("STORE_LOCKED")
                        .attempted("open the store " + file)
                        .state("another engine has it open; nothing was changed")
                        .remedy("use that engine, or close it first"),
                cause);
    }

    static SdrException closed(Path file) {
        return new RetryableException(Problem.of("STORE_CLOSED")
                .attempted("use the store " + file)
                .state("it is closed; nothing was changed")
                .remedy("build the engine again"));
    }

    /** What every later call hears of a store that closed itself: the cause, not only that it is closed. */
    static SdrException closedBy(Path file, SdrException cause) {
        return new RetryableException(
                Problem.of(cause.code())
                        .attempted("use the store " + file)
                        .state(cause.problem().state())
                        .remedy(cause.problem().remedy()),
                cause);
    }

    /** The outcome of the last commit is open: only opening the file again tells. */
    static SdrException failed(Path file, SQLException cause) {
        String first = primary(cause) == FULL ? "make room on the disk of the store" : "look at the disk of the store";
        return new RetryableException(
                Problem.of(code(cause))
                        .attempted("commit to the store " + file)
                        .state("a commit failed half-way (" + cause.getMessage() + "), so the store was closed")
                        .remedy(first + ", then build the engine again; open jobs go on"),
                cause);
    }

    private static String code(SQLException e) {
        return switch (primary(e)) {
            case FULL -> "STORE_FULL";
            case READ_ONLY, CANNOT_OPEN -> "STORE_UNUSABLE";
            default -> "STORE_FAILED";
        };
    }

    private static int primary(SQLException e) {
        return e.getErrorCode() & 0xff;
    }
}
