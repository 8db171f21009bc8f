/** The VHD disk format, after the Virtual Hard Disk Image Format Specification, version 1.0 (11 October 2006). */
package io.sdr.hyperv.vhd;
