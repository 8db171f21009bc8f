package io.sdr.hyperv.host;

import io.sdr.hyperv.powershell.ScriptAnswer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An adapter of a VM as VMM knows it. Its name there is its VM's, so it is known by others of its properties.
 *
 * @param id its id in VMM
 * @param device its id in Hyper-V, {@code Microsoft:<VM's GUID>\<adapter's GUID>}; empty where VMM does not tell it
 * @param mac its hardware address, as VMM writes it
 * @param network the id of the VM network that it is connected to
 * @param subnet the id of the subnet in it
 */
public record VmmAdapter(
        String id, Optional<String> device, Optional<String> mac, Optional<String> network, Optional<String> subnet) {
    private static final String NO_MAC = "000000000000";

    static VmmAdapter of(ScriptAnswer answer) {
        return new VmmAdapter(
                Reading.guid(answer, "adapter"),
                Reading.path(answer, "device"),
                Reading.path(answer, "mac"),
                guid(answer, "network"),
                guid(answer, "subnet"));
    }

    private static Optional<String> guid(ScriptAnswer answer, String field) {
        return Reading.path(answer, field).map(text -> Reading.guid(answer, field, text));
    }

    /**
     * Finds the one of a VM's adapters in VMM that is an adapter at its host: by its id, or by its hardware address where no id agrees.
     *
     * @param all the VM's adapters in VMM
     * @param atHost the adapter at its host
     * @return the adapter; empty if VMM does not have it, or not clearly
     */
    public static Optional<VmmAdapter> find(List<VmmAdapter> all, DescribedVm.Adapter atHost) {
        Optional<VmmAdapter> byId = all.stream()
                .filter(each -> each.device
                        .filter(device -> last(device).equals(last(atHost.id())))
                        .isPresent())
                .findFirst();
        List<VmmAdapter> byMac = all.stream()
                .filter(each -> each.mac
                        .filter(mac -> digits(mac).equals(digits(atHost.mac())))
                        .isPresent())
                .filter(each -> !digits(atHost.mac()).equals(NO_MAC))
                .toList();
        return byId.or(() -> byMac.size() == 1 ? Optional.of(byMac.get(0)) : Optional.empty());
    }

    private static String last(String device) {
        return device.substring(device.lastIndexOf('\\') + 1).toLowerCase(Locale.ROOT);
    }

    private static String digits(String mac) {
        return mac.replaceAll("[^0-9A-Fa-f]", "").toUpperCase(Locale.ROOT);
    }
}
