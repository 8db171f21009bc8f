/**
 * PowerShell on the hosts of a site: the request and answer protocol, scripts pinned by their digests, and what a remote error
 * means. For the sites of this module; what users choose is a {@link io.sdr.hyperv.transport.PowerShellTransport}.
 *
 * <p>Nothing that comes from a VM, a path or a user is ever part of a command line or of code: the command line is constant, the
 * script is a resource of this jar, and arguments travel as JSON.
 */
package io.sdr.hyperv.powershell;
