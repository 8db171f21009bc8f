package io.sdr.hyperv.site;

import io.sdr.hyperv.site.HyperVDriverWorld.Carrier;
import java.nio.file.Path;

/** The sites between which the drivers are tried, and the driver. */
enum DriverKind {
    SDR_ON_HOSTS(false, Carrier.SDR),
    SDR_UNDER_VMM(true, Carrier.SDR),
    HYPER_V_REPLICA_ON_HOSTS(false, Carrier.HYPER_V_REPLICA),
    HYPER_V_REPLICA_UNDER_VMM(true, Carrier.HYPER_V_REPLICA);

    private final boolean underVmm;
    private final Carrier carrier;

    DriverKind(boolean underVmm, Carrier carrier) {
        this.underVmm = underVmm;
        this.carrier = carrier;
    }

    HyperVDriverWorld open(Path folder) {
        return underVmm ? HyperVDriverWorld.underVmm(folder, carrier) : HyperVDriverWorld.onHosts(folder, carrier);
    }
}
