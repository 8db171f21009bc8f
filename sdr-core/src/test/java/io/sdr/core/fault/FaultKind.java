package io.sdr.core.fault;

import io.sdr.testkit.Fault;
import io.sdr.testkit.Faults;
import io.sdr.testkit.Faults.Kind;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What goes wrong at a call. */
@SuppressWarnings("ImmutableEnumChecker") // its fields never change; the checker cannot know
enum FaultKind {
    /** The call fails once, nothing was done. */
    FAILS_ONCE(false, new Fault.Fails(), Kind.values()),
    /** It and the next two calls of its name fail. */
    FAILS_THRICE(false, new Fault.Fails(), Kind.values()),
    /** It acts, and its answer is lost. */
    ANSWER_LOST(false, new Fault.LosesAnswer(), Kind.CHANGE, Kind.STORAGE_CHANGE),
    /** Its answer is lost, and it acts half a minute later. */
    ACTS_LATE(false, new Fault.ActsLate(Duration.ofSeconds(30)), Kind.CHANGE),
    /** It takes 20 seconds. */
    SLOW(false, new Fault.Slow(Duration.ofSeconds(20)), Kind.CHANGE, Kind.READ),
    /** It takes an hour: longer than any step of seconds may take. */
    TOO_SLOW(false, new Fault.Slow(Duration.ofHours(1)), Kind.CHANGE),
    /** The site gives no answer to this call. */
    AWAY_ONCE(
            false,
            new Fault.LosesContactFor(Duration.ZERO),
            Kind.CHANGE,
            Kind.READ,
            Kind.CONTACT,
            Kind.STORAGE_CHANGE,
            Kind.STORAGE_READ),
    /** The site is away for two minutes. */
    AWAY_SHORTLY(
            false,
            new Fault.LosesContactFor(Duration.ofMinutes(2)),
            Kind.CHANGE,
            Kind.READ,
            Kind.CONTACT,
            Kind.STORAGE_CHANGE),
    /** The site is away until somebody repairs it. */
    AWAY(false, new Fault.LosesContact(), Kind.CHANGE, Kind.READ, Kind.CONTACT, Kind.STORAGE_CHANGE, Kind.STORAGE_READ),
    /** The storage is full at this call. */
    FULL_ONCE(false, new Fault.StorageFull(), Kind.STORAGE_CHANGE),
    /** The storage is full from this call on, until somebody makes room. */
    FULL(true, new Fault.StorageFull(), Kind.STORAGE_CHANGE),
    /** The site refuses this call. */
    REFUSED_ONCE(false, new Fault.Refuses("NOT_TODAY"), Kind.CHANGE, Kind.READ),
    /** The site refuses calls of this name from now on. */
    REFUSED(true, new Fault.Refuses("NOT_TODAY"), Kind.CHANGE, Kind.READ, Kind.STORAGE_CHANGE, Kind.STORAGE_READ);

    private final boolean lasting;
    private final Fault fault;
    private final Set<Kind> kinds;

    FaultKind(boolean lasting, Fault fault, Kind... kinds) {
        this.lasting = lasting;
        this.fault = fault;
        this.kinds = EnumSet.copyOf(Set.of(kinds));
    }

    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    boolean isSilence() {
        return this == AWAY || this == AWAY_SHORTLY;
    }

    boolean happensAt(FaultWorld.Made call) {
        boolean takesRoom = Set.of("storage.write", "storage.create", "storage.setSize", "disk.write")
                .contains(call.name());
        return kinds.contains(call.kind()) && (!(fault instanceof Fault.StorageFull) || takesRoom);
    }

    void script(Faults faults, FaultWorld.Made call) {
        if (this == FAILS_THRICE) {
            for (int i = 0; i < 3; i++) {
                faults.at(call.name(), call.nth() + i, fault);
            }
        } else if (lasting) {
            faults.from(call.name(), call.nth(), fault);
        } else {
            faults.at(call.name(), call.nth(), fault);
        }
    }
}
