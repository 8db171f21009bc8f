package io.sdr.hyperv.host;

import io.sdr.hyperv.powershell.ScriptAnswer;
import java.util.List;
import java.util.OptionalInt;

/**
 * A VM network of VMM.
 *
 * @param id its id in VMM
 * @param name its name
 * @param logicalNetwork the name of its logical network
 * @param subnets its subnets, in VMM's order
 */
public record VmmNetwork(String id, String name, String logicalNetwork, List<Subnet> subnets) {
    private static final int MOST_VLANS = 4094;

    public VmmNetwork {
        subnets = List.copyOf(subnets);
    }

    /**
     * A subnet.
     *
     * @param id its id in VMM
     * @param name its name
     * @param vlan its VLAN, if it has one and only one
     */
    public record Subnet(String id, String name, OptionalInt vlan) {
        static Subnet of(ScriptAnswer answer) {
            int[] vlans = answer.each("vlans").stream()
                    .mapToInt(each -> Reading.small(each, "vlan", MOST_VLANS))
                    .filter(each -> each > 0)
                    .distinct()
                    .toArray();
            return new Subnet(
                    Reading.guid(answer, "subnet"),
                    answer.text("name"),
                    vlans.length == 1 ? OptionalInt.of(vlans[0]) : OptionalInt.empty());
        }
    }

    static VmmNetwork of(ScriptAnswer answer) {
        return new VmmNetwork(
                Reading.guid(answer, "network"),
                answer.text("name"),
                answer.text("logicalNetwork"),
                answer.each("subnets").stream().map(Subnet::of).toList());
    }
}
