package io.sdr.hyperv.host;

/** Hyper-V's states of a VM that matter here, by the names of the module's enumeration {@code VMState}. */
enum VmState {
    OFF,
    RUNNING,
    STARTING,
    STOPPING,
    SAVING,
    SAVED,
    PAUSING,
    PAUSED,
    RESUMING,
    /** Another one, such as a critical one. */
    UNKNOWN;

    /** Tells whether a process may have its disks open; whatever is not known may. */
    boolean mayWrite() {
        return this != OFF && this != SAVED;
    }
}
