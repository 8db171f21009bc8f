package io.sdr.hyperv.host;

import io.sdr.hyperv.powershell.ScriptAnswer;

/**
 * A job of VMM.
 *
 * @param id its id
 * @param name what it does, in VMM's language
 * @param status VMM's name of its state, such as {@code Running}, {@code Completed} or {@code Failed}
 * @param error VMM's code of the error that ended it; empty for none
 */
public record VmmJob(String id, String name, String status, String error) {
    static VmmJob of(ScriptAnswer answer) {
        return new VmmJob(
                Reading.guid(answer, "job"), answer.text("name"), answer.text("status"), answer.text("error"));
    }
}
