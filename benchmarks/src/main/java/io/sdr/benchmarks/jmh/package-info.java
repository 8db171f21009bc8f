/** Measurements of parts with JMH. Each returns what it computed, and a test compares that with the plain computation. */
package io.sdr.benchmarks.jmh;
