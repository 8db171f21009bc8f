package io.sdr.hyperv.host;

import io.sdr.hyperv.powershell.ScriptAnswer;
import java.time.Instant;

/**
 * A recovery point of Hyper-V Replica.
 *
 * @param id its id
 * @param time when
 * @param applicationConsistent whether the guest's applications had finished writing
 */
public record RelationPoint(String id, Instant time, boolean applicationConsistent) {
    static RelationPoint of(ScriptAnswer answer) {
        return new RelationPoint(
                Reading.guid(answer, "point"),
                answer.moment("time"),
                answer.text("type").equals("AppConsistentReplica"));
    }
}
