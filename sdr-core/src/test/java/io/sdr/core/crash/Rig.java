package io.sdr.core.crash;

import io.sdr.api.spi.ReplicationDriverFactory;
import io.sdr.api.spi.StorageFolder;
import io.sdr.core.replication.SdrReplicationDriverFactory;
import java.util.function.UnaryOperator;

/**
 * What a world is made of, so that mutants can replace a part.
 *
 * @param tamper goes between the engine and the sites
 * @param storage goes between the sites and their storage
 * @param driver makes the replication driver
 * @param storeLosesCommits whether the store forgets what it committed
 */
record Rig(
        Watch.Tamper tamper,
        UnaryOperator<StorageFolder> storage,
        ReplicationDriverFactory driver,
        boolean storeLosesCommits) {
    /** All parts as they are. */
    static final Rig REAL =
            new Rig(Watch.Tamper.NONE, UnaryOperator.identity(), new SdrReplicationDriverFactory(), false);

    Rig tampering(Watch.Tamper value) {
        return new Rig(value, storage, driver, storeLosesCommits);
    }

    Rig storing(UnaryOperator<StorageFolder> value) {
        return new Rig(tamper, value, driver, storeLosesCommits);
    }

    Rig driving(ReplicationDriverFactory value) {
        return new Rig(tamper, storage, value, storeLosesCommits);
    }

    Rig losingCommits() {
        return new Rig(tamper, storage, driver, true);
    }
}
