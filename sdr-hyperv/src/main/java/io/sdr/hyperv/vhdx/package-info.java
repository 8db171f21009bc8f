/** The VHDX disk format after [MS-VHDX]: {@link io.sdr.hyperv.vhdx.VhdxFormat}. Knows files and blocks, nothing of replicas. */
package io.sdr.hyperv.vhdx;
