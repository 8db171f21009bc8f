package io.sdr.api;

/** Who starts the two copies of a VM when their hosts come up. */
public enum BootGate {
    /**
     * The engine: automatic start is off on both copies. A VM that ran at the active side when its host went down is started by the
     * engine at the first contact, where the site tells of such VMs.
     */
    HYPERVISOR,
    /** The hosts, as they are set up: automatic start is left alone. An old copy may then run until the first contact. */
    NONE
}
