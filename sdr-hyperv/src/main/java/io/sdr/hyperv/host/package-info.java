/**
 * One Hyper-V host as typed calls: each runs one script of the catalogue there, with arguments as data, and reads its answer as
 * untrusted input. Nothing here decides, retries or knows of the other side.
 */
package io.sdr.hyperv.host;
