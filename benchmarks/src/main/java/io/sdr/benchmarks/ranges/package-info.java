/** Measures syncs of known changed ranges, for {@code benchmarks/peers.sh}. */
package io.sdr.benchmarks.ranges;
