package io.sdr.hyperv.host;

import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import java.util.Optional;

/** Tells which host has a VM, where somebody above the hosts knows. What it tells may be old: a host has the last word. Thread-safe. */
public interface Owners {
    /** Tells the name of the host; empty if it is not known, or if nobody answers. */
    Optional<String> owner(VmId vm, CallContext context);

    /** Hears that a host that was named does not have the VM, so that it looks anew. */
    void missed(VmId vm, CallContext context);
}
