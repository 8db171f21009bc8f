package io.sdr.core.fault;

import java.util.List;

/**
 * How things stand when a job has come to rest, in words. {@code here} is the side that was active when the operation began,
 * {@code there} the other one.
 *
 * @param job how the job ended, or what it waits for
 * @param step the step that failed or waits; not compared
 * @param state the item's state
 * @param active the active side
 * @param runs where a VM runs
 * @param locked where the VM is locked against start
 * @param disks where the VM has its disks
 * @param epoch by how much the epoch grew
 * @param points by how much the number of recovery points grew, {@code none} if there are none, {@code ?} if the replica is silent
 * @param holds the moment that the active disks hold
 * @param notes for which sides notes wait
 */
record Rest(
        String job,
        String step,
        String state,
        String active,
        String runs,
        String locked,
        String disks,
        String epoch,
        String points,
        String holds,
        String notes) {
    List<String> cells() {
        return List.of(job, state, active, runs, locked, disks, epoch, points, holds, notes);
    }

    @Override
    public String toString() {
        return String.join(" ", cells());
    }
}
