package io.sdr.hyperv.provider;

import io.sdr.api.DiskId;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.OperationFailedException;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.ChangedRanges;
import java.util.List;
import java.util.Optional;

/**
 * Asks Hyper-V's change tracking. Whatever is not sure is not known, and never the same as nothing: a mark that is gone, a disk that the
 * mark does not name, one that this library wrote without its VM, a tracking id that Hyper-V does not know.
 */
final class ChangedBlocks {
    private final HostedCheckpoints checkpoints;

    ChangedBlocks(HostedCheckpoints checkpoints) {
        this.checkpoints = checkpoints;
    }

    ChangedRanges between(String since, String until, DiskId disk, CallContext context) {
        Optional<CheckpointName> from = CheckpointName.find(since);
        Optional<CheckpointName> to = CheckpointName.find(until);
        if (from.isEmpty() || to.isEmpty() || !from.get().vm().equals(to.get().vm())) {
            // Whoever does not answer has not said that he knows nothing.
            List<String> unused =
                    to.map(each -> checkpoints.leftovers(each.vm(), context)).orElse(List.of());
            return new ChangedRanges.Unknown(since + " and " + until + " are not moments of one VM of this site");
        }
        Optional<HostedCheckpoints.TrackedDisk> tracked = checkpoints.tracked(from.get(), to.get(), disk, context);
        if (tracked.isEmpty()) {
            return new ChangedRanges.Unknown("mark " + since + " or checkpoint " + until + " is not there");
        }
        return changes(tracked.get(), from.get(), context);
    }

    private ChangedRanges changes(HostedCheckpoints.TrackedDisk disk, CheckpointName since, CallContext context) {
        if (!TrackedMarks.isNoted(disk.host(), disk.path(), since)) {
            return new ChangedRanges.Unknown(disk.path() + " is another file than at mark " + since.value()
                    + ", or was written without its VM since then");
        }
        Optional<String> tracking = tracking(disk, context);
        if (tracking.isEmpty()) {
            return new ChangedRanges.Unknown("none, or several, of the tracking ids of mark " + since.value()
                    + " are those of disk " + disk.path());
        }
        try {
            return new ChangedRanges.Known(disk.host()
                    .checkpoints()
                    .changes(disk.path().toString(), tracking.get(), disk.sizeBytes(), context));
        } catch (OperationFailedException | InvalidRequestException lost) {
            if (lost.code().equals("TOO_LATE")) {
                throw lost;
            }
            return new ChangedRanges.Unknown("Hyper-V does not know: " + lost.getMessage());
        }
    }

    /**
     * A mark names its disks by ids of WMI that no file tells. Of several, the one is taken that Hyper-V takes for this disk, if it is
     * one: should it ever take another disk's, nothing is known.
     */
    private static Optional<String> tracking(HostedCheckpoints.TrackedDisk disk, CallContext context) {
        List<String> all = disk.mark().tracking();
        List<String> own = all.size() == 1
                ? all
                : disk.host().checkpoints().known(disk.path().toString(), all, context);
        return own.size() == 1 ? Optional.of(own.get(0)) : Optional.empty();
    }
}
