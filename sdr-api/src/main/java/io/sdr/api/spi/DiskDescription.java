package io.sdr.api.spi;

import java.util.Optional;

/**
 * What a disk file says of itself, its log applied; parents are not looked at.
 *
 * @param format the format's name
 * @param type how it takes space
 * @param virtualSizeBytes the disk's size as a guest sees it, in bytes
 * @param blockSizeBytes bytes of one unit of allocation; 0 if there is none
 * @param logicalSectorBytes the guest's sector, in bytes
 * @param diskId the disk's identifier as the format writes it; empty if the format has none
 * @param parent the parent's path as it is written in the file; empty if there is none
 * @param logDirty whether changes wait in the file's log: the next opening for writing applies them
 * @param dataBytes payload that takes space in this file, in bytes
 */
public record DiskDescription(
        String format,
        DiskType type,
        long virtualSizeBytes,
        long blockSizeBytes,
        int logicalSectorBytes,
        String diskId,
        Optional<String> parent,
        boolean logDirty,
        long dataBytes) {}
