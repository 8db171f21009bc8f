/**
 * The drill: a VM on the user's own disk image is protected, failed over, reversed and failed back, and every byte is verified
 * by plain reading.
 */
package io.sdr.benchmarks.drill;
