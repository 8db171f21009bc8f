package io.sdr.hyperv.readiness;

import io.sdr.hyperv.access.HostPath;

/**
 * A folder of a host, as this process reaches it.
 *
 * @param folder its path on the host
 * @param way how far this process comes
 * @param why what stands in its way, as one line; empty for {@link Way#OPEN}
 */
public record Reach(HostPath folder, Way way, String why) {
    /** How far this process comes. */
    public enum Way {
        /** As far as it must. */
        OPEN,
        /** Nowhere: nothing was said of the folder. */
        NONE,
        /** To a folder that it cannot read, or that has not what the host's has. */
        UNREADABLE,
        /** To a folder in which it may make no files, and must. */
        READ_ONLY
    }
}
