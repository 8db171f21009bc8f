/**
 * Hosts of a site as users name them: how scripts are run there, and how this process reaches their files.
 */
@org.jspecify.annotations.NullMarked
package io.sdr.hyperv.access;
