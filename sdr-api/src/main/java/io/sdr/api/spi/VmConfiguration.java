package io.sdr.api.spi;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a VM is besides its disks: the part of its configuration that travels to the other site. Immutable; the withers give copies.
 * Defaults: static memory, secure boot off, no network adapters.
 */
public final class VmConfiguration {
    private final int processors;
    private final long memoryBytes;
    private final Optional<DynamicMemory> dynamicMemory;
    private final String firmware;
    private final boolean secureBoot;
    private final Optional<String> secureBootTemplate;
    private final List<NetworkAdapter> adapters;

    /**
     * Bounds of memory that the hypervisor changes while the VM runs.
     *
     * @param minimumBytes the least, in bytes
     * @param maximumBytes the most, in bytes
     */
    public record DynamicMemory(long minimumBytes, long maximumBytes) {
        /**
         * Checks the bounds.
         *
         * @throws InvalidRequestException code {@code INVALID_MEMORY} if there is nothing between them
         */
        public DynamicMemory {
            if (minimumBytes < 1 || maximumBytes < minimumBytes) {
                throw new InvalidRequestException(Problem.of("INVALID_MEMORY")
                        .attempted("describe dynamic memory")
                        .state("it is from " + minimumBytes + " to " + maximumBytes + " bytes")
                        .remedy("name at least 1 byte, and no less as the most than as the least"));
            }
        }
    }

    private VmConfiguration(
            int processors,
            long memoryBytes,
            Optional<DynamicMemory> dynamicMemory,
            String firmware,
            boolean secureBoot,
            Optional<String> secureBootTemplate,
            List<NetworkAdapter> adapters) {
        this.processors = processors;
        this.memoryBytes = memoryBytes;
        this.dynamicMemory = dynamicMemory;
        this.firmware = firmware;
        this.secureBoot = secureBoot;
        this.secureBootTemplate = secureBootTemplate;
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
        return new VmConfiguration(
                processors, memoryBytes, Optional.empty(), firmware, false, Optional.empty(), List.of());
    }

    /**
     * Changes the firmware's name.
     *
     * @param value the name
     * @return a copy
     */
    public VmConfiguration withFirmware(String value) {
        return new VmConfiguration(
                processors, memoryBytes, dynamicMemory, value, secureBoot, secureBootTemplate, adapters);
    }

    /**
     * Switches secure boot on or off.
     *
     * @param value whether it is on
     * @return a copy
     */
    public VmConfiguration withSecureBoot(boolean value) {
        return new VmConfiguration(
                processors, memoryBytes, dynamicMemory, firmware, value, secureBootTemplate, adapters);
    }

    /**
     * Names whose keys secure boot goes by.
     *
     * @param value the template, as the hypervisor calls it; empty for its default
     * @return a copy
     */
    public VmConfiguration withSecureBootTemplate(Optional<String> value) {
        return new VmConfiguration(processors, memoryBytes, dynamicMemory, firmware, secureBoot, value, adapters);
    }

    /**
     * Changes the network adapters.
     *
     * @param value the adapters, in order
     * @return a copy
     */
    public VmConfiguration withAdapters(List<NetworkAdapter> value) {
        return new VmConfiguration(
                processors, memoryBytes, dynamicMemory, firmware, secureBoot, secureBootTemplate, value);
    }

    /**
     * Changes processors and memory.
     *
     * @param count number of virtual processors, at least 1
     * @param bytes memory in bytes; with dynamic memory what the VM starts with
     * @return a copy
     */
    public VmConfiguration withSize(int count, long bytes) {
        return new VmConfiguration(count, bytes, dynamicMemory, firmware, secureBoot, secureBootTemplate, adapters);
    }

    /**
     * Lets the hypervisor change the memory, or not.
     *
     * @param value the bounds, around what the VM starts with; empty for static memory
     * @return a copy
     */
    public VmConfiguration withDynamicMemory(Optional<DynamicMemory> value) {
        return new VmConfiguration(processors, memoryBytes, value, firmware, secureBoot, secureBootTemplate, adapters);
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
     * Gives the memory; with dynamic memory what the VM starts with.
     *
     * @return in bytes
     */
    public long memoryBytes() {
        return memoryBytes;
    }

    /**
     * Gives the bounds of dynamic memory.
     *
     * @return the bounds; empty for static memory
     */
    public Optional<DynamicMemory> dynamicMemory() {
        return dynamicMemory;
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
     * Names whose keys secure boot goes by.
     *
     * @return the template, as the hypervisor calls it; empty for its default
     */
    public Optional<String> secureBootTemplate() {
        return secureBootTemplate;
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
                && dynamicMemory.equals(that.dynamicMemory)
                && firmware.equals(that.firmware)
                && secureBoot == that.secureBoot
                && secureBootTemplate.equals(that.secureBootTemplate)
                && adapters.equals(that.adapters);
    }

    @Override
    public int hashCode() {
        return Objects.hash(processors, memoryBytes, dynamicMemory, firmware, secureBoot, secureBootTemplate, adapters);
    }

    @Override
    public String toString() {
        return processors + " processors, " + memoryBytes + " bytes"
                + dynamicMemory
                        .map(each -> " (" + each.minimumBytes() + " to " + each.maximumBytes() + ")")
                        .orElse("")
                + ", " + firmware + (secureBoot ? ", secure boot" : "")
                + secureBootTemplate.map(each -> " by " + each).orElse("") + ", adapters " + adapters;
    }
}
