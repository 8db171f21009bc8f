package io.sdr.core.sync;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.SdrException;
import java.io.IOException;
import java.nio.file.Path;

/** What can be wrong with a sync of files, in words. */
final class SyncProblems {
    private static final String UNCHANGED = "; nothing was changed";

    private SyncProblems() {}

    private static InvalidRequestException refused(String code, Path file, String state, String remedy) {
        return new InvalidRequestException(problem(code, file, state, remedy));
    }

    private static Problem problem(String code, Path file, String state, String remedy) {
        return Problem.of(code)
                .attempted("sync " + file)
                .state(state + UNCHANGED)
                .remedy(remedy);
    }

    static InvalidRequestException missing(String which, Path file) {
        return refused(which + "_MISSING", file, "there is no such file", "name a file that exists");
    }

    static InvalidRequestException targetMissing(Path file) {
        return refused(
                "TARGET_MISSING", file, "there is no such file to compare with", "use mode full, which makes the file");
    }

    static InvalidRequestException notAFile(Path file) {
        return refused("NOT_A_FILE", file, "it is a folder, or another thing that is no file", "name a disk image");
    }

    static InvalidRequestException busy(Path file) {
        return refused("TARGET_BUSY", file, "another sync or conversion writes to it", "run it again after that");
    }

    static InvalidRequestException empty(Path file) {
        return refused("DISK_EMPTY", file, "the file has 0 bytes", "name a file that holds a disk");
    }

    static InvalidRequestException sameFile(Path source, Path target) {
        return refused("SAME_FILE", target, "it is the same file as the source " + source, "name two different files");
    }

    static InvalidRequestException parentOfSource(Path source, Path target) {
        return refused(
                "TARGET_IS_A_PARENT",
                target,
                "the source " + source + " is a layer over it: writing to it would change the source",
                "name another target");
    }

    static InvalidRequestException otherFormat(Path target, String found, String wanted) {
        return refused(
                "TARGET_OF_OTHER_FORMAT",
                target,
                "it exists and is of the format " + found + ", not " + wanted,
                "leave the format out, or name a target that does not exist");
    }

    static InvalidRequestException cannotShrink(Path target, long sourceBytes, long targetBytes) {
        return refused(
                "DISK_SIZES_DIFFER",
                target,
                "the source has " + sourceBytes + " bytes, the target " + targetBytes
                        + ", and its format cannot make a disk smaller",
                "name another target");
    }

    static InvalidRequestException exists(Path target) {
        return refused("TARGET_EXISTS", target, "it exists", "name another target, or allow it to be overwritten");
    }

    static InvalidRequestException cannotTell(Path source, Path target, IOException cause) {
        Problem problem = problem(
                "FILE_UNREADABLE",
                target,
                "it cannot be told whether it is the source " + source + ": " + cause,
                "check the rights on both files");
        return new InvalidRequestException(problem, cause);
    }

    static InvalidRequestException torn(Path source, String mark) {
        return refused(
                "SOURCE_TORN",
                source,
                "it is partly old and partly new: the sync into it did not finish, says " + mark,
                "finish that sync first");
    }

    static InvalidRequestException replicaDisk(Path target) {
        return refused(
                "TARGET_HAS_A_MAP",
                target,
                "a block map lies beside it, so it belongs to a site or a replica and is not written in place",
                "name another target");
    }

    static InvalidRequestException sizes(Path target, long sourceBytes, long targetBytes) {
        return refused(
                "DISK_SIZES_DIFFER",
                target,
                "the source has " + sourceBytes + " bytes, the target " + targetBytes,
                "allow the target to be resized (--resize), or name another one");
    }

    static InvalidRequestException cannotOpen(String which, Path file, SdrException cause) {
        Problem problem = problem(
                which + (which.equals("SOURCE") ? "_UNREADABLE" : "_UNWRITABLE"),
                file,
                "it cannot be opened: " + cause.problem().state(),
                "check the rights on the file");
        return new InvalidRequestException(problem, cause);
    }

    static OperationFailedException incomplete(Path target, String mark, SdrException cause) {
        return new OperationFailedException(
                Problem.of("SYNC_INCOMPLETE")
                        .attempted("finish the sync into " + target)
                        .state("the target is partly old and partly new, and marked so by " + mark + "; the cause: "
                                + cause.getMessage())
                        .remedy("remove the cause, then run the same sync again"),
                cause);
    }

    static SyncCancelledException cancelled(Path target, String mark, SyncCancelledException cause) {
        return new SyncCancelledException(
                Problem.of(SyncCancelledException.CODE)
                        .attempted("finish the sync into " + target)
                        .state("it was cancelled; the target is partly old and partly new, and marked so by " + mark)
                        .remedy("run the same sync again"),
                cause);
    }

    static OperationFailedException tornMeanwhile(Path source, String mark) {
        return new OperationFailedException(Problem.of("SOURCE_TORN")
                .attempted("look at the source " + source + " again after reading it")
                .state("it is partly old and partly new: another sync writes to it since, says " + mark)
                .remedy("finish that sync first, then run this one again"));
    }

    static OperationFailedException vanished(Path source) {
        return new OperationFailedException(Problem.of("SOURCE_VANISHED")
                .attempted("look at the source " + source + " again after reading it")
                .state("the file is gone")
                .remedy("put the file back, then run the same sync again"));
    }

    static OperationFailedException unequal(Path source, Path target, String sourceDigest, String targetDigest) {
        return new OperationFailedException(Problem.of("SYNC_NOT_EQUAL")
                .attempted("verify " + target + " against " + source)
                .state("their digests differ after the sync: " + sourceDigest + " and " + targetDigest)
                .remedy("let nothing write to either file, then run the same sync again"));
    }
}
