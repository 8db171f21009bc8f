package io.sdr.hyperv.readiness;

import io.sdr.api.spi.NetworkAdapter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What of a VM can be wrong for running at this site, or be lost on the way. */
public final class GuestRules {
    /** Hyper-V's synthetic network adapters of one VM. */
    private static final int MOST_ADAPTERS = 8;

    private static final String BIOS = "bios";
    private static final Set<String> FIRMWARE = Set.of(BIOS, "uefi");

    public static final List<Rule<GuestState>> ALL = List.of(
            Rule.blocker(
                    "UNKNOWN_FIRMWARE",
                    "Hyper-V has generation 1 (bios) and generation 2 (uefi), and the VM is neither.",
                    "one of bios, uefi",
                    "choose a site that has this firmware",
                    guest -> Seen.when(
                            !FIRMWARE.contains(guest.configuration().firmware()),
                            guest.subject(),
                            "its firmware is " + guest.configuration().firmware())),
            Rule.warning(
                    "SECURE_BOOT_LOST",
                    "Only VMs of generation 2 boot securely.",
                    "",
                    "expect it to boot without secure boot here",
                    guest -> Seen.when(
                            guest.configuration().secureBoot()
                                    && guest.configuration().firmware().equals(BIOS),
                            guest.subject(),
                            "it boots securely with " + guest.configuration().firmware())),
            Rule.blocker(
                    "TOO_MANY_PROCESSORS",
                    "No host of this site can start the VM.",
                    "",
                    "give the VM fewer processors, or the site a larger host",
                    guest -> guest.configuration().processors() > guest.mostProcessors()
                            ? Stream.of(new Seen(
                                    guest.subject(),
                                    "it has " + guest.configuration().processors() + " processors",
                                    "at most " + guest.mostProcessors()))
                            : Stream.empty()),
            Rule.blocker(
                    "TOO_MUCH_MEMORY",
                    "No host of this site can start the VM.",
                    "",
                    "give the VM less memory, or the site a larger host",
                    guest -> guest.configuration().memoryBytes() > guest.mostMemory()
                            ? Stream.of(new Seen(
                                    guest.subject(),
                                    "it has " + guest.configuration().memoryBytes() + " bytes of memory",
                                    "less than " + guest.mostMemory()))
                            : Stream.empty()),
            Rule.blocker(
                    "TOO_MANY_ADAPTERS",
                    "Hyper-V does not give a VM so many network adapters.",
                    "at most " + MOST_ADAPTERS + " adapters",
                    "take adapters away from the VM",
                    guest -> Seen.when(
                            guest.configuration().adapters().size() > MOST_ADAPTERS,
                            guest.subject(),
                            "it has " + guest.configuration().adapters().size() + " adapters")),
            Rule.warning(
                    "MAC_IN_USE",
                    "Two VMs with one hardware address disturb each other in one network.",
                    "",
                    "change one of the two addresses",
                    guest -> guest.configuration().adapters().stream()
                            .filter(adapter -> owner(guest, adapter).isPresent())
                            .map(adapter -> Seen.of(
                                    "adapter " + adapter.name() + " of " + guest.subject(),
                                    "its hardware address belongs to VM "
                                            + owner(guest, adapter).orElseThrow() + " here"))));

    private GuestRules() {}

    private static Optional<?> owner(GuestState guest, NetworkAdapter adapter) {
        return adapter.mac().map(mac -> guest.macs().get(plain(mac)));
    }

    /** A hardware address as Hyper-V writes it. */
    static String plain(String mac) {
        return mac.replaceAll("[:.-]", "").toUpperCase(Locale.ROOT);
    }
}
