package io.sdr.hyperv.host;

import io.sdr.api.Consistency;
import io.sdr.hyperv.powershell.ScriptAnswer;

/**
 * A checkpoint that was made.
 *
 * @param id its id
 * @param consistency what was reached
 */
public record CreatedCheckpoint(String id, Consistency consistency) {
    static CreatedCheckpoint of(ScriptAnswer answer) {
        return new CreatedCheckpoint(
                answer.text("checkpoint"),
                answer.flag("application") ? Consistency.APPLICATION_CONSISTENT : Consistency.CRASH_CONSISTENT);
    }
}
