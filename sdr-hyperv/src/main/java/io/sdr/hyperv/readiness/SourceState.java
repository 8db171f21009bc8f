package io.sdr.hyperv.readiness;

import io.sdr.api.spi.VmDescription;
import io.sdr.hyperv.host.VmFacts;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A VM that shall be protected.
 *
 * @param vm as the inventory described it
 * @param facts what its host said of it; empty if it has no such VM
 * @param driver what would carry its data
 */
public record SourceState(VmDescription vm, Optional<VmFacts> facts, Driver driver) {
    /** What carries a VM's data; only one of them may. */
    public enum Driver {
        /** sdr's own replication. */
        SDR,
        /** Hyper-V Replica. */
        HYPER_V_REPLICA
    }

    String name() {
        return "VM " + vm.name();
    }

    Stream<VmFacts> stream() {
        return facts.stream();
    }

    boolean by(Driver one) {
        return driver == one;
    }

    /** A disk, for messages: its file, or its VM where it has none. */
    String name(VmFacts.Disk disk) {
        return disk.path().orElse("a disk of " + name());
    }

    /** Tells whether an integration service is off; one that the VM does not list is not known to be. */
    boolean lacks(String component) {
        return stream()
                .flatMap(each -> each.guestServices().stream())
                .anyMatch(each -> each.component().equals(component.toLowerCase(Locale.ROOT)) && !each.enabled());
    }
}
