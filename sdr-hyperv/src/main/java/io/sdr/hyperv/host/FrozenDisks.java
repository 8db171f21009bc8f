package io.sdr.hyperv.host;

import io.sdr.hyperv.powershell.ScriptAnswer;
import java.time.Instant;
import java.util.List;

/**
 * What a checkpoint froze.
 *
 * @param time when, by the host's clock
 * @param disks the files, at their disks' places
 */
public record FrozenDisks(Instant time, List<PlacedDisk> disks) {
    public FrozenDisks {
        disks = List.copyOf(disks);
    }

    static FrozenDisks of(ScriptAnswer answer) {
        return new FrozenDisks(
                answer.moment("time"),
                answer.each("disks").stream().map(PlacedDisk::of).toList());
    }
}
