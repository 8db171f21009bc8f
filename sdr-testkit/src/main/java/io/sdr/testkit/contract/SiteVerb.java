package io.sdr.testkit.contract;

import io.sdr.api.Consistency;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.Checkpoint;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.SiteProvider;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * One change that a site is asked for, with what must be there before. Whoever adds a method to the SPI adds it here, and it is
 * tested for all that holds for every verb.
 *
 * @param name its name
 * @param checksEpoch whether the site refuses it under a falling epoch
 * @param prepare brings the site into a state in which the verb changes something
 * @param act the call
 */
record SiteVerb(String name, boolean checksEpoch, Consumer<Stage> prepare, BiConsumer<Stage, CallContext> act) {

    /** A site with a VM, off or on, of which verbs make something. */
    static final class Stage {
        final SiteWorld world;
        final VmId vm;
        final VmId copy;
        final List<DiskRef> disks;
        final String checkpoint;
        VmId made = SiteSuite.NOBODY;

        /** Makes a VM that runs, a placeholder, and a checkpoint. */
        Stage(SiteWorld world) {
            this.world = world;
            this.vm = world.createRunningVm("contract-vm", world.diskSizes());
            this.copy = site().vms()
                    .createPlaceholder(
                            "contract-copy",
                            Optional.empty(),
                            SiteSuite.CONFIGURATION,
                            SiteSuite.call(SiteSuite.OTHER, 1, "copy"))
                    .vm();
            this.disks = SiteObservations.disks(site().vms(), vm);
            Checkpoint made = site().disks().checkpoint(vm, Consistency.CRASH_CONSISTENT, SiteSuite.call("before"));
            this.checkpoint = made.id();
        }

        SiteProvider site() {
            return world.site();
        }

        CallContext call(String token) {
            return SiteSuite.call(token);
        }
    }

    static List<SiteVerb> all() {
        return List.of(
                new SiteVerb(
                        "vms.start",
                        true,
                        stage -> stage.site().vms().turnOff(stage.vm, stage.call("off")),
                        (stage, call) -> stage.site().vms().start(stage.vm, call)),
                new SiteVerb(
                        "vms.shutDown",
                        true,
                        stage -> {},
                        (stage, call) -> stage.site().vms().shutDown(stage.vm, call)),
                new SiteVerb(
                        "vms.turnOff",
                        true,
                        stage -> {},
                        (stage, call) -> stage.site().vms().turnOff(stage.vm, call)),
                new SiteVerb(
                        "vms.lockStart",
                        true,
                        stage -> {},
                        (stage, call) -> stage.site().vms().lockStart(stage.vm, call)),
                new SiteVerb(
                        "vms.unlockStart",
                        true,
                        stage -> stage.site().vms().lockStart(stage.vm, stage.call("lock")),
                        (stage, call) -> stage.site().vms().unlockStart(stage.vm, call)),
                new SiteVerb(
                        "vms.automaticStart",
                        true,
                        stage -> stage.site().vms().automaticStart(stage.vm, true, stage.call("on")),
                        (stage, call) -> stage.site().vms().automaticStart(stage.vm, false, call)),
                new SiteVerb(
                        "vms.createPlaceholder",
                        true,
                        stage -> {},
                        (stage, call) -> stage.site()
                                .vms()
                                .createPlaceholder("contract-made", Optional.empty(), SiteSuite.CONFIGURATION, call)),
                new SiteVerb(
                        "vms.deleteTagged",
                        true,
                        stage -> stage.made = stage.site()
                                .vms()
                                .createPlaceholder(
                                        "contract-made", Optional.empty(), SiteSuite.CONFIGURATION, stage.call("make"))
                                .vm(),
                        (stage, call) -> stage.site().vms().deleteTagged(stage.made, call)),
                new SiteVerb(
                        "vms.attach",
                        true,
                        stage -> {
                            stage.site().disks().release(stage.checkpoint, false, stage.call("release"));
                            stage.site().vms().turnOff(stage.vm, stage.call("off"));
                        },
                        (stage, call) -> stage.site().vms().attach(stage.vm, stage.disks.subList(0, 1), call)),
                new SiteVerb(
                        "disks.checkpoint",
                        true,
                        stage -> {},
                        (stage, call) -> stage.site().disks().checkpoint(stage.vm, Consistency.CRASH_CONSISTENT, call)),
                new SiteVerb(
                        "disks.release",
                        true,
                        stage -> {},
                        (stage, call) -> stage.site().disks().release(stage.checkpoint, false, call)),
                new SiteVerb(
                        "disks.releaseMark",
                        true,
                        stage -> stage.site().disks().release(stage.checkpoint, true, stage.call("release")),
                        (stage, call) -> stage.site().disks().releaseMark(stage.checkpoint, call)),
                new SiteVerb(
                        "disks.moveToReplicaFolder",
                        true,
                        stage -> {
                            stage.site().disks().release(stage.checkpoint, false, stage.call("release"));
                            stage.site().vms().turnOff(stage.vm, stage.call("off"));
                        },
                        (stage, call) -> stage.site()
                                .disks()
                                .moveToReplicaFolder(
                                        stage.disks.get(0),
                                        SiteSuite.ITEM,
                                        "contract.base." + stage.world.format().name(),
                                        call)),
                new SiteVerb(
                        "catalogue.createIfAbsent",
                        false,
                        stage -> {},
                        (stage, call) -> stage.site().catalogue().createIfAbsent(SiteSuite.decision(9, "job-9"), call)),
                new SiteVerb(
                        "catalogue.putDocument",
                        false,
                        stage -> {},
                        (stage, call) -> stage.site().catalogue().putDocument(SiteSuite.ITEM, "contract", "{}", call)),
                new SiteVerb(
                        "catalogue.forget",
                        false,
                        stage -> stage.site()
                                .catalogue()
                                .putDocument(SiteSuite.ITEM, "contract", "{}", stage.call("put")),
                        (stage, call) -> stage.site().catalogue().forget(SiteSuite.ITEM, call)));
    }

    @Override
    public String toString() {
        return name;
    }
}
