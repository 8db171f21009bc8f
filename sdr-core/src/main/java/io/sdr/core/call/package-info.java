/**
 * Calls of interfaces over a connection: either end serves objects by name, and calls those of the other one. {@link
 * io.sdr.core.call.CallLink} is the connection; what an interface may carry is a closed set of kinds of values, each written as its
 * declared type says, so that nothing that comes over the wire names a class.
 */
package io.sdr.core.call;
