package io.sdr.hyperv.host;

/** Hyper-V's states of a VM that matter here, by the names of the module's enumeration {@code VMState}. */
public enum VmState {
    OFF,
    RUNNING,
    STARTING,
    STOPPING,
    SAVING,
    SAVED,
    /** Off, and its storage cannot be reached. */
    OFF_CRITICAL,
    /** Saved, and its storage cannot be reached. */
    SAVED_CRITICAL,
    PAUSING,
    PAUSED,
    RESUMING,
    /** Another one, such as a critical one. */
    UNKNOWN;

    /** Tells whether a process may have its disks open; whatever is not known may. */
    public boolean mayWrite() {
        return this != OFF && this != SAVED && !isWithoutStorage();
    }

    /** Tells whether it is off or saved where Hyper-V cannot reach its storage: nobody must rely on that for a change. */
    public boolean isWithoutStorage() {
        return this == OFF_CRITICAL || this == SAVED_CRITICAL;
    }
}
