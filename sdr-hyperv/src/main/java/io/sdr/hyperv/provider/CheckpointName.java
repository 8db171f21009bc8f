package io.sdr.hyperv.provider;

import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.hyperv.host.Reading;
import java.util.Locale;
import java.util.Optional;

/**
 * The id of a checkpoint and of the mark that it leaves, and the token of its scripts: the VM's id and what the call's token gives.
 *
 * @param vm the VM
 * @param value the whole id
 */
record CheckpointName(VmId vm, String value) {
    private static final int GUID = 36;
    private static final int DIGITS = 24;

    static CheckpointName of(VmId vm, CallContext context) {
        String token = Digests.of(context.item() + "\n" + context.token()).substring(0, DIGITS);
        return new CheckpointName(vm, vm.value().toLowerCase(Locale.ROOT) + "-" + token);
    }

    /** Reads an id; empty if it is none of this site. */
    static Optional<CheckpointName> find(String id) {
        return id.length() == GUID + 1 + DIGITS && Reading.isGuid(id.substring(0, GUID))
                ? Optional.of(new CheckpointName(new VmId(id.substring(0, GUID)), id))
                : Optional.empty();
    }
}
