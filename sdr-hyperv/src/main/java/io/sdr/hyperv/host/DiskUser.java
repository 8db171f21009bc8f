package io.sdr.hyperv.host;

import io.sdr.api.VmId;
import io.sdr.hyperv.powershell.ScriptAnswer;

/**
 * A VM that has a disk's file.
 *
 * @param path the file, as it was asked for
 * @param vm the VM
 * @param state the VM's state
 * @param attached whether the VM itself has it attached
 * @param frozen whether a checkpoint of the VM has it, or a layer that one left and that waits to be merged
 */
public record DiskUser(String path, VmId vm, VmState state, boolean attached, boolean frozen) {
    static DiskUser of(ScriptAnswer answer) {
        return new DiskUser(
                answer.text("path"),
                Reading.vm(answer, "vm"),
                Reading.named(answer.text("state"), VmState.UNKNOWN),
                answer.flag("attached"),
                answer.flag("frozen"));
    }
}
