package io.sdr.hyperv.simulation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What VMM has written down of a VM: as it was at VMM's last look. */
final class VmmRecord {
    final String id;
    final String vm;
    String name = "";
    String status = "";
    Optional<SimulatedHost> host = Optional.empty();
    Optional<String> cloud = Optional.empty();
    Instant modified = Instant.EPOCH;
    final List<Nic> nics = new ArrayList<>();

    /** An adapter, as VMM knows it: not by its name. */
    record Nic(String id, String adapter, String device, String mac, Optional<VmmNet.Place> place) {}

    VmmRecord(String id, String vm) {
        this.id = id;
        this.vm = vm;
    }
}
