package io.sdr.hyperv.host;

import io.sdr.api.VmId;
import io.sdr.hyperv.powershell.ScriptAnswer;
import java.time.Instant;
import java.util.Optional;

/**
 * What a host said of a VM's Hyper-V Replica.
 *
 * @param vm the VM
 * @param power its power state
 * @param mode what it is in the relation
 * @param state the relation's state, as this host sees it
 * @param health the relation's health
 * @param clock the host's clock at that moment
 * @param primaryServer where the primary is; empty without a relation
 * @param replicaServer where the replica is; empty without a relation
 * @param lastReplication when something was last replicated
 */
public record Relation(
        VmId vm,
        VmState power,
        RelationMode mode,
        RelationState state,
        RelationHealth health,
        Instant clock,
        Optional<String> primaryServer,
        Optional<String> replicaServer,
        Optional<Instant> lastReplication) {
    static Relation of(ScriptAnswer answer) {
        return new Relation(
                Reading.vm(answer, "vm"),
                Reading.named(answer.text("power"), VmState.UNKNOWN),
                Reading.named(answer.text("mode"), RelationMode.UNKNOWN),
                Reading.named(answer.text("state"), RelationState.UNKNOWN),
                Reading.named(answer.text("health"), RelationHealth.UNKNOWN),
                answer.moment("clock"),
                Reading.path(answer, "primaryServer"),
                Reading.path(answer, "replicaServer"),
                answer.findText("lastReplication").map(text -> answer.moment("lastReplication")));
    }
}
