package io.sdr.hyperv.host;

import io.sdr.hyperv.powershell.Arguments;
import io.sdr.hyperv.powershell.ScriptAnswer;
import java.util.Optional;

/**
 * A disk at its place in a VM.
 *
 * @param path the file, as a path on the host; empty for a disk that is no file
 * @param controllerType {@code IDE} or {@code SCSI}
 * @param controllerNumber which controller, from 0
 * @param controllerLocation which place at it, from 0
 */
public record PlacedDisk(Optional<String> path, String controllerType, int controllerNumber, int controllerLocation) {
    private static final int MOST_CONTROLLERS = 4;
    private static final int MOST_PLACES = 64;

    /** The place of a VM's disk by its number: SCSI controllers of 64 places each, four of them. */
    public static PlacedDisk scsi(int index, String path) {
        return new PlacedDisk(Optional.of(path), "SCSI", index / MOST_PLACES, index % MOST_PLACES);
    }

    static PlacedDisk of(ScriptAnswer answer) {
        return new PlacedDisk(
                Reading.path(answer, "path"),
                answer.text("controllerType"),
                Reading.small(answer, "controllerNumber", MOST_CONTROLLERS - 1),
                Reading.small(answer, "controllerLocation", MOST_PLACES - 1));
    }

    Arguments arguments() {
        return Arguments.none()
                .with("path", path.orElseThrow())
                .with("controllerType", controllerType)
                .with("controllerNumber", controllerNumber)
                .with("controllerLocation", controllerLocation);
    }
}
