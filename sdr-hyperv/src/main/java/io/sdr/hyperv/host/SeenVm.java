package io.sdr.hyperv.host;

import io.sdr.api.GuestAddress;
import io.sdr.api.VmId;
import io.sdr.hyperv.powershell.ScriptAnswer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a host said of a VM.
 *
 * @param vm the VM
 * @param name its name; not unique
 * @param state its state
 * @param heartbeat whether the guest answers; empty where the host does not know
 * @param uptime for how long it has run; zero if it does not
 * @param clock the host's clock at that moment
 * @param hostStart when the host itself last came up
 * @param created when the VM was made
 * @param life what the log of this host tells, or the logs of all hosts of the site
 * @param notedOff when this library last found it off and said so, after it had died with its host; empty if never
 * @param bootsByItself whether the host may start it after a restart
 * @param locked whether it is locked against start
 * @param clustered whether a cluster moves it
 * @param generation 1 or 2
 * @param diskNames what its disks were called when they were attached, by their files
 * @param addresses what its guest gets at its next start or got at its last, by adapters
 * @param unaddressed the adapters whose guest the last start did not give their addresses
 * @param tags what it was made or marked for
 * @param disks its disks
 */
public record SeenVm(
        VmId vm,
        String name,
        VmState state,
        Optional<Boolean> heartbeat,
        Duration uptime,
        Instant clock,
        Instant hostStart,
        Instant created,
        LoggedLife life,
        Optional<Instant> notedOff,
        boolean bootsByItself,
        boolean locked,
        boolean clustered,
        int generation,
        Map<String, String> diskNames,
        Map<String, GuestAddress> addresses,
        Set<String> unaddressed,
        List<Tag> tags,
        List<PlacedDisk> disks) {
    private static final int MOST_GENERATION = 99;

    public SeenVm {
        diskNames = Map.copyOf(diskNames);
        addresses = Map.copyOf(addresses);
        unaddressed = Set.copyOf(unaddressed);
        tags = List.copyOf(tags);
        disks = List.copyOf(disks);
    }

    /** The same with what the logs of all hosts tell. */
    public SeenVm withLife(LoggedLife whole) {
        return new SeenVm(
                vm,
                name,
                state,
                heartbeat,
                uptime,
                clock,
                hostStart,
                created,
                whole,
                notedOff,
                bootsByItself,
                locked,
                clustered,
                generation,
                diskNames,
                addresses,
                unaddressed,
                tags,
                disks);
    }

    static SeenVm of(ScriptAnswer answer) {
        return new SeenVm(
                Reading.vm(answer, "vm"),
                answer.text("name"),
                Reading.named(answer.text("state"), VmState.UNKNOWN),
                heartbeat(answer.text("heartbeat")),
                Duration.ofMillis(Reading.count(answer, "uptimeMillis")),
                answer.moment("clock"),
                answer.moment("hostStart"),
                answer.moment("created"),
                LoggedLife.of(answer),
                answer.findMoment("notedOff"),
                !answer.text("automaticStart").equals("Nothing"),
                answer.flag("locked"),
                answer.flag("clustered"),
                Reading.small(answer, "generation", MOST_GENERATION),
                diskNames(answer.texts("diskNames")),
                AddressLines.read(answer.texts("addresses")),
                AddressLines.read(answer.texts("unaddressed")).keySet(),
                answer.texts("tags").stream()
                        .flatMap(line -> Tag.find(line).stream())
                        .toList(),
                answer.each("disks").stream().map(PlacedDisk::of).toList());
    }

    /** Tells the address that an adapter's guest has or will have by this library; empty if it keeps its own. */
    public Optional<GuestAddress> address(String adapter) {
        return state == VmState.RUNNING && unaddressed.contains(adapter)
                ? Optional.empty()
                : Optional.ofNullable(addresses.get(adapter));
    }

    /** Lines of a name, a blank and a path. */
    private static Map<String, String> diskNames(List<String> lines) {
        Map<String, String> names = new HashMap<>();
        for (String line : lines) {
            int blank = line.indexOf(' ');
            if (blank > 0) {
                names.put(line.substring(blank + 1), line.substring(0, blank));
            }
        }
        return names;
    }

    /** Names of {@code VMHeartbeatStatus}: Ok… if the guest answers, NoContact or LostCommunication if it should and does not. */
    private static Optional<Boolean> heartbeat(String status) {
        if (status.startsWith("Ok")) {
            return Optional.of(true);
        }
        return status.equals("NoContact") || status.equals("LostCommunication") ? Optional.of(false) : Optional.empty();
    }
}
