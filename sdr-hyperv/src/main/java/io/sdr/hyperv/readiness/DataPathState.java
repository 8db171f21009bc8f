package io.sdr.hyperv.readiness;

import java.util.List;

/**
 * How this process reaches what it must of one host's files.
 *
 * @param host the host's name
 * @param reaches the folders that it must reach
 * @param strayed disks whose parents lie where they are not looked for
 */
public record DataPathState(String host, List<Reach> reaches, List<Strayed> strayed) {
    public DataPathState {
        reaches = List.copyOf(reaches);
        strayed = List.copyOf(strayed);
    }

    /**
     * A disk whose parent lies in another folder.
     *
     * @param disk its file
     * @param parent the parent's file
     */
    public record Strayed(String disk, String parent) {}
}
