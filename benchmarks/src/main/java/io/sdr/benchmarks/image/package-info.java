/** The commands that look at disk images, make and convert them. */
package io.sdr.benchmarks.image;
