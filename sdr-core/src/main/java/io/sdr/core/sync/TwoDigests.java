package io.sdr.core.sync;

import io.sdr.api.OperationFailedException;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.VirtualDisk;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** The proof that two disks are equal. */
final class TwoDigests {
    private TwoDigests() {}

    /**
     * Reads both, whatever their maps and file systems say of holes, at once if there is more than one worker.
     *
     * @return the digest of both
     * @throws OperationFailedException if they differ
     */
    static DiskDigest of(
            VirtualDisk source,
            VirtualDisk target,
            SyncWorkers workers,
            CancelFlag cancel,
            Path sourceFile,
            Path targetFile) {
        List<VirtualDisk> disks = List.of(source, target);
        AtomicReferenceArray<DiskDigest> digests = new AtomicReferenceArray<>(disks.size());
        AtomicInteger next = new AtomicInteger();
        AtomicBoolean failed = new AtomicBoolean();
        CancelFlag stop = () -> cancel.isSet() || failed.get();
        new Crew(workers, () -> failed.set(true)).run(first -> {
            for (int i = next.getAndIncrement(); i < disks.size(); i = next.getAndIncrement()) {
                digests.set(i, DiskDigest.reading(disks.get(i), stop));
            }
        });
        DiskDigest shouldBe = digests.get(0);
        DiskDigest is = digests.get(1);
        if (!is.sha256().equals(shouldBe.sha256())) {
            throw SyncProblems.unequal(sourceFile, targetFile, shouldBe.sha256(), is.sha256());
        }
        return is;
    }
}
