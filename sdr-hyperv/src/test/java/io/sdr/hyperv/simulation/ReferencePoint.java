package io.sdr.hyperv.simulation;

import java.util.List;

/**
 * A moment from which change tracking tells what changed.
 *
 * @param id as WMI names it
 * @param disks the disks' ids
 * @param drives their drives
 * @param tracking the ids of that moment, one for each disk
 */
record ReferencePoint(String id, List<String> disks, List<SimulatedDrive> drives, List<String> tracking) {}
