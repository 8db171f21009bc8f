package io.sdr.hyperv.host;

import io.sdr.hyperv.powershell.ScriptAnswer;

/**
 * One of the rules that Windows brings along for Hyper-V Replica.
 *
 * @param id its id, the same in every language, such as {@code VIRT-HVRHTTPL-In-TCP-NoScope}
 * @param open whether it is enabled and lets through
 */
public record FirewallRule(String id, boolean open) {
    static FirewallRule of(ScriptAnswer answer) {
        return new FirewallRule(answer.text("rule"), answer.flag("enabled") && answer.flag("allows"));
    }
}
