package io.sdr.core.engine;

import io.sdr.api.ItemId;
import io.sdr.api.Place;
import io.sdr.api.ProtectionState;
import io.sdr.api.Side;
import io.sdr.api.SiteId;
import io.sdr.api.Timekeeper;
import io.sdr.api.VirtualMachine;
import io.sdr.api.VirtualNetwork;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.NetworkAdapter;
import io.sdr.api.spi.NetworkConnection;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.VmDescription;
import io.sdr.api.spi.VmObservation;
import io.sdr.core.job.JobEngine;
import io.sdr.core.operation.ItemState;
import io.sdr.core.operation.Surroundings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What sites have, for people who choose what to protect. Pure reads. */
final class SiteLists {
    /** VMs of one page: a host describes each with several questions, and a page must be told in time. */
    static final int PAGE = 100;

    private static final Duration DEADLINE = Duration.ofMinutes(2);
    private static final ItemId NO_ITEM = new ItemId("site-lists");

    private final JobEngine jobs;
    private final Surroundings world;
    private final Timekeeper time;

    SiteLists(JobEngine jobs, Surroundings world, Timekeeper time) {
        this.jobs = jobs;
        this.world = world;
        this.time = time;
    }

    List<VirtualMachine> virtualMachines(Place place) {
        SiteProvider site = world.site(place.site());
        Map<VmId, ItemId> items = itemsAt(site.id());
        List<VirtualMachine> all = new ArrayList<>();
        Optional<VmId> last = Optional.empty();
        List<VmDescription> page;
        do {
            page = site.inventory().virtualMachines(place.cloud(), last, PAGE, call());
            List<VmId> ids = page.stream().map(VmDescription::id).toList();
            Map<VmId, VmObservation> seen = site.vms().observe(ids, call());
            for (VmDescription vm : page) {
                VmObservation now = seen.get(vm.id());
                if (now != null) { // else it went away meanwhile
                    all.add(listed(site.id(), vm, now, Optional.ofNullable(items.get(vm.id()))));
                }
                last = Optional.of(vm.id());
            }
        } while (page.size() == PAGE);
        return List.copyOf(all);
    }

    private Map<VmId, ItemId> itemsAt(SiteId site) {
        Map<VmId, ItemId> items = new HashMap<>();
        jobs.subjects().stream()
                .map(subject -> ItemState.read(subject.document()))
                .filter(item -> item.state() != ProtectionState.DISABLED)
                .forEach(item -> {
                    for (Side side : Side.values()) {
                        if (item.place(side).site().equals(site)) {
                            item.vm(side).ifPresent(vm -> items.put(vm, item.id()));
                        }
                    }
                });
        return items;
    }

    private static VirtualMachine listed(SiteId site, VmDescription vm, VmObservation now, Optional<ItemId> item) {
        return new VirtualMachine(
                vm.id(),
                vm.name(),
                new Place(site, vm.cloud()),
                vm.host(),
                now.isRunning(),
                vm.disks().stream()
                        .map(disk -> new VirtualMachine.Disk(disk.disk(), disk.format(), disk.sizeBytes()))
                        .toList(),
                vm.configuration().adapters().stream()
                        .map(NetworkAdapter::connection)
                        .flatMap(Optional::stream)
                        .map(NetworkConnection::network)
                        .distinct()
                        .toList(),
                item,
                now.tag().isPresent());
    }

    List<VirtualNetwork> networks(SiteId id) {
        SiteProvider site = world.site(id);
        return site.inventory().networks(call()).stream()
                .map(network -> new VirtualNetwork(
                        network.id(),
                        site.id(),
                        network.name(),
                        network.subnets().stream()
                                .map(subnet -> new VirtualNetwork.Subnet(subnet.name(), subnet.vlan()))
                                .toList()))
                .toList();
    }

    private CallContext call() {
        return CallContext.once(NO_ITEM, 0, "list", time.now().plus(DEADLINE));
    }
}
