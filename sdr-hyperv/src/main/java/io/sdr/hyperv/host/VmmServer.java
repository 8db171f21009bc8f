package io.sdr.hyperv.host;

import io.sdr.hyperv.powershell.ScriptAnswer;
import java.time.Instant;

/**
 * A VMM server.
 *
 * @param name its name
 * @param version its version, such as {@code 10.22.1287.0}; empty where it does not tell
 * @param clock its clock at that moment
 */
public record VmmServer(String name, String version, Instant clock) {
    static VmmServer of(ScriptAnswer answer) {
        return new VmmServer(answer.text("server"), answer.text("version"), answer.moment("clock"));
    }
}
