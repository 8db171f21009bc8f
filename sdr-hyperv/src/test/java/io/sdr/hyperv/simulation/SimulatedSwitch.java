package io.sdr.hyperv.simulation;

/**
 * A virtual switch of a host.
 *
 * @param id its id
 * @param name its name
 * @param type External, Internal or Private
 * @param notes its notes
 */
public record SimulatedSwitch(String id, String name, String type, String notes) {}
