/**
 * PowerShell on the hosts of a site: transports, the request and answer protocol, scripts pinned by their digests, and what a
 * remote error means. Users choose a {@link io.sdr.hyperv.powershell.PowerShellTransport} for each host; the rest is evolving and
 * for the providers of this module.
 *
 * <p>Nothing that comes from a VM, a path or a user is ever part of a command line or of code: the command line is constant, the
 * script is a resource of this jar, and arguments travel as JSON.
 */
package io.sdr.hyperv.powershell;
