package io.sdr.hyperv.host;

import io.sdr.api.VmId;
import io.sdr.api.spi.VmConfiguration.DynamicMemory;
import io.sdr.hyperv.powershell.ScriptAnswer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a host says a VM is.
 *
 * @param vm the VM
 * @param name its name; not unique
 * @param generation 1 or 2
 * @param version the version of its configuration, such as {@code 9.0}
 * @param processors its virtual processors
 * @param memoryBytes the memory with which it starts
 * @param dynamicMemory between what bounds the host changes its memory; empty if it does not
 * @param secureBoot whether secure boot is on
 * @param secureBootTemplate by whose keys; empty for Hyper-V's default
 * @param clustered whether a cluster moves it
 * @param replicationMode what it is in Hyper-V Replica
 * @param tags what it was made or marked for
 * @param adapters its network adapters
 * @param disks its disks
 */
public record DescribedVm(
        VmId vm,
        String name,
        int generation,
        String version,
        int processors,
        long memoryBytes,
        Optional<DynamicMemory> dynamicMemory,
        boolean secureBoot,
        Optional<String> secureBootTemplate,
        boolean clustered,
        RelationMode replicationMode,
        List<Tag> tags,
        List<Adapter> adapters,
        List<Disk> disks) {
    /** What Hyper-V sets for a new VM. */
    static final String USUAL_TEMPLATE = "MicrosoftWindows";

    private static final int MOST_PROCESSORS = 4096;
    private static final int MOST_GENERATION = 99;
    private static final int MOST_VLAN = 4094;

    public DescribedVm {
        tags = List.copyOf(tags);
        adapters = List.copyOf(adapters);
        disks = List.copyOf(disks);
    }

    static DescribedVm of(ScriptAnswer answer) {
        return new DescribedVm(
                Reading.vm(answer, "vm"),
                answer.text("name"),
                Reading.small(answer, "generation", MOST_GENERATION),
                answer.text("version"),
                Reading.small(answer, "processors", MOST_PROCESSORS),
                Reading.count(answer, "memoryBytes"),
                answer.flag("dynamicMemory")
                        ? Optional.of(new DynamicMemory(
                                Reading.count(answer, "minimumBytes"), Reading.count(answer, "maximumBytes")))
                        : Optional.empty(),
                answer.flag("secureBoot"),
                Optional.of(answer.text("secureBootTemplate"))
                        .filter(name -> !name.isEmpty() && !name.equals(USUAL_TEMPLATE)),
                answer.flag("clustered"),
                Reading.named(answer.text("replicationMode"), RelationMode.UNKNOWN),
                answer.texts("tags").stream()
                        .flatMap(line -> Tag.find(line).stream())
                        .toList(),
                answer.each("adapters").stream().map(Adapter::of).toList(),
                answer.each("disks").stream().map(Disk::of).toList());
    }

    /**
     * A network adapter.
     *
     * @param id its id in Hyper-V, {@code Microsoft:<VM's GUID>\<adapter's GUID>}
     * @param name its name; unique only if somebody took care
     * @param mac its hardware address, as twelve hex digits
     * @param dynamicMac whether the host gave it that
     * @param network the id of the switch that it is connected to; empty for none
     * @param vlan the number of its VLAN; empty for none
     * @param addresses the guest's addresses, as the guest says
     */
    public record Adapter(
            String id,
            String name,
            String mac,
            boolean dynamicMac,
            Optional<String> network,
            OptionalInt vlan,
            List<String> addresses) {
        public Adapter {
            addresses = List.copyOf(addresses);
        }

        static Adapter of(ScriptAnswer answer) {
            Optional<String> network = answer.flag("connected")
                    ? Reading.path(answer, "network").map(id -> Reading.guid(answer, "network", id))
                    : Optional.empty();
            return new Adapter(
                    answer.text("adapter"),
                    answer.text("name"),
                    answer.text("mac"),
                    answer.flag("dynamicMac"),
                    network,
                    answer.text("vlanMode").equals("Access")
                            ? OptionalInt.of(Reading.small(answer, "vlan", MOST_VLAN))
                            : OptionalInt.empty(),
                    answer.texts("addresses"));
        }
    }

    /**
     * A disk.
     *
     * @param place where it is, with its present file
     * @param passThrough whether it is a disk of the host
     * @param shared whether several VMs may have it
     */
    public record Disk(PlacedDisk place, boolean passThrough, boolean shared) {
        static Disk of(ScriptAnswer answer) {
            return new Disk(PlacedDisk.of(answer), answer.flag("passThrough"), answer.flag("shared"));
        }
    }
}
