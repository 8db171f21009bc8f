package io.sdr.hyperv.host;

import io.sdr.hyperv.powershell.ScriptAnswer;
import java.util.Optional;

/**
 * What a host said of a disk's file.
 *
 * @param path the file
 * @param format {@code VHDX}, {@code VHD} or {@code VHDSet}
 * @param type {@code Fixed}, {@code Dynamic} or {@code Differencing}
 * @param sizeBytes the disk's size
 * @param fileBytes the file's size
 * @param blockBytes its blocks' size; 0 for a fixed disk
 * @param sectorBytes its logical sectors' size
 * @param parent the parent's file
 * @param diskId the identifier in the file
 * @param attached whether somebody has it open
 */
public record DiskFile(
        String path,
        String format,
        String type,
        long sizeBytes,
        long fileBytes,
        long blockBytes,
        int sectorBytes,
        Optional<String> parent,
        String diskId,
        boolean attached) {
    private static final int LARGEST_SECTOR = 4096;

    static DiskFile of(ScriptAnswer answer) {
        return new DiskFile(
                Reading.path(answer, "path").orElseThrow(() -> answer.malformed("path", "a path")),
                answer.text("format"),
                answer.text("type"),
                Reading.count(answer, "sizeBytes"),
                Reading.count(answer, "fileBytes"),
                Reading.count(answer, "blockBytes"),
                Reading.small(answer, "sectorBytes", LARGEST_SECTOR),
                Reading.path(answer, "parent"),
                answer.text("diskId"),
                answer.flag("attached"));
    }
}
