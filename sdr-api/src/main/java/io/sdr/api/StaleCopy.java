package io.sdr.api;

/** What is done with a VM that is seen running at the side that is not active. In each case it is locked against start first, and listeners hear of it. */
public enum StaleCopy {
    /** Its power is taken. What it wrote stays on its disks. */
    STOP,
    /** It goes on running, with all its network adapters disconnected, until somebody says which copy survives. */
    DISCONNECT_NETWORK,
    /** It goes on running as it is, until somebody says which copy survives. */
    LEAVE_RUNNING
}
