/**
 * Sites on Hyper-V hosts. <b>Nothing of this has ever been run on Windows</b>: it is tested against a simulation that was derived from
 * Microsoft's documentation.
 */
@org.jspecify.annotations.NullMarked
package io.sdr.hyperv.site;
