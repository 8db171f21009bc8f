/** The command line of sdr.jar and the measurements. */
package io.sdr.benchmarks;
