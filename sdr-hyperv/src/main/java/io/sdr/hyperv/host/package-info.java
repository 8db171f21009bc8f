/**
 * Hyper-V hosts as typed calls, one by one and as the hosts of a site ({@code SiteHosts}). Each call runs one script of the catalogue
 * there, with arguments as data, and reads its answer as untrusted input. Nothing here decides, repeats a change that may have
 * happened, or knows of the other side.
 */
package io.sdr.hyperv.host;
