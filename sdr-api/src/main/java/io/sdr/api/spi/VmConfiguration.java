package io.sdr.api.spi;

import java.util.List;
import java.util.Objects;

/**
 * What a VM is besides its disks: the part of its configuration that travels to the other site. Immutable; the withers give copies.
 * Defaults: secure boot off, no network adapters.
 */
public final class VmConfiguration {
    private final int processors;
    private final long memoryBytes;
    private final String firmware;
    private final boolean secureBoot;
    private final List<NetworkAdapter> adapters;

    private VmConfiguration(
            int processors, long memoryBytes, String firmware, boolean secureBoot, List<NetworkAdapter> adapters) {
        this.processors = processors;
        this.memoryBytes = memoryBytes;
        this.firmware = firmware;
        this.secureBoot = secureBoot;
        this.adapters = List.copyOf(adapters);
    }

    /**
     * Makes a configuration.
     *
     * @param processors number of virtual processors, at least 1
     * @param memoryBytes memory in bytes
     * @param firmware the firmware's name, such as {@code bios} or {@code uefi}; it cannot be changed once a VM is made
     * @return the configuration
     */
    public static VmConfiguration of(int processors, long memoryBytes, String firmware) {
        return new VmConfiguration(processors, memoryBytes, firmware, false, List.of());
    }

    /**
     * Changes the firmware's name.
     *
     * @param value the name
     * @return a copy
     */
    public VmConfiguration withFirmware(String value) {
        return new VmConfiguration(processors, memoryBytes, value, secureBoot, adapters);
    }

    /**
     * Switches secure boot on or off.
     *
     * @param value whether it is on
     * @return a copy
     */
    public VmConfiguration withSecureBoot(boolean value) {
        return new VmConfiguration(processors, memoryBytes, firmware, value, adapters);
    }

    /**
     * Changes the network adapters.
     *
     * @param value the adapters, in order
     * @return a copy
     */
    public VmConfiguration withAdapters(List<NetworkAdapter> value) {
        return new VmConfiguration(processors, memoryBytes, firmware, secureBoot, value);
    }

    /**
     * Changes processors and memory.
     *
     * @param count number of virtual processors, at least 1
     * @param bytes memory in bytes
     * @return a copy
     */
    public VmConfiguration withSize(int count, long bytes) {
        return new VmConfiguration(count, bytes, firmware, secureBoot, adapters);
    }

    /**
     * Gives the number of virtual processors.
     *
     * @return the number
     */
    public int processors() {
        return processors;
    }

    /**
     * Gives the memory.
     *
     * @return in bytes
     */
    public long memoryBytes() {
        return memoryBytes;
    }

    /**
     * Names the firmware.
     *
     * @return its name
     */
    public String firmware() {
        return firmware;
    }

    /**
     * Tells whether secure boot is on.
     *
     * @return true if so
     */
    public boolean secureBoot() {
        return secureBoot;
    }

    /**
     * Gives the network adapters.
     *
     * @return the adapters, in order
     */
    public List<NetworkAdapter> adapters() {
        return adapters;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VmConfiguration that
                && processors == that.processors
                && memoryBytes == that.memoryBytes
                && firmware.equals(that.firmware)
                && secureBoot == that.secureBoot
                && adapters.equals(that.adapters);
    }

    @Override
    public int hashCode() {
        return Objects.hash(processors, memoryBytes, firmware, secureBoot, adapters);
    }

    @Override
    public String toString() {
        return processors + " processors, " + memoryBytes + " bytes, " + firmware + (secureBoot ? ", secure boot" : "")
                + ", adapters " + adapters;
    }
}
