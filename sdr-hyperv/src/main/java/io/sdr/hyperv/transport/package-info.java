/**
 * The way to PowerShell on a host: in a process of its own, or over SSH. Users choose a
 * {@link io.sdr.hyperv.transport.PowerShellTransport} for each host, or write one.
 */
package io.sdr.hyperv.transport;
