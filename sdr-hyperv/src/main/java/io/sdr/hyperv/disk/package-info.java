/** What users of Hyper-V's disk formats decide: where parents of differencing disks may lie. */
package io.sdr.hyperv.disk;
