package io.sdr.core.operation;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.PowerFence;
import io.sdr.api.Problem;
import io.sdr.api.Side;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.Contact;
import io.sdr.api.spi.DriverCapabilities;
import io.sdr.api.spi.ReplicaLink;
import io.sdr.api.spi.ReplicaStatus;
import io.sdr.api.spi.ReplicationDriver;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.VmObservation;
import io.sdr.core.job.StepContext;
import io.sdr.core.job.Values;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a step of an operation sees: the item, the two sides of the job, fixed when it was created, and ways to ask them. */
final class Scene {
    private static final int ASKED_BEFORE_SILENT = 3;

    private final Surroundings world;
    private final StepContext context;
    private final String step;
    private final ItemState item;

    Scene(Surroundings world, StepContext context, String step) {
        this.world = world;
        this.context = context;
        this.step = step;
        this.item = ItemState.read(context.subject().document());
    }

    StepContext context() {
        return context;
    }

    ItemState item() {
        return item;
    }

    Values spec() {
        return context.spec();
    }

    /** The side that this job leads to; stored with the job, never derived from who is active. */
    Side to() {
        return Side.valueOf(context.spec().text(RequestCodec.TO));
    }

    Side from() {
        return to().other();
    }

    /** The number that this job's decision has, or would have. */
    long decisionEpoch() {
        return context.spec().number(RequestCodec.DECISION_EPOCH);
    }

    SiteProvider site(Side side) {
        return world.site(item.place(side).site());
    }

    VmId vm(Side side) {
        return item.vm(side)
                .orElseThrow(() -> new InvalidRequestException(Problem.of("UNKNOWN_VM")
                        .attempted("use the VM of item " + item.id() + " at the " + side + " side")
                        .state("it has not been made yet")
                        .remedy("retry the job that protects the item")));
    }

    /** A call under the item's present epoch. */
    CallContext call() {
        return call(context.subject().epoch());
    }

    /** A call under the epoch that this job decides, if it decides one: from the moment at which older cycles are refused. */
    CallContext decidingCall() {
        long epoch = context.subject().epoch();
        boolean decides = spec().find(RequestCodec.DECISION_EPOCH).isPresent();
        return call(decides ? Math.max(epoch, decisionEpoch()) : epoch);
    }

    /** A call that ends when replication is paused. */
    CallContext replicatingCall() {
        CallContext call = call();
        return call.withCancel(() -> call.cancel().isSet() || isPaused());
    }

    /** Whether replication was paused just now; {@link ItemState#paused} says what the store held when the step began. */
    boolean isPaused() {
        return world.isPaused(item.id());
    }

    /** What the calls of a step of this job are named by. */
    String tokenOf(String name) {
        return context.job() + "." + name;
    }

    private CallContext call(long epoch) {
        return new CallContext(
                item.id(),
                epoch,
                tokenOf(step),
                context.attempt(),
                context.notAfter(),
                context.cancelled()::getAsBoolean,
                context.progress()::progress);
    }

    /**
     * The end of somebody's patience: a moment that was chosen when the step began. For a step that an engine left behind, patience
     * begins again when another one takes it up.
     */
    Instant atLeast(String chosen, Duration patience) {
        Instant until = Instant.parse(chosen);
        Instant here = context.takenUp().plus(patience);
        return until.isBefore(here) ? here : until;
    }

    /**
     * The same, where time in which the side could not be looked at does not count: what was asked was perhaps never heard, and is
     * asked again, within the step's deadline.
     */
    Instant whileAnswered(String chosen, Duration patience) {
        Instant until = atLeast(chosen, patience);
        Instant asked = context.blindUntil().plus(patience);
        return until.isBefore(asked) ? asked : until;
    }

    Instant now() {
        return context.time().now();
    }

    /** Why a side does not answer, or empty if it does. It is asked more than once: what follows from silence cannot wait. */
    Optional<String> silence(Side side) {
        Optional<String> reason = Optional.empty();
        for (int i = 0; i < ASKED_BEFORE_SILENT; i++) {
            Contact contact = site(side).contact(call());
            if (!(contact instanceof Contact.Unreachable unreachable)) {
                return Optional.empty();
            }
            reason = Optional.of(unreachable.reason());
        }
        return reason;
    }

    /** What is seen of the VM of a side; empty if it does not exist. */
    Optional<VmObservation> look(Side side) {
        VmId vm = vm(side);
        return Optional.ofNullable(site(side).vms().observe(List.of(vm), call()).get(vm));
    }

    /** What is seen of the VM of a side, which must exist. */
    VmObservation see(Side side) {
        return look(side)
                .orElseThrow(() -> new InvalidRequestException(Problem.of("UNKNOWN_VM")
                        .attempted("look at VM " + vm(side) + " at site "
                                + site(side).id())
                        .state("it does not exist there any more")
                        .remedy("restore the VM, or choose an operation that makes it anew")));
    }

    /** The power fence of a side's site, if one was given. */
    Optional<PowerFence> powerFence(Side side) {
        return world.powerFence(item.place(side).site());
    }

    ReplicationDriver driver() {
        return world.driver(
                item.driver(),
                item.place(Side.PRIMARY).site(),
                item.place(Side.RECOVERY).site());
    }

    /** Whether the item's driver promises something. */
    boolean driverHas(DriverCapabilities.Flag promise) {
        return driver().capabilities().has(promise);
    }

    /** Whether the driver makes the VMs of replicas and tests, and attaches their disks. */
    boolean driverOwnsVms() {
        return driverHas(DriverCapabilities.Flag.OWNS_VMS);
    }

    /** The link that writes a side. */
    ReplicaLink linkTo(Side target) {
        return item.linkTo(target);
    }

    /** What the replica at a side is now, by its own files. */
    ReplicaStatus replicaAt(Side target) {
        ReplicaStatus status = driver().status(List.of(linkTo(target)), call()).get(item.id());
        return status == null ? ReplicaStatus.NONE : status;
    }

    /** What a protection has at a side, to be removed. */
    Removal removal(Side side) {
        return new Removal(item, side, site(side), driver(), call());
    }

    /** Remembers what the replica said, so that snapshots and expected losses can be told when it does not answer. */
    static ItemState remember(ItemState item, ReplicaStatus status) {
        Optional<Instant> newest =
                status.points().stream().map(io.sdr.api.RecoveryPoint::time).reduce((older, newer) -> newer);
        return item.withCycle(status.received(), status.applied(), newest);
    }
}
