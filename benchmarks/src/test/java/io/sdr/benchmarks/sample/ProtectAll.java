package io.sdr.benchmarks.sample;

import io.sdr.api.NetworkSettings;
import io.sdr.api.Place;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.SiteRecovery;
import io.sdr.api.VirtualMachine;
import io.sdr.api.VirtualNetwork;
import java.util.ArrayList;
import java.util.List;

/** Protects the VMs of a place that are not protected yet; networks that are called the same at both sites stand for each other. */
record ProtectAll(SiteRecovery recovery) {
    List<ReplicatedItem> protect(Place from, Place to) {
        NetworkSettings networks = NetworkSettings.none();
        List<VirtualNetwork> there = recovery.networks(to.site());
        for (VirtualNetwork here : recovery.networks(from.site())) {
            for (VirtualNetwork same : there) {
                networks = here.name().equals(same.name()) ? networks.map(here, same) : networks;
            }
        }
        List<ReplicatedItem> items = new ArrayList<>();
        for (VirtualMachine vm : recovery.virtualMachines(from)) {
            if (!vm.isProtected() && !vm.madeByEngine()) {
                items.add(recovery.protect(ProtectionRequest.of(vm).to(to).networks(networks))
                        .await()
                        .item());
            }
        }
        return items;
    }
}
