/**
 * Hyper-V hosts of two sites, clusters and VMM, behind the transport that real hosts are reached by. It was derived from what the scripts
 * ask of PowerShell, not from the code that runs them: each script has a handler with the same arguments, fields and errors, which
 * {@link io.sdr.hyperv.simulation.ScriptContractTest} holds against the table of scripts. Whoever changes a script changes its
 * handler in the same commit.
 *
 * <p>Disks are real VHDX files in folders, one for each drive of a host. While a VM runs, checkpoints are layers over its disks;
 * Hyper-V Replica copies on the world's clock, keeps points and refuses what its preconditions forbid
 * ({@link io.sdr.hyperv.simulation.ReplicaVerb}). Whoever writes to a disk of a running VM, or to one that Hyper-V Replica carries, is
 * found by {@link io.sdr.hyperv.simulation.SimulatedWorld#check}, which tests call at their end. Files that this process has open count
 * as open elsewhere, on Linux only.
 *
 * <p>What no documentation says is guessed to the side that refuses more: a failover is refused while a test VM exists, a VM in a
 * relation cannot be deleted, a replica has its primary's id. None of it was ever compared with Windows.
 */
package io.sdr.hyperv.simulation;
