/**
 * What disk files of allocated blocks have in common: the engine that reads and writes them, their space, their cached tables.
 * Knows no file format.
 */
package io.sdr.hyperv.blocks;
