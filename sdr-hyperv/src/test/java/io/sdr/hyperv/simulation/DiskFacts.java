package io.sdr.hyperv.simulation;

/**
 * What Get-VHD tells of a file.
 *
 * @param path the file
 * @param format VHDX or VHD
 * @param type Fixed, Dynamic or Differencing
 * @param sizeBytes the disk's size
 * @param fileBytes the file's size
 * @param blockBytes its blocks' size; 0 for a fixed disk
 * @param sectorBytes the guest's sector
 * @param parent the parent's file; empty if there is none
 * @param diskId the identifier in the file
 */
record DiskFacts(
        String path,
        String format,
        String type,
        long sizeBytes,
        long fileBytes,
        long blockBytes,
        int sectorBytes,
        String parent,
        String diskId) {}
