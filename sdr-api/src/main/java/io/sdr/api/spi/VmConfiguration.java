package io.sdr.api.spi;

/**
 * What a VM is besides its disks: the part of its configuration that travels to the other site.
 *
 * @param processors number of virtual processors, at least 1
 * @param memoryBytes memory in bytes
 * @param firmware the firmware's name, such as {@code bios} or {@code uefi}
 */
public record VmConfiguration(int processors, long memoryBytes, String firmware) {}
