package io.sdr.hyperv.host;

import io.sdr.hyperv.powershell.ScriptAnswer;
import java.util.List;

/**
 * A moment from which Hyper-V tells what changed ({@code Msvm_VirtualSystemReferencePoint}).
 *
 * @param id its id
 * @param disks the WMI ids of the VM's disks at that moment
 * @param tracking the id of each disk's tracking, in the order of the disks
 */
public record TrackingMark(String id, List<String> disks, List<String> tracking) {
    public TrackingMark {
        disks = List.copyOf(disks);
        tracking = List.copyOf(tracking);
    }

    static TrackingMark of(ScriptAnswer answer) {
        TrackingMark mark = new TrackingMark(answer.text("reference"), answer.texts("disks"), answer.texts("tracking"));
        if (mark.disks.size() != mark.tracking.size()) {
            throw answer.malformed("tracking", "one id for each of " + mark.disks.size() + " disks");
        }
        return mark;
    }
}
