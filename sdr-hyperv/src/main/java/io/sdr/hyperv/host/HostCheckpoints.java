package io.sdr.hyperv.host;

import io.sdr.api.Consistency;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.RangeSet;
import io.sdr.hyperv.powershell.Arguments;
import io.sdr.hyperv.powershell.ScriptAnswer;
import java.util.List;

/** Checkpoints and change tracking (RCT) of a host's VMs. Thread-safe. */
public final class HostCheckpoints {
    /** Ranges in one answer: some 40 bytes of JSON each, well below the answer's limit. */
    private static final int MOST_RANGES = 100_000;

    /** Of so much Hyper-V is asked to see whether it takes an id: the grain of its tracking is no larger. */
    private static final long PROBE_BYTES = 64 << 10;

    private final HostScripts host;

    public HostCheckpoints(HostScripts host) {
        this.host = host;
    }

    /**
     * Freezes all disks of a VM.
     *
     * @param token names the effect: the same one gives the same checkpoint, also after a lost answer; digits and small letters
     * @return the checkpoint; it says which consistency was reached
     */
    public CreatedCheckpoint create(VmId vm, String token, Consistency consistency, CallContext context) {
        Arguments arguments = host.guarded(vm, context)
                .with("token", token)
                .with("application", consistency == Consistency.APPLICATION_CONSISTENT);
        return CreatedCheckpoint.of(host.run("checkpoint-create", arguments, context));
    }

    /** Lists what there is of a VM, and what was made for the context's item. */
    public MadeCheckpoints list(VmId vm, CallContext context) {
        return MadeCheckpoints.of(
                host.run("checkpoint-list", host.inCatalogue(context).with("vm", vm.value()), context));
    }

    /** Tells what a checkpoint froze. Refused with code {@code CHECKPOINT_GONE} if it is no longer there. */
    public FrozenDisks frozen(VmId vm, String checkpoint, CallContext context) {
        return FrozenDisks.of(host.run(
                "checkpoint-disks", Arguments.none().with("vm", vm.value()).with("checkpoint", checkpoint), context));
    }

    /** Gives a checkpoint up and keeps its moment. The same token gives the same mark. */
    public TrackingMark keepMark(VmId vm, String token, String checkpoint, CallContext context) {
        return TrackingMark.of(host.run(
                "checkpoint-to-reference",
                host.guarded(vm, context).with("token", token).with("checkpoint", checkpoint),
                context));
    }

    /** Gives a checkpoint up with its moment. Missing is done. */
    public void delete(VmId vm, String checkpoint, CallContext context) {
        host.run("checkpoint-delete", host.guarded(vm, context).with("checkpoint", checkpoint), context);
    }

    /** Gives a mark up. Missing is done. */
    public void deleteMark(VmId vm, String mark, CallContext context) {
        host.run("reference-delete", host.guarded(vm, context).with("reference", mark), context);
    }

    /** Tells which of some tracking ids Hyper-V takes for a disk; one of another disk it refuses. */
    public List<String> known(String path, List<String> tracking, CallContext context) {
        return host.run(
                        "tracking-known",
                        Arguments.none()
                                .with("path", path)
                                .with("since", tracking)
                                .with("length", PROBE_BYTES),
                        context)
                .texts("known");
    }

    /**
     * Tells what changed on a disk since a mark.
     *
     * @param path the frozen file
     * @param tracking the disk's tracking id of the mark
     * @param sizeBytes the disk's size
     * @return the ranges: candidates, still to be compared
     */
    public RangeSet changes(String path, String tracking, long sizeBytes, CallContext context) {
        RangeSet.Builder changed = new RangeSet.Builder();
        for (long done = 0; done < sizeBytes; ) {
            ScriptAnswer answer = host.run(
                    "changed-ranges",
                    Arguments.none()
                            .with("path", path)
                            .with("since", tracking)
                            .with("offset", done)
                            .with("length", sizeBytes - done)
                            .with("most", MOST_RANGES),
                    context);
            add(changed, answer, sizeBytes);
            long processed = Reading.count(answer, "processedBytes");
            if (processed == 0 || processed > sizeBytes - done) {
                throw answer.malformed("processedBytes", "between 1 and " + (sizeBytes - done));
            }
            done += processed;
        }
        return changed.build();
    }

    private static void add(RangeSet.Builder changed, ScriptAnswer answer, long sizeBytes) {
        long[] offsets = answer.numbers("offsets");
        long[] lengths = answer.numbers("lengths");
        if (offsets.length != lengths.length) {
            throw answer.malformed("lengths", "one for each of " + offsets.length + " offsets");
        }
        for (int i = 0; i < offsets.length; i++) {
            if (offsets[i] < 0 || lengths[i] < 0 || lengths[i] > sizeBytes - offsets[i]) {
                throw answer.malformed("offsets", "ranges inside the disk's " + sizeBytes + " bytes");
            }
            changed.add(offsets[i], lengths[i]);
        }
    }
}
