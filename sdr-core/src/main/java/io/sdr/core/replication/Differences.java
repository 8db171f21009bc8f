package io.sdr.core.replication;

import io.sdr.core.sync.SyncCounters;
import io.sdr.core.sync.SyncRequest;

/** Finds where two disks differ: the delta sync engine, of which nothing else in this package compares blocks. */
@FunctionalInterface
interface Differences {
    /** Runs a sync to its end, or throws. */
    SyncCounters find(SyncRequest request);
}
