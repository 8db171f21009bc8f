package io.sdr.hyperv.host;

import io.sdr.hyperv.access.HostPath;
import io.sdr.hyperv.powershell.ScriptAnswer;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A volume of a host.
 *
 * @param path where it is mounted, such as {@code D:\} or {@code C:\ClusterStorage\Volume1\}; also by its id, if nowhere else
 * @param fileSystem its file system, such as {@code NTFS} or {@code CSVFS}
 * @param capacityBytes its size
 * @param freeBytes what is free
 */
public record Volume(String path, String fileSystem, long capacityBytes, long freeBytes) {
    /** The volume that holds a folder: of those that are mounted above it the innermost. */
    public static Optional<Volume> holding(List<Volume> volumes, HostPath folder) {
        return volumes.stream()
                .filter(volume -> volume.isAbove(folder))
                .max(Comparator.comparingInt(volume -> volume.path().length()));
    }

    private boolean isAbove(HostPath folder) {
        // A volume without a place of its own is named by its id, which is no path of a folder.
        return !path.startsWith("\\\\?\\") && folder.below(HostPath.of(path)).isPresent();
    }

    static Volume of(ScriptAnswer answer) {
        return new Volume(
                answer.text("path"),
                answer.text("fileSystem"),
                Reading.count(answer, "capacityBytes"),
                Reading.count(answer, "freeBytes"));
    }
}
