package io.sdr.core.engine;

import io.sdr.api.CancelFailoverRequest;
import io.sdr.api.DriverChoice;
import io.sdr.api.FailoverPlan;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemRequest;
import io.sdr.api.Problem;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.ResolveRequest;
import io.sdr.api.Side;
import io.sdr.api.SiteId;
import io.sdr.api.spi.DriverCapabilities.Flag;
import io.sdr.api.spi.ReplicationDriver;
import io.sdr.core.operation.ItemState;
import io.sdr.core.operation.RequestCodec;
import io.sdr.core.operation.Surroundings;

/** Chooses the driver of a new item, and refuses what the driver of an item cannot do. */
final class DriverChecks {
    private static final String NOT_SUPPORTED = "NOT_SUPPORTED";

    private final Surroundings world;

    DriverChecks(Surroundings world) {
        this.world = world;
    }

    /** The driver that the policy asks for; it stays with the item. */
    String choose(ProtectionRequest request, SiteId source, SiteId target) {
        if (request.policy().driver() != DriverChoice.NATIVE) {
            ReplicationDriver unused = world.driver(Surroundings.OWN_DRIVER, source, target);
            return Surroundings.OWN_DRIVER;
        }
        return world.nativeDriver(source, target)
                .orElseThrow(() -> new InvalidRequestException(Problem.of("NO_DRIVER")
                        .attempted("protect VM " + request.vm() + " with the hypervisors' own replication")
                        .state("none is known between sites " + source + " and " + target + "; nothing was changed")
                        .remedy("use DriverChoice.SDR, or two sites of a kind whose module has such a driver")));
    }

    /** Refuses what needs a promise that the item's driver does not make, before anything is changed. */
    void offered(ItemRequest request, ItemState item) {
        boolean asked = RequestCodec.write(request, item).flag(RequestCodec.IN_PLACE);
        require(asked, Flag.REPLACE_IN_PLACE, item, "replace disks in place", "ask again without replaceInPlace()");
        require(
                request instanceof FailoverPlan.Planned plan && plan.verifiesBeforeStart(),
                Flag.COMPARES_DISKS,
                item,
                "compare whole disks before the start",
                "plan it without verifyBeforeStart()");
        require(
                request instanceof CancelFailoverRequest cancel && cancel.keepsTargetWrites(),
                Flag.KEEPS_TARGET_WRITES,
                item,
                "keep aside what the copy wrote",
                "cancel the failover with droppingTargetWrites, or commit it");
        require(
                request instanceof ResolveRequest resolve && !resolve.keepsActiveSide(),
                Flag.KEEPS_OLD_DISKS,
                item,
                "let the other side survive and keep what the active one wrote",
                "let the active side survive");
    }

    private void require(boolean asked, Flag promise, ItemState item, String what, String remedy) {
        if (!asked
                || world.driver(
                                item.driver(),
                                item.place(Side.PRIMARY).site(),
                                item.place(Side.RECOVERY).site())
                        .capabilities()
                        .has(promise)) {
            return;
        }
        throw new InvalidRequestException(Problem.of(NOT_SUPPORTED)
                .attempted(what + ", for item " + item.id())
                .state("its replication driver '" + item.driver() + "' cannot do that; nothing was changed")
                .remedy(remedy));
    }
}
