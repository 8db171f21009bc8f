package io.sdr.hyperv.simulation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A host's log of starts and ends of VMs that happened there. It is of a limited size: the oldest entries go first. */
public final class HostLog {
    private record Entry(Instant time, boolean start, String vm) {}

    private final List<Entry> entries = new ArrayList<>();
    private final Instant created;
    private boolean readable = true;

    /** A log in which another VM was the first. */
    HostLog(Instant created) {
        this.created = created;
        entries.add(new Entry(created, true, "another"));
    }

    void started(SimulatedVm vm, Instant time) {
        entries.add(new Entry(time, true, vm.id));
    }

    void ended(SimulatedVm vm, Instant time) {
        entries.add(new Entry(time, false, vm.id));
    }

    /** An administrator empties it. */
    public void empty() {
        entries.clear();
    }

    /** So much was logged since that what is older than this moment is gone. */
    public void rollOver(Instant moment) {
        entries.removeIf(each -> each.time().isBefore(moment));
        entries.add(0, new Entry(moment, true, "another"));
    }

    /** Whether the account of the scripts may read it. */
    public void setReadable(boolean value) {
        readable = value;
    }

    Optional<Instant> last(SimulatedVm.Edge edge, String vm) {
        return entries.stream()
                .filter(each ->
                        readable && each.vm().equalsIgnoreCase(vm) && each.start() == (edge == SimulatedVm.Edge.START))
                .map(Entry::time)
                .reduce((one, later) -> later);
    }

    Optional<Instant> from() {
        return readable
                ? Optional.of(entries.isEmpty() ? created : entries.get(0).time())
                : Optional.empty();
    }

    boolean isEmpty() {
        return readable && entries.isEmpty();
    }
}
