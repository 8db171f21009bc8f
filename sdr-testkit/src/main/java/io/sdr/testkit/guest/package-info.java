/**
 * A guest that writes in a known way, and its own record of what it wrote: for verification alone. Sites and engines must not see
 * this package; a simulated site knows its guest as an {@link io.sdr.testkit.Workload}.
 */
package io.sdr.testkit.guest;
