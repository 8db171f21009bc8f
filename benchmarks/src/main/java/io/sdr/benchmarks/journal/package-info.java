/** {@code sdr.jar journal}: replicas without their engine. */
package io.sdr.benchmarks.journal;
