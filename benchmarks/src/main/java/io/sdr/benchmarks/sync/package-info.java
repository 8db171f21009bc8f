/** The command that syncs two disk images. */
package io.sdr.benchmarks.sync;
