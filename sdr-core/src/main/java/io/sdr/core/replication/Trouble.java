package io.sdr.core.replication;

import io.sdr.api.CorruptException;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.RetryableException;
import io.sdr.api.spi.StorageFolder;

/** The exceptions of this package, so that the same trouble always has the same code and advice. */
final class Trouble {
    private Trouble() {}

    /** A file contradicts itself. */
    static CorruptException corrupt(StorageFolder folder, String file, String what) {
        return new CorruptException(corruptProblem(folder, file, what));
    }

    static CorruptException corrupt(StorageFolder folder, String file, String what, Throwable cause) {
        return new CorruptException(corruptProblem(folder, file, what), cause);
    }

    private static Problem corruptProblem(StorageFolder folder, String file, String what) {
        return Problem.of("REPLICA_CORRUPT")
                .attempted("read " + folder.describe() + "/" + file)
                .state(what)
                .remedy("check the storage; then resynchronise the item, or restore the file");
    }

    /** The base is not what apply left behind. */
    static CorruptException suspect(StorageFolder folder, String what) {
        return new CorruptException(Problem.of("REPLICA_SUSPECT")
                .attempted("use the replica in " + folder.describe())
                .state(what)
                .remedy("find out who wrote there; then resynchronise the item"));
    }

    /** The caller is wrong about the replica: trying again does not help. */
    static OperationFailedException failed(String code, String attempted, String state, String remedy) {
        return new OperationFailedException(
                Problem.of(code).attempted(attempted).state(state).remedy(remedy));
    }

    static InvalidRequestException invalid(String code, String attempted, String state, String remedy) {
        return new InvalidRequestException(
                Problem.of(code).attempted(attempted).state(state).remedy(remedy));
    }

    static RetryableException retry(String code, String attempted, String state) {
        return new RetryableException(
                Problem.of(code).attempted(attempted).state(state).remedy("try again"));
    }

    /** No replica where one is needed. */
    static OperationFailedException missing(ItemId item, StorageFolder folder) {
        return failed(
                "REPLICA_MISSING",
                "use the replica of " + item,
                "there is none in " + folder.describe(),
                "enable protection again");
    }
}
