package io.sdr.api;

/** Who starts the two copies of a VM when their hosts come up. */
public enum BootGate {
    /**
     * The engine: automatic start is off on both copies. A VM that ran at the active side when its host went down is started by the
     * engine at the first contact, where the site tells of such VMs, and if the other site does not know a later decision. While the
     * engine is down, or has no contact, it stays off; nothing is in the way of starting it by hand on the active side.
     */
    ENGINE,
    /** The hosts, as they are set up: automatic start is left alone. An old copy may then run until the first contact. */
    HOSTS
}
