package io.sdr.hyperv.host;

import io.sdr.api.VmId;
import io.sdr.hyperv.powershell.ScriptAnswer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a host said of a VM.
 *
 * @param vm the VM
 * @param name its name; not unique
 * @param state its state
 * @param heartbeat whether the guest answers; empty where the host does not know
 * @param uptime for how long it has run; zero if it does not
 * @param clock the host's clock at that moment
 * @param bootsByItself whether the host may start it after a restart
 * @param locked whether it is locked against start
 * @param clustered whether a cluster moves it
 * @param tags what it was made or marked for
 * @param disks its disks
 */
record SeenVm(
        VmId vm,
        String name,
        VmState state,
        Optional<Boolean> heartbeat,
        Duration uptime,
        Instant clock,
        boolean bootsByItself,
        boolean locked,
        boolean clustered,
        List<Tag> tags,
        List<PlacedDisk> disks) {
    SeenVm {
        tags = List.copyOf(tags);
        disks = List.copyOf(disks);
    }

    static SeenVm of(ScriptAnswer answer) {
        return new SeenVm(
                Reading.vm(answer, "vm"),
                answer.text("name"),
                Reading.named(answer.text("state"), VmState.UNKNOWN),
                heartbeat(answer.text("heartbeat")),
                Duration.ofMillis(Reading.count(answer, "uptimeMillis")),
                answer.moment("clock"),
                !answer.text("automaticStart").equals("Nothing"),
                answer.flag("locked"),
                answer.flag("clustered"),
                answer.texts("tags").stream()
                        .flatMap(line -> Tag.find(line).stream())
                        .toList(),
                answer.each("disks").stream().map(PlacedDisk::of).toList());
    }

    /** Names of {@code VMHeartbeatStatus}: Ok… if the guest answers, NoContact or LostCommunication if it should and does not. */
    private static Optional<Boolean> heartbeat(String status) {
        if (status.startsWith("Ok")) {
            return Optional.of(true);
        }
        return status.equals("NoContact") || status.equals("LostCommunication") ? Optional.of(false) : Optional.empty();
    }
}
