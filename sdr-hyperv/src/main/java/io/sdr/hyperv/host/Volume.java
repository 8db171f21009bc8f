package io.sdr.hyperv.host;

import io.sdr.hyperv.powershell.ScriptAnswer;

/**
 * A volume of a host.
 *
 * @param path where it is mounted, such as {@code D:\} or {@code C:\ClusterStorage\Volume1\}; also by its id, if nowhere else
 * @param fileSystem its file system, such as {@code NTFS} or {@code CSVFS}
 * @param capacityBytes its size
 * @param freeBytes what is free
 */
record Volume(String path, String fileSystem, long capacityBytes, long freeBytes) {
    static Volume of(ScriptAnswer answer) {
        return new Volume(
                answer.text("path"),
                answer.text("fileSystem"),
                Reading.count(answer, "capacityBytes"),
                Reading.count(answer, "freeBytes"));
    }
}
