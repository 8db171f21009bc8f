package io.sdr.core.contract;

import io.sdr.api.Consistency;
import io.sdr.api.ItemId;
import io.sdr.api.OutcomeUnknownException;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.ChangedRanges;
import io.sdr.api.spi.Checkpoint;
import io.sdr.api.spi.Contact;
import io.sdr.api.spi.DiskAccess;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.EpochRecord;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.StorageFolder;
import io.sdr.core.format.RawFormat;
import io.sdr.testkit.ForgetfulFolder;
import io.sdr.testkit.SimulatedSite;
import io.sdr.testkit.contract.SimulatedSiteWorld;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Sites that are wrong in one way each, and the test that must notice. */
@SuppressWarnings("ImmutableEnumChecker") // what breaks things keeps no state of its own
enum BrokenSite {
    STARTS_TWICE(BrokenSitesTest.Vms.class, "startingTwiceStartsOnce", "vms", site -> (method, a, good) -> {
        if (method.equals("start") && site.look((VmId) a[0]).isRunning()) {
            site.turnOffBehindTheBack((VmId) a[0]);
        }
        return good.call(a);
    }),
    TAKES_THE_POWER_INSTEAD_OF_ASKING(
            BrokenSitesTest.Vms.class, "aGuestThatIgnoresShutDownRunsOn", "vms", site -> (method, a, good) -> {
                if (method.equals("shutDown")) {
                    site.turnOffBehindTheBack((VmId) a[0]);
                }
                return good.call(a);
            }),
    FORGETS_LOCKS(BrokenSitesTest.Vms.class, "aLockSurvivesReopening", "vms", site -> (method, a, good) -> {
        Object answer = good.call(a);
        if (method.equals("lockStart")) {
            site.vms().unlockStart((VmId) a[0], (CallContext) a[1]);
        }
        return answer;
    }),
    DELETES_UNTAGGED_VMS(BrokenSitesTest.Vms.class, "anUntaggedVmIsNeverDeleted", "vms", site -> (method, a, good) -> {
        try {
            return good.call(a);
        } catch (SdrException e) {
            if (e.code().equals("NOT_TAGGED")) {
                site.turnOffBehindTheBack((VmId) a[0]);
                site.deleteBehindTheBack((VmId) a[0]);
            }
            throw e;
        }
    }),
    MISSES_WHAT_IS_DELETED_ALREADY(
            BrokenSitesTest.Vms.class, "deletingWhatIsMissingIsDone", "vms", site -> (method, a, good) -> {
                if (method.equals("deleteTagged")) {
                    site.look((VmId) a[0]);
                }
                return good.call(a);
            }),
    MAKES_A_PLACEHOLDER_THAT_ANYBODY_MAY_START(
            BrokenSitesTest.Vms.class, "aPlaceholderIsMadeOnce", "vms", site -> (method, a, good) -> {
                Object answer = good.call(a);
                return method.equals("createPlaceholder")
                        ? site.vms().unlockStart(((io.sdr.api.spi.VmObservation) answer).vm(), (CallContext) a[3])
                        : answer;
            }),
    LETS_THE_HOST_START_ALL(BrokenSitesTest.Vms.class, "aHostStartsNothingWhoseAutomaticStartIsOff", "vms", site -> {
        java.util.Set<VmId> off = new java.util.HashSet<>();
        return (method, a, good) -> {
            if (!method.equals("automaticStart")) {
                return good.call(a);
            }
            // it remembers the word and tells nobody: the hosts go on as they were
            boolean on = (Boolean) a[1];
            boolean changed = on ? off.remove((VmId) a[0]) : off.add((VmId) a[0]);
            Object answer = good.call(a);
            if (changed && !on) {
                site.automaticStartBehindTheBack((VmId) a[0], true);
            }
            return answer;
        };
    }),
    LETS_THE_HOST_START_COPIES(
            BrokenSitesTest.Vms.class, "aPlaceholderIsNotStartedByItsHost", "vms", site -> (method, a, good) -> {
                Object answer = good.call(a);
                if (method.equals("createPlaceholder")) {
                    site.automaticStartBehindTheBack(((io.sdr.api.spi.VmObservation) answer).vm(), true);
                }
                return answer;
            }),
    DATES_POWER_OFF_WHEN_IT_IS_ASKED(
            BrokenSitesTest.Vms.class, "sinceWhenItIsOffIsToldWhereItIsClaimed", "vms", site -> (method, a, good) -> {
                Object answer = good.call(a);
                if (!method.equals("observe")) {
                    return answer;
                }
                Instant now = ((Contact.Reachable) site.contact((CallContext) a[1])).siteClock();
                Map<VmId, io.sdr.api.spi.VmObservation> seen = new java.util.HashMap<>();
                ((Map<?, ?>) answer).forEach((vm, each) -> {
                    io.sdr.api.spi.VmObservation is = (io.sdr.api.spi.VmObservation) each;
                    seen.put(
                            (VmId) vm,
                            new io.sdr.api.spi.VmObservation(
                                    is.vm(),
                                    is.power(),
                                    is.startLocked(),
                                    is.automaticStart(),
                                    is.heldAtBoot(),
                                    is.lastStart(),
                                    is.startsKnownSince(),
                                    is.offSince().map(since -> now),
                                    is.heartbeat(),
                                    is.disks(),
                                    is.tag()));
                });
                return seen;
            }),
    CONNECTS_AT_THE_NEXT_START(
            BrokenSitesTest.Vms.class,
            "adaptersAreConnectedWhileTheVmRuns",
            "vms",
            site -> (method, a, good) ->
                    method.equals("connect") && site.look((VmId) a[0]).isRunning()
                            ? site.look((VmId) a[0])
                            : good.call(a)),
    SHOWS_EVERYBODYS_TAGS(
            BrokenSitesTest.Vms.class,
            "eachItemHasItsOwnTag",
            "vms",
            site -> (method, a, good) -> method.equals("tagged")
                    ? site.allVms().stream().filter(vm -> vm.tag().isPresent()).toList()
                    : good.call(a)),
    ATTACHES_IN_ITS_OWN_ORDER(
            BrokenSitesTest.Vms.class, "exactlyTheseDisksAreAttached", "vms", site -> (method, a, good) -> {
                if (method.equals("attach")) {
                    List<DiskRef> disks = new ArrayList<>();
                    ((List<?>) a[1]).forEach(disk -> disks.add((DiskRef) disk));
                    disks.sort((x, y) -> x.locator().compareTo(y.locator()));
                    a[1] = disks;
                }
                return good.call(a);
            }),
    IGNORES_THE_EPOCH(
            BrokenSitesTest.AllCalls.class,
            "aFallingEpochIsRefused",
            "vms",
            site -> (method, a, good) -> good.call(changed(a, call -> call.withEpoch(1L << 40)))),
    IGNORES_THE_DEADLINE(
            BrokenSitesTest.AllCalls.class,
            "aLateCallIsRefused",
            "disks",
            site -> (method, a, good) -> good.call(changed(
                    a,
                    call -> new CallContext(
                            call.item(),
                            call.epoch(),
                            call.token(),
                            call.attempt(),
                            Instant.parse("2100-01-01T00:00:00Z"),
                            call.cancel(),
                            call.progress())))),
    CALLS_A_LOST_ANSWER_A_FAILURE(
            BrokenSitesTest.AllCalls.class, "aLostAnswerIsFoundByTheNextAttempt", "vms", site -> (method, a, good) -> {
                try {
                    return good.call(a);
                } catch (OutcomeUnknownException e) {
                    throw new RetryableException(e.problem());
                }
            }),
    SEES_NOTHING_WITHOUT_CONTACT(
            BrokenSitesTest.AllCalls.class, "withoutContactReadsMayBeRepeated", "vms", site -> (method, a, good) -> {
                try {
                    return good.call(a);
                } catch (RetryableException e) {
                    return method.equals("observe") ? Map.of() : List.of();
                }
            }),
    THROWS_WITHOUT_CONTACT(BrokenSitesTest.Inventories.class, "contactIsAnAnswer", "", site -> (method, a, good) -> {
        Object answer = good.call(a);
        if (answer instanceof Contact.Unreachable unreachable) {
            throw new RetryableException(io.sdr.api.Problem.of("NO_CONTACT").state(unreachable.reason()));
        }
        return answer;
    }),
    ACKNOWLEDGES_BEFORE_FORCING_FILES(
            BrokenSitesTest.AllCalls.class,
            "aPowerCutAnywhereEndsTheSame",
            folder -> new ForgetfulFolder(folder, name -> !name.equals(ForgetfulFolder.FOLDER))),
    ACKNOWLEDGES_BEFORE_FORCING_NAMES(
            BrokenSitesTest.AllCalls.class,
            "aPowerCutAnywhereEndsTheSame",
            folder -> new ForgetfulFolder(folder, ForgetfulFolder.FOLDER::equals)),
    DECIDES_BEFORE_FORCING(
            BrokenSitesTest.Catalogues.class,
            "aDecisionThatWasHeardSurvivesAPowerCut",
            folder -> new ForgetfulFolder(folder, name -> name.startsWith("decision"))),
    CREATES_AN_EMPTY_DECISION_FIRST(
            BrokenSitesTest.Catalogues.class,
            "aDecisionIsWholeOrAbsentAfterAPowerCut",
            "catalogue",
            site -> (method, a, good) -> {
                if (method.equals("createIfAbsent")) {
                    ItemId item = ((CallContext) a[1]).item();
                    StorageFolder folder = site.root().child("catalogue").child(item.value());
                    String name = "epoch." + ((EpochRecord) a[0]).epoch();
                    if (folder.find(name).isEmpty()) {
                        folder.create(name).close();
                        folder.force();
                        folder.delete(name);
                    }
                }
                return good.call(a);
            }),
    LETS_EVERYBODY_DECIDE(
            BrokenSitesTest.Catalogues.class, "theFirstDecides", "catalogue", site -> (method, a, good) -> {
                Object answer = good.call(a);
                return method.equals("createIfAbsent") ? a[0] : answer;
            }),
    LOOKS_BEFORE_IT_DECIDES(BrokenSitesTest.Catalogues.class, "ofConcurrentCreatorsOneWins", "catalogue", site -> {
        CyclicBarrier all = new CyclicBarrier(4);
        return (method, a, good) -> {
            if (method.equals("createIfAbsent") && ((CallContext) a[1]).token().startsWith("decide-")) {
                CallContext call = (CallContext) a[1];
                Optional<EpochRecord> before = site.catalogue().read(call.item(), ((EpochRecord) a[0]).epoch(), call);
                all.await();
                Object unused = good.call(a);
                return before.isPresent() ? before.get() : a[0];
            }
            return good.call(a);
        };
    }),
    ORDERS_DECISIONS_BY_NAME(
            BrokenSitesTest.Catalogues.class, "theHighestIsByNumber", "catalogue", site -> (method, a, good) -> {
                if (method.equals("readHighest")) {
                    ItemId item = (ItemId) a[0];
                    return site.root().child("catalogue").child(item.value()).list().stream()
                            .map(StorageFolder.Entry::name)
                            .filter(name -> name.startsWith("epoch."))
                            .reduce((x, y) -> y)
                            .flatMap(name ->
                                    site.catalogue().read(item, Long.parseLong(name.substring(6)), (CallContext) a[1]));
                }
                return good.call(a);
            }),
    FORGETS_TO_FORGET(
            BrokenSitesTest.Catalogues.class,
            "itemsAreListedAndForgotten",
            "catalogue",
            site -> (method, a, good) -> method.equals("forget") ? null : good.call(a)),
    MAKES_A_CHECKPOINT_PER_CALL(
            BrokenSitesTest.Checkpoints.class, "theSameTokenGivesTheSameCheckpoint", "disks", site -> {
                AtomicInteger calls = new AtomicInteger();
                return (method, a, good) -> method.equals("checkpoint")
                        ? good.call(changed(a, call -> call.withToken(call.token() + calls.incrementAndGet())))
                        : good.call(a);
            }),
    FORGETS_TRACKING(
            BrokenSitesTest.Checkpoints.class,
            "changesAreNeverLessThanTheTruth",
            "disks",
            site -> (method, a, good) ->
                    method.equals("changes") ? new ChangedRanges.Known(RangeSet.EMPTY) : good.call(a)),
    MISSES_CHANGES_IN_THE_FIRST_BLOCK(
            BrokenSitesTest.Checkpoints.class,
            "changesAreNeverLessThanTheTruth",
            "disks",
            site -> (method, a, good) -> {
                Object answer = good.call(a);
                return answer instanceof ChangedRanges.Known known
                        ? new ChangedRanges.Known(known.ranges().minus(RangeSet.of(0, 65_536)))
                        : answer;
            }),
    NEVER_KNOWS_WHAT_IT_CLAIMS_TO_KNOW(
            BrokenSitesTest.Checkpoints.class,
            "changesAreNeverLessThanTheTruth",
            "disks",
            site -> (method, a, good) -> method.equals("changes") ? new ChangedRanges.Unknown("never") : good.call(a)),
    CALLS_UNKNOWN_EMPTY(
            BrokenSitesTest.Checkpoints.class, "whatIsNotKnownIsUnknown", "disks", site -> (method, a, good) -> {
                Object answer = good.call(a);
                return answer instanceof ChangedRanges.Unknown ? new ChangedRanges.Known(RangeSet.EMPTY) : answer;
            }),
    MISSES_WRITES_WITHOUT_THE_VM(
            BrokenSitesTest.Checkpoints.class, "writesWithoutTheVmAreNotMissed", "disks", site -> (method, a, good) -> {
                Object answer = good.call(a);
                return answer instanceof ChangedRanges.Unknown ? new ChangedRanges.Known(RangeSet.EMPTY) : answer;
            }),
    READS_WRONG_BYTES_AT_THE_END(
            BrokenSitesTest.Checkpoints.class,
            "aCheckpointHoldsItsMomentWhileTheGuestWrites",
            "disks",
            site -> (method, a, good) -> {
                Object answer = good.call(a);
                return method.equals("frozen")
                        ? BrokenDisk.WRONG_AT_THE_END.before((DiskAccess.InProcess) answer)
                        : answer;
            }),
    EXTENTS_SKIP_DATA(
            BrokenSitesTest.Checkpoints.class,
            "aCheckpointHoldsItsMomentWhileTheGuestWrites",
            "disks",
            site -> (method, a, good) -> {
                Object answer = good.call(a);
                return method.equals("frozen") ? BrokenDisk.SKIPS_DATA.before((DiskAccess.InProcess) answer) : answer;
            }),
    SHOWS_THE_LIVE_DISK(
            BrokenSitesTest.Checkpoints.class,
            "anOpenFrozenDiskDoesNotSeeLaterWrites",
            "disks",
            site -> (method, a, good) -> method.equals("frozen")
                    ? (DiskAccess.InProcess)
                            () -> site.guestDisk(site.allVms().get(0).vm(), (io.sdr.api.DiskId) a[1])
                    : good.call(a)),
    RELEASES_WHAT_IS_IN_USE(
            BrokenSitesTest.Checkpoints.class, "aCheckpointInUseIsNotReleased", "disks", site -> (method, a, good) -> {
                try {
                    return good.call(a);
                } catch (SdrException e) {
                    if (e.code().equals("CHECKPOINT_IN_USE")) {
                        return null;
                    }
                    throw e;
                }
            }),
    DROPS_MARKS(BrokenSitesTest.Checkpoints.class, "leftoversAreExact", "disks", site -> (method, a, good) -> {
        if (method.equals("release")) {
            a[1] = false;
        }
        return good.call(a);
    }),
    PROMISES_CONSISTENCY_THAT_IT_DID_NOT_REACH(
            BrokenSitesTest.Checkpoints.class,
            "consistencyIsWhatTheCheckpointSays",
            "disks",
            site -> (method, a, good) -> {
                Object answer = good.call(a);
                return answer instanceof Checkpoint made
                        ? new Checkpoint(
                                made.id(), made.vm(), made.time(), Consistency.APPLICATION_CONSISTENT, made.disks())
                        : answer;
            }),
    SHARES_ONE_FOLDER(
            BrokenSitesTest.Places.class,
            "eachItemHasAFolderOfItsOwn",
            "disks",
            site -> (method, a, good) ->
                    method.equals("replicaFolder") ? good.call(new ItemId("shared")) : good.call(a)),
    LOSES_THE_END_OF_A_MOVED_DISK(
            BrokenSitesTest.Places.class, "aDiskMovesIntoTheFolderOnce", "disks", site -> (method, a, good) -> {
                Object answer = good.call(a);
                return method.equals("offline")
                        ? BrokenDisk.WRONG_AT_THE_END.before((DiskAccess.InProcess) answer)
                        : answer;
            }),
    REVERSES_PAGES(
            BrokenSitesTest.Inventories.class, "pagesAreCompleteAndOrdered", "inventory", site -> (method, a, good) -> {
                Object answer = good.call(a);
                if (method.equals("virtualMachines")) {
                    List<Object> turned = new ArrayList<>((List<?>) answer);
                    Collections.reverse(turned);
                    return turned;
                }
                return answer;
            });

    private final Class<?> suite;
    private final String test;
    private final Function<SimulatedSite, SiteProvider> provider;
    private final UnaryOperator<StorageFolder> storage;

    BrokenSite(Class<?> suite, String test, String facet, Function<SimulatedSite, Interceptor> how) {
        this.suite = suite;
        this.test = test;
        this.provider = site -> facet.isEmpty()
                ? Interceptor.before(SiteProvider.class, site, how.apply(site))
                : Interceptor.beforeFacet(site, facet, how.apply(site));
        this.storage = folder -> folder;
    }

    BrokenSite(Class<?> suite, String test, UnaryOperator<StorageFolder> storage) {
        this.suite = suite;
        this.test = test;
        this.provider = site -> site;
        this.storage = storage;
    }

    private static Object[] changed(Object[] arguments, UnaryOperator<CallContext> change) {
        Object[] copy = arguments.clone();
        for (int i = 0; i < copy.length; i++) {
            if (copy[i] instanceof CallContext call) {
                copy[i] = change.apply(call);
            }
        }
        return copy;
    }

    Class<?> suite() {
        return suite;
    }

    String test() {
        return test;
    }

    SimulatedSiteWorld open() {
        return SimulatedSiteWorld.inMemory(new RawFormat(), provider, storage);
    }
}
