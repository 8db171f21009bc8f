package io.sdr.core.crash;

import io.sdr.api.spi.StorageFolder;
import io.sdr.core.job.JobDefinition;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * What a world is made of, so that mutants can replace a part.
 *
 * @param tamper goes between the engine and the sites
 * @param storage goes between the sites and their storage
 * @param operations gives for each engine what goes over the definitions of its operations
 * @param storeLosesCommits whether the store forgets what it committed
 */
record Rig(
        Supplier<Watch.Tamper> tamper,
        UnaryOperator<StorageFolder> storage,
        Supplier<UnaryOperator<JobDefinition>> operations,
        boolean storeLosesCommits) {
    /** All parts as they are. */
    static final Rig REAL = new Rig(() -> Watch.Tamper.NONE, UnaryOperator.identity(), UnaryOperator::identity, false);

    Rig tampering(Supplier<Watch.Tamper> value) {
        return new Rig(value, storage, operations, storeLosesCommits);
    }

    Rig storing(UnaryOperator<StorageFolder> value) {
        return new Rig(tamper, value, operations, storeLosesCommits);
    }

    Rig operating(Supplier<UnaryOperator<JobDefinition>> value) {
        return new Rig(tamper, storage, value, storeLosesCommits);
    }

    Rig losingCommits() {
        return new Rig(tamper, storage, operations, true);
    }
}
