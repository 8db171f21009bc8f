package io.sdr.testkit.contract;

import io.sdr.api.VmId;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.VmControl;
import io.sdr.api.spi.VmObservation;
import java.util.List;
import java.util.Objects;

/** Looks at VMs. */
final class SiteObservations {
    private SiteObservations() {}

    static VmObservation of(VmControl control, VmId vm) {
        return Objects.requireNonNull(
                control.observe(List.of(vm), SiteSuite.call("observe")).get(vm), () -> "VM " + vm + " is there");
    }

    static List<DiskRef> disks(VmControl control, VmId vm) {
        return of(control, vm).disks();
    }
}
