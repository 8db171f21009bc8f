package io.sdr.core.engine;

import io.sdr.api.ChangePointRequest;
import io.sdr.api.Denial;
import io.sdr.api.DisableRequest;
import io.sdr.api.FailoverPlan;
import io.sdr.api.Finding;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.ItemRequest;
import io.sdr.api.Operation;
import io.sdr.api.OperationNotAllowedException;
import io.sdr.api.Place;
import io.sdr.api.Problem;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.ProtectionState;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.RecoveryPointSelector;
import io.sdr.api.ReplicationPolicy;
import io.sdr.api.ResolveRequest;
import io.sdr.api.RetryableException;
import io.sdr.api.ReverseRequest;
import io.sdr.api.Side;
import io.sdr.api.SiteId;
import io.sdr.api.SyncMode;
import io.sdr.api.Timekeeper;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.Contact;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.VmDescription;
import io.sdr.core.job.JobRecord;
import io.sdr.core.job.JobSnapshot;
import io.sdr.core.job.Subject;
import io.sdr.core.job.Values;
import io.sdr.core.operation.ItemState;
import io.sdr.core.operation.ItemsElsewhere;
import io.sdr.core.operation.PointChoice;
import io.sdr.core.operation.Readiness;
import io.sdr.core.operation.RequestCodec;
import io.sdr.core.operation.Surroundings;
import io.sdr.core.state.Confirmation;
import io.sdr.core.state.StateTable;
import io.sdr.core.state.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Refuses what cannot work before anything is changed. */
final class RequestChecks {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final Set<ProtectionState> ON_THE_WAY = EnumSet.of(
            ProtectionState.SYNCING_BEFORE_FAILOVER, ProtectionState.READY_TO_COMPLETE, ProtectionState.FAILING_OVER);

    private final Surroundings world;
    private final Timekeeper time;

    RequestChecks(Surroundings world, Timekeeper time) {
        this.world = world;
        this.time = time;
    }

    // ---- protecting

    ItemState newItem(ItemId id, ProtectionRequest request) {
        if (request.from().site().equals(request.to().site())
                && request.from().cloud().equals(request.to().cloud())) {
            throw new InvalidRequestException(Problem.of("SAME_PLACE")
                    .attempted("protect VM " + request.vm() + " from "
                            + request.from().site() + " to itself")
                    .state("nothing was changed")
                    .remedy("name another site, or another cloud of the site"));
        }
        CallContext call = call(id, 0);
        SiteProvider source = answering(request.from(), call);
        SiteProvider target = answering(request.to(), call);
        cloud(source, request.from(), call);
        cloud(target, request.to(), call);
        String driver = new DriverChecks(world).choose(request, source.id(), target.id());
        VmDescription vm = vm(source, request, call);
        return ItemState.enabling(
                id, vm.name(), request.from(), request.to(), vm.id(), request.policy(), request.networks(), driver);
    }

    private SiteProvider answering(Place place, CallContext call) {
        SiteProvider site = world.site(place.site());
        if (site.contact(call) instanceof Contact.Unreachable silent) {
            throw new RetryableException(Problem.of("SITE_UNREACHABLE")
                    .attempted("protect a VM between two sites")
                    .state("site " + site.id() + " does not answer: " + silent.reason() + "; nothing was changed")
                    .remedy("restore the connection, then try again"));
        }
        return site;
    }

    private static void cloud(SiteProvider site, Place place, CallContext call) {
        if (place.cloud().isEmpty()) {
            return;
        }
        List<String> clouds = site.inventory().clouds(call);
        if (!clouds.contains(place.cloud().get())) {
            throw new InvalidRequestException(Problem.of("UNKNOWN_CLOUD")
                    .attempted("use cloud " + place.cloud().get() + " of site " + site.id())
                    .state("that site has the clouds " + clouds + "; nothing was changed")
                    .remedy("name one of them, or none"));
        }
    }

    private static VmDescription vm(SiteProvider source, ProtectionRequest request, CallContext call) {
        List<VmDescription> found = source.inventory().find(request.vm(), call).stream()
                .filter(vm -> request.from().cloud().isEmpty()
                        || vm.cloud().equals(request.from().cloud()))
                .toList();
        if (found.isEmpty()) {
            throw new InvalidRequestException(Problem.of("UNKNOWN_VM")
                    .attempted("protect VM " + request.vm())
                    .state("site " + source.id() + " has no such VM in that place; nothing was changed")
                    .remedy("look at SiteRecovery.virtualMachines, then name one by name or id"));
        }
        if (found.size() > 1) {
            throw new InvalidRequestException(Problem.of("AMBIGUOUS_VM")
                    .attempted("protect VM " + request.vm())
                    .state("site " + source.id() + " has several of this name: "
                            + found.stream().map(VmDescription::id).toList() + "; nothing was changed")
                    .remedy("name it by its id"));
        }
        return found.get(0);
    }

    void notProtectedYet(ItemState item, List<Subject> others) {
        VmId vm = item.vm(Side.PRIMARY).orElseThrow();
        for (Subject other : others) {
            ItemState there = ItemState.read(other.document());
            for (Side side : Side.values()) {
                boolean same = there.state() != ProtectionState.DISABLED
                        && there.place(side)
                                .site()
                                .equals(item.place(Side.PRIMARY).site())
                        && there.vm(side).equals(Optional.of(vm));
                if (same) {
                    throw new InvalidRequestException(Problem.of("ALREADY_PROTECTED")
                            .attempted("protect VM " + vm + " at site "
                                    + item.place(Side.PRIMARY).site())
                            .state("it belongs to item " + other.id() + "; nothing was changed")
                            .remedy("use that item, or disable it first"));
                }
            }
        }
    }

    List<Finding> readiness(ItemState item, List<Subject> ours) {
        List<Finding> findings = new ArrayList<>(Readiness.toProtect(item, world, call(item.id(), 0)));
        // What another driver's product carries that product tells; what sdr's own carries only catalogues know.
        boolean isNative = !item.driver().equals(Surroundings.OWN_DRIVER);
        if (isNative && findings.stream().noneMatch(each -> each.code().equals("DRIVER_MISMATCH"))) {
            findings.addAll(ItemsElsewhere.carrying(
                    item, ours.stream().map(Subject::id).collect(Collectors.toSet()), world, call(item.id(), 0)));
        }
        return findings;
    }

    void refuseBlockers(String vm, List<Finding> findings) {
        List<Finding> blockers = findings.stream().filter(Finding::isBlocker).toList();
        if (!blockers.isEmpty()) {
            throw new InvalidRequestException(Problem.of(blockers.get(0).code())
                    .attempted("protect VM " + vm)
                    .state(String.join(
                                    "; ",
                                    blockers.stream().map(Finding::describe).toList()) + "; nothing was changed")
                    .remedy(blockers.get(0).advice()));
        }
    }

    // ---- items

    void direction(ItemRequest request, ItemState item) {
        if (request instanceof ResolveRequest resolve
                && resolve.keepsActiveSide() != (resolve.survivor() == item.active())) {
            throw new InvalidRequestException(Problem.of("WRONG_DIRECTION")
                    .attempted("let the " + resolve.survivor() + " side of item " + item.id() + " survive as the "
                            + (resolve.keepsActiveSide() ? "active" : "other") + " one")
                    .state("the " + item.active() + " side is active; nothing was changed")
                    .remedy("look at the item again; ResolveRequest.keepingActiveSide is for its active side,"
                            + " givingUpActiveSide for the other one"));
        }
        Optional<Side> leadsTo = request instanceof FailoverPlan plan
                ? Optional.of(plan.to())
                : request instanceof ReverseRequest reverse ? Optional.of(reverse.overwritten()) : Optional.empty();
        if (leadsTo.isPresent() && leadsTo.get() == item.active()) {
            boolean reverse = request instanceof ReverseRequest;
            throw new InvalidRequestException(Problem.of("WRONG_DIRECTION")
                    .attempted((reverse ? "overwrite the " : "fail over to the ") + item.active() + " side of item "
                            + item.id())
                    .state("that side is active: the VM may run there; nothing was changed")
                    .remedy("look at the item again; the other side is "
                            + item.active().other()));
        }
    }

    /** Refuses a cloud that is not there. */
    void placement(ItemRequest request, ItemState item, long epoch) {
        if (request instanceof FailoverPlan.Planned plan && plan.cloudOfNewVm().isPresent()) {
            Place place = new Place(item.place(plan.to()).site(), plan.cloudOfNewVm());
            cloud(world.site(place.site()), place, call(item.id(), epoch));
        }
        if (request instanceof ReverseRequest reverse && reverse.cloudOfNewVm().isPresent()) {
            Place place = new Place(item.place(reverse.overwritten()).site(), reverse.cloudOfNewVm());
            cloud(world.site(place.site()), place, call(item.id(), epoch));
        }
    }

    /** Refuses what is not meant, or what the item's driver cannot do. */
    void inPlace(ItemRequest request, ItemState item) {
        boolean delta = request instanceof FailoverPlan.Planned plan
                && plan.replacesInPlace()
                && plan.sync() == SyncMode.DELTA_BEFORE_FAILOVER;
        if (delta) {
            throw new InvalidRequestException(Problem.of("IN_PLACE_NEEDS_FULL")
                    .attempted("fail item " + item.id() + " over with differences, in place")
                    .state("differences are sent while the VM runs, beside a replica that stays whole; nothing was"
                            + " changed")
                    .remedy("plan it with SyncMode.FULL_DURING_FAILOVER, or without replaceInPlace()"));
        }
        new DriverChecks(world).offered(request, item);
    }

    /** What the state table wants a person to accept is accepted by the name of the request's factory, or it is refused. */
    Optional<Denial> unconfirmed(ItemRequest request, Verdict verdict, ItemState item) {
        if (request instanceof DisableRequest disable && verdict instanceof Verdict.Allowed allowed) {
            return unconfirmed(disable, allowed, item);
        }
        if (!(request instanceof FailoverPlan.Unplanned plan) || !(verdict instanceof Verdict.Allowed allowed)) {
            return Optional.empty();
        }
        Optional<String> missing = switch (allowed.confirmation()) {
            case POINTS_UNVERIFIED ->
                plan.start() == FailoverPlan.Unplanned.Start.UNVERIFIED_POINT
                        ? Optional.empty()
                        : Optional.of("FailoverPlan.unplannedToUnverifiedPoint");
            case OLD_DISK ->
                plan.start() == FailoverPlan.Unplanned.Start.OLD_DISK
                        ? Optional.empty()
                        : Optional.of("FailoverPlan.unplannedToOldDisk");
            case NONE, COMMITS_FIRST ->
                plan.start() == FailoverPlan.Unplanned.Start.OLD_DISK
                        ? Optional.of("FailoverPlan.unplanned")
                        : Optional.empty();
        };
        return missing.map(factory -> {
            boolean nothing = allowed.confirmation() == Confirmation.NONE;
            return new Denial(
                    request.operation(),
                    nothing ? "NOT_TO_OLD_DISK" : "NOT_CONFIRMED",
                    nothing
                            ? "the other side is a replica"
                            : allowed.confirmation().words(),
                    (nothing ? "plan it to a recovery point: " : "if that is what you want, plan it with ") + factory,
                    Set.of());
        });
    }

    private static Optional<Denial> unconfirmed(DisableRequest request, Verdict.Allowed allowed, ItemState item) {
        boolean commits = request.otherSide() == DisableRequest.OtherSide.KEPT_AFTER_COMMIT;
        boolean failedOver = allowed.confirmation() == Confirmation.COMMITS_FIRST;
        if (failedOver != commits) {
            return Optional.of(new Denial(
                    Operation.DISABLE,
                    failedOver ? "NOT_CONFIRMED" : "NO_FAILOVER",
                    failedOver ? allowed.confirmation().words() : "there is no failover that could be committed first",
                    failedOver
                            ? "if that is what you want, ask with DisableRequest.committingFailover"
                            : "ask with DisableRequest.keepingReplica or deletingReplica",
                    Set.of()));
        }
        boolean nothingToDelete =
                item.replicatesTo().isEmpty() && request.otherSide() == DisableRequest.OtherSide.DELETED;
        return nothingToDelete
                ? Optional.of(new Denial(
                        Operation.DISABLE,
                        "NOT_A_REPLICA",
                        "the other side is no replica but the old disk of the VM as it was left",
                        "ask with DisableRequest.keepingReplica; what is left there may be deleted by hand afterwards",
                        Set.of()))
                : Optional.empty();
    }

    /** Refuses to give up a side that answers. */
    void unreachable(ItemState item, Side side, long epoch) {
        SiteProvider site = world.site(item.place(side).site());
        if (site.contact(call(item.id(), epoch)) instanceof Contact.Reachable) {
            throw new InvalidRequestException(Problem.of("SITE_ANSWERS")
                    .attempted("disable item " + item.id() + " without its " + side + " side")
                    .state("site " + site.id() + " answers; nothing was changed")
                    .remedy("let the job remove what is there; if it failed, retry it"));
        }
    }

    /**
     * Refuses to go back from a failover's end that may stand already at a site which does not answer: cancelled, the job would wait
     * for that site without end, and could not be retried any more. Of a failover itself it is the site that it leads to, and the wait
     * is right.
     */
    void decidedAtSilentSite(JobRecord job, ItemState item) {
        boolean ofAnEnd =
                item.state() == ProtectionState.CANCELLING_FAILOVER || item.state() == ProtectionState.COMMITTING;
        if (!ofAnEnd) {
            return;
        }
        Side to = Side.valueOf(job.spec().text(RequestCodec.TO));
        SiteProvider site = world.site(item.place(to).site());
        if (site.contact(call(item.id(), job.originEpoch())) instanceof Contact.Unreachable silent) {
            SiteId other = item.place(to.other()).site();
            throw new OperationNotAllowedException(
                    item.id(),
                    new Denial(
                            Operation.CANCEL_JOB,
                            "DECISION_IN_DOUBT",
                            "the job asked site " + site.id()
                                    + " for its decision and has not heard the answer; the site does" + " not answer ("
                                    + silent.reason() + "), so nobody can tell whether it is decided",
                            "restore contact to site " + site.id()
                                    + ", then cancel or retry the job; if the site is gone for"
                                    + " good, adopt the item from site " + other
                                    + " with another engine that has an empty data directory",
                            Set.of()));
        }
    }

    void point(ItemRequest request, ItemState item, long epoch) {
        Optional<RecoveryPointSelector> selector = request instanceof FailoverPlan.Unplanned plan
                ? Optional.of(plan.point())
                : request instanceof ChangePointRequest change
                        ? Optional.of(change.point())
                        : request instanceof FailoverPlan.Test test ? Optional.of(test.point()) : Optional.empty();
        if (selector.isEmpty() || selector.get() instanceof RecoveryPointSelector.Latest) {
            return; // a cycle of the job may make it
        }
        List<RecoveryPoint> points = points(item, epoch);
        if (PointChoice.choose(selector.get(), points).isEmpty()) {
            throw new InvalidRequestException(Problem.of("UNKNOWN_POINT")
                    .attempted("go to " + PointChoice.words(selector.get()) + " of item " + item.id())
                    .state(PointChoice.nothingFits(selector.get(), points) + "; nothing was changed")
                    .remedy("choose one of recoveryPoints(), or latest()"));
        }
    }

    /** Refuses a drill that could not be made. */
    void drill(ItemRequest request, ItemState item, long epoch) {
        if (request instanceof FailoverPlan.Test test) {
            test.probe().ifPresent(world::probe);
            Readiness.requireTestNetwork(
                    world.site(item.place(test.to()).site()), test.network(), call(item.id(), epoch));
        }
    }

    /** What a failover would leave unconnected. */
    List<Finding> networks(ItemRequest request, ItemState item, long epoch) {
        return request instanceof FailoverPlan plan && !(request instanceof FailoverPlan.Test)
                ? Readiness.toFailOver(item, plan.to(), world, call(item.id(), epoch))
                : List.of();
    }

    /** A relation is made by one driver, and another one finds nothing of it. */
    void sameDriver(ItemState item, ReplicationPolicy policy) {
        if (policy.driver() != item.policy().driver()) {
            throw new InvalidRequestException(Problem.of("DRIVER_FIXED")
                    .attempted("change the policy of item " + item.id())
                    .state("its driver is " + item.policy().driver() + ", the new policy wants " + policy.driver()
                            + "; nothing was changed")
                    .remedy("keep the driver; to change it disable the item and protect its VM anew"));
        }
    }

    List<RecoveryPoint> points(ItemState item, long epoch) {
        if (item.replicatesTo().isEmpty() || item.vm(item.replicatesTo().get()).isEmpty()) {
            return List.of();
        }
        return world
                .driver(
                        item.driver(),
                        item.place(Side.PRIMARY).site(),
                        item.place(Side.RECOVERY).site())
                .status(List.of(item.linkTo(item.replicatesTo().get())), call(item.id(), epoch))
                .values()
                .stream()
                .flatMap(status -> status.points().stream())
                .toList();
    }

    /** The values stored with the job: the request, its decision's number, and the way back. */
    Values spec(ItemRequest request, ItemState item, long epoch, Optional<JobSnapshot> superseded) {
        ProtectionState origin = origin(item, superseded);
        Values spec = RequestCodec.write(request, item).with(RequestCodec.ORIGIN, origin);
        if (superseded.isPresent()) {
            spec = spec.with(RequestCodec.SUPERSEDES, superseded.get().id());
        }
        return RequestCodec.decides(request) ? spec.with(RequestCodec.DECISION_EPOCH, epoch + 1) : spec;
    }

    /** Where the way back leads: a state in which an item may rest. */
    private static ProtectionState origin(ItemState item, Optional<JobSnapshot> superseded) {
        if (!StateTable.TABLE.isTransitional(item.state())) {
            return item.state();
        }
        ProtectionState usual = ON_THE_WAY.contains(item.state()) ? ProtectionState.PROTECTED : item.state();
        return superseded
                .map(job -> ItemState.read(job.record().origin()).state())
                .filter(state -> !StateTable.TABLE.isTransitional(state))
                .orElse(usual);
    }

    private CallContext call(ItemId item, long epoch) {
        return CallContext.once(item, epoch, "check-" + item, time.now().plus(DEADLINE));
    }
}
