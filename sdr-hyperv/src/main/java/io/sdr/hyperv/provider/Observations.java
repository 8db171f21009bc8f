package io.sdr.hyperv.provider;

import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.VmObservation;
import io.sdr.hyperv.host.HostScripts;
import io.sdr.hyperv.host.SeenVm;
import io.sdr.hyperv.host.SiteHost;
import io.sdr.hyperv.host.Tag;
import io.sdr.hyperv.host.VmState;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Makes of what a host says of a VM what a site tells of it. */
final class Observations {
    /** A start in the log and the VM's uptime are of one start if they differ by no more: the log is written a little later. */
    private static final Duration ONE_START = Duration.ofMinutes(2);

    private final DiskBook disks;

    Observations(DiskBook disks) {
        this.disks = disks;
    }

    VmObservation of(SiteHost host, SeenVm seen, CallContext context) {
        boolean runs = seen.state().mayWrite();
        VmId vm = seen.vm();
        return new VmObservation(
                vm,
                runs ? VmObservation.Power.RUNNING : VmObservation.Power.OFF,
                seen.locked(),
                seen.bootsByItself(),
                !runs && !seen.bootsByItself() && diedWithItsHost(seen),
                runs ? runningSince(seen) : seen.life().lastStart(),
                seen.life().startsKnownSince(seen.created()),
                runs ? Optional.empty() : seen.life().offSince(),
                runs ? seen.heartbeat() : Optional.empty(),
                disks.disks(host, seen, context),
                tag(seen));
    }

    /** The log's moment is preferred to the one that is reckoned from the uptime: it is the same whenever it is looked at. */
    private static Optional<Instant> runningSince(SeenVm seen) {
        Instant reckoned = seen.clock().minus(seen.uptime());
        return Optional.of(seen.life()
                .lastStart()
                .filter(logged -> Duration.between(logged, reckoned).abs().compareTo(ONE_START) <= 0)
                .orElseGet(() -> reckoned.truncatedTo(ChronoUnit.SECONDS)));
    }

    private static boolean diedWithItsHost(SeenVm seen) {
        Optional<Instant> start = seen.life().lastStart();
        return seen.state() == VmState.OFF
                && start.filter(each -> each.isBefore(seen.hostStart())).isPresent()
                && seen.life().runsOn()
                && seen.notedOff().filter(noted -> !noted.isBefore(start.get())).isEmpty();
    }

    /** What a VM was made for; a line that only marks a user's VM for its administrator is no such tag. */
    private static Optional<String> tag(SeenVm seen) {
        return seen.tags().stream()
                .filter(each -> Roles.isCopy(each) || Roles.isTest(each))
                .findFirst()
                .map(Observations::text);
    }

    private static String text(Tag tag) {
        String item = HostScripts.item(tag.item()).map(Object::toString).orElse(tag.item());
        return Roles.isCopy(tag) ? item : item + "/" + tag.role();
    }
}
