/** Reading of command lines. */
package io.sdr.benchmarks.cli;
