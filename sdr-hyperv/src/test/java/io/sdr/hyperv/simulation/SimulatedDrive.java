package io.sdr.hyperv.simulation;

import java.util.OptionalInt;

/** A disk at its place in a VM. */
public final class SimulatedDrive {
    private final String controllerType;
    private final int controllerNumber;
    private final int controllerLocation;
    final Tracking tracking;
    final String diskId;
    private String path;
    private OptionalInt diskNumber = OptionalInt.empty();
    private boolean shared;
    private String lastSeen = "";

    SimulatedDrive(
            String controllerType,
            int controllerNumber,
            int controllerLocation,
            String path,
            String diskId,
            Tracking tracking) {
        this.controllerType = controllerType;
        this.controllerNumber = controllerNumber;
        this.controllerLocation = controllerLocation;
        this.path = path;
        this.diskId = diskId;
        this.tracking = tracking;
    }

    public String controllerType() {
        return controllerType;
    }

    public int controllerNumber() {
        return controllerNumber;
    }

    public int controllerLocation() {
        return controllerLocation;
    }

    /** The file that the guest writes to now. */
    public String path() {
        return path;
    }

    /** The function DiskPath. */
    String file() {
        return diskNumber.isEmpty() ? path : "";
    }

    /** What Hyper-V tells of it: of a pass-through disk a text that is no path. */
    String shown() {
        return diskNumber.isEmpty() ? path : "Disk " + diskNumber.getAsInt() + " 8.00 GB Bus 0 Lun 1 Target 0";
    }

    /** Whether it is a disk of the host and no file. */
    public OptionalInt diskNumber() {
        return diskNumber;
    }

    public boolean shared() {
        return shared;
    }

    public SimulatedDrive share() {
        shared = true;
        return this;
    }

    public SimulatedDrive passThrough(int number) {
        diskNumber = OptionalInt.of(number);
        return this;
    }

    /** The file looks so when its VM lets go of it. If it looks otherwise later, what was changed was not tracked. */
    void seen(String fingerprint) {
        lastSeen = fingerprint;
    }

    /** Tracking does not know what others changed while the VM was off. */
    void look(String fingerprint) {
        if (!lastSeen.isEmpty() && !lastSeen.equals(fingerprint)) {
            tracking.lose();
        }
    }

    void path(String value) {
        path = value;
    }

    boolean isAt(SimulatedDrive other) {
        return controllerType.equalsIgnoreCase(other.controllerType)
                && controllerNumber == other.controllerNumber
                && controllerLocation == other.controllerLocation;
    }
}
