package io.sdr.core.operation;

import io.sdr.api.Consistency;
import io.sdr.api.Divergence;
import io.sdr.api.OperationFailedException;
import io.sdr.api.Pause;
import io.sdr.api.ProtectionState;
import io.sdr.api.Side;
import io.sdr.api.Timekeeper;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.CycleResult;
import io.sdr.api.spi.DriverCapabilities;
import io.sdr.api.spi.ReplicaLink;
import io.sdr.api.spi.ReplicaStatus;
import io.sdr.api.spi.ReplicationDriver;
import io.sdr.core.job.Effects;
import io.sdr.core.job.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A cycle that no job runs: due by the policy, journalled in the target's manifest. Running one twice does it once. */
public final class BackgroundCycle {
    private static final Duration DEADLINE = Duration.ofHours(12);

    private final Surroundings world;
    private final Timekeeper time;

    /**
     * Keeps the sites.
     *
     * @param world the sites
     * @param time the clock
     */
    public BackgroundCycle(Surroundings world, Timekeeper time) {
        this.world = world;
        this.time = time;
    }

    /**
     * Tells whether cycles of an item are run in the background. One that the system paused is tried again from time to time.
     *
     * @param item the item
     * @return whether they are
     */
    public static boolean isWanted(ItemState item) {
        boolean diverged = item.divergence() == Divergence.SUSPECTED || item.divergence() == Divergence.SPLIT_BRAIN;
        return item.state() == ProtectionState.PROTECTED
                && item.paused().by() != Pause.By.USER
                && item.replicatesTo().isPresent()
                && item.storeBehind().isEmpty()
                && !diverged;
    }

    /**
     * Runs one cycle.
     *
     * @param subject the item
     * @param stop tells long work to stop
     * @return what becomes of the item
     * @throws io.sdr.api.SdrException if nothing was acknowledged
     */
    public Effects run(Subject subject, BooleanSupplier stop) {
        ItemState item = ItemState.read(subject.document());
        Side to = item.replicatesTo().orElseThrow();
        ReplicaLink link = item.linkTo(to);
        ReplicationDriver driver = world.driver(
                item.driver(),
                item.place(Side.PRIMARY).site(),
                item.place(Side.RECOVERY).site());
        CallContext call = CallContext.once(
                        item.id(),
                        subject.epoch(),
                        "cycle-" + item.id() + "-" + subject.epoch(),
                        time.now().plus(DEADLINE))
                .withCancel(stop::getAsBoolean);
        ReplicaStatus before = status(driver, link, call);
        if (driver.capabilities().has(DriverCapabilities.Flag.SELF_SCHEDULED)) {
            return observe(driver, link, item, before, call);
        }
        long sequence = before.received() + 1;
        CycleResult result = replicate(driver, link, sequence, call.withToken(call.token() + "-" + sequence), item);
        if (result instanceof CycleResult.Gap gap) {
            return broken(item, gap);
        }
        CycleResult.Received received = (CycleResult.Received) result;
        Instant point = received.point().time();
        ItemState after = item.withCycle(sequence, before.applied(), java.util.Optional.of(point));
        if (received.point().consistency() == Consistency.APPLICATION_CONSISTENT) {
            after = after.withApplicationPoint(point);
        }
        return item.paused().by() == Pause.By.SYSTEM
                ? Effects.document(after.withPause(Pause.NO).document())
                        .withEvent(
                                EventKind.REPLICATION_RESUMED.says("item " + item.id() + " replicates again by itself"))
                : Effects.document(after.document());
    }

    /** What a driver with a clock of its own did meanwhile. Asked for its next cycle, it goes on if something had stopped it. */
    private static Effects observe(
            ReplicationDriver driver, ReplicaLink link, ItemState item, ReplicaStatus before, CallContext call) {
        CycleResult result = driver.replicate(link, before.received() + 1, Consistency.CRASH_CONSISTENT, call);
        if (result instanceof CycleResult.Gap gap) {
            return broken(item, gap);
        }
        ItemState after = Scene.remember(item, status(driver, link, call));
        return item.paused().by() == Pause.By.SYSTEM
                ? Effects.document(after.withPause(Pause.NO).document())
                        .withEvent(
                                EventKind.REPLICATION_RESUMED.says("item " + item.id() + " replicates again by itself"))
                : Effects.document(after.document());
    }

    private static Effects broken(ItemState item, CycleResult.Gap gap) {
        return Effects.document(item.broken(gap.cause()).document())
                .withEvent(EventKind.RESYNC_REQUIRED.says("no cycle of item " + item.id() + " can follow the last one: "
                        + gap.cause() + ", " + gap.detail()));
    }

    /** A guest that cannot come to rest does not stop replication: the point is then crash-consistent. */
    private CycleResult replicate(
            ReplicationDriver driver, ReplicaLink link, long sequence, CallContext call, ItemState item) {
        if (!applicationConsistentIsDue(item)) {
            return driver.replicate(link, sequence, Consistency.CRASH_CONSISTENT, call);
        }
        try {
            return driver.replicate(link, sequence, Consistency.APPLICATION_CONSISTENT, call);
        } catch (OperationFailedException e) {
            return driver.replicate(link, sequence, Consistency.CRASH_CONSISTENT, call.withToken(call.token() + "c"));
        }
    }

    private boolean applicationConsistentIsDue(ItemState item) {
        Duration every = item.policy().applicationConsistentEvery();
        return !every.isZero()
                && item.lastApplicationPoint()
                        .map(last -> !time.now().isBefore(last.plus(every)))
                        .orElse(true);
    }

    private static ReplicaStatus status(ReplicationDriver driver, ReplicaLink link, CallContext call) {
        ReplicaStatus status = driver.status(List.of(link), call).get(link.item());
        return status == null ? ReplicaStatus.NONE : status;
    }
}
