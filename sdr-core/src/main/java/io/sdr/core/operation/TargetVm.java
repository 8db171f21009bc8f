package io.sdr.core.operation;

import io.sdr.api.OperationFailedException;
import io.sdr.api.Place;
import io.sdr.api.Problem;
import io.sdr.api.Side;
import io.sdr.api.VmId;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.api.spi.VmDescription;
import io.sdr.api.spi.VmObservation;
import io.sdr.core.job.Effects;
import io.sdr.core.job.Observation;
import io.sdr.core.job.UndoResult;
import io.sdr.core.job.Values;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** The item's VM at the side that data goes to: made anew where it is gone, off and locked. */
final class TargetVm {
    private static final String STEP = "target-vm";
    private static final String MADE = "made";

    private TargetVm() {}

    /** For a full download: with the configuration of the VM that is left. */
    static OperationStep orNew(Surroundings world) {
        return step(
                world,
                scene -> true,
                "makes it where it is gone: off, locked, with the configuration of the VM that is left",
                scene -> description(scene, scene.from()).configuration());
    }

    /** For a reversal: only if the request says so. */
    static OperationStep orNewIfAsked(Surroundings world) {
        return step(
                world,
                scene -> scene.spec().flag(RequestCodec.MAKE_VM),
                "makes it where it is gone, if asked: off, locked, with the configuration that it had with the last"
                        + " cycle from there",
                TargetVm::keptConfiguration);
    }

    private static OperationStep step(
            Surroundings world, Predicate<Scene> asked, String act, Function<Scene, VmConfiguration> configuration) {
        return OperationStep.act(STEP)
                .intends(scene -> Values.of(
                        MADE,
                        asked.test(scene)
                                && !scene.driverOwnsVms()
                                && scene.look(scene.to()).isEmpty()
                                && scene.site(scene.to())
                                        .vms()
                                        .tagged(scene.call())
                                        .isEmpty()))
                .observes("the item's VM at the other side, or one that is tagged with the item", (intent, scene) -> {
                    if (!intent.flag(MADE) && scene.look(scene.to()).isPresent()) {
                        return Observation.done(Values.of("vm", scene.vm(scene.to())));
                    }
                    if (scene.driverOwnsVms()) {
                        return ofTheDriver(scene, asked.test(scene));
                    }
                    List<VmObservation> tagged = scene.site(scene.to()).vms().tagged(scene.call());
                    if (!tagged.isEmpty()) {
                        return Observation.done(Values.of("vm", tagged.get(0).vm()));
                    }
                    if (!asked.test(scene)) {
                        throw gone(scene.item(), scene.to());
                    }
                    return intent.flag(MADE)
                            ? Observation.notDone()
                            : new Observation.Outdated("it was there when the step began and is gone now");
                })
                .does(
                        act,
                        (intent, scene) -> scene.site(scene.to())
                                .vms()
                                .createPlaceholder(
                                        scene.item().name(),
                                        place(scene).cloud(),
                                        configuration.apply(scene),
                                        scene.call()))
                .undoes("deletes it, if this job made it", (intent, scene) -> {
                    if (intent.flag(MADE)) {
                        for (VmObservation made : scene.site(scene.to()).vms().tagged(scene.decidingCall())) {
                            scene.site(scene.to()).vms().deleteTagged(made.vm(), scene.decidingCall());
                        }
                    }
                    return UndoResult.undone();
                })
                .records((intent, outcome, scene) -> {
                    ItemState with = scene.item().withVm(scene.to(), new VmId(outcome.text("vm")));
                    return Effects.document(
                            (intent.flag(MADE) ? with.withPlace(scene.to(), place(scene)) : with).document());
                })
                .in(world);
    }

    /** A driver that owns the VMs makes one that is gone itself, with the id that it tells beforehand. */
    private static Observation ofTheDriver(Scene scene, boolean asked) {
        if (!asked) {
            throw gone(scene.item(), scene.to());
        }
        return Observation.done(Values.of("vm", scene.driver().targetVm(scene.vm(scene.from()))));
    }

    private static OperationFailedException gone(ItemState item, Side side) {
        return new OperationFailedException(Problem.of("OLD_VM_GONE")
                .attempted("replicate item " + item.id() + " to its " + side + " side")
                .state("its VM there is gone; nothing was changed")
                .remedy("bring the VM back, or reverse with makingVm() or makingVmIn(cloud)"));
    }

    /** What its own site's VM was, as long as that replicated; else what the VM is that is left. */
    private static VmConfiguration keptConfiguration(Scene scene) {
        return ConfigurationDocument.read(scene.site(scene.from()), scene.item().id(), scene.call())
                .orElseGet(() -> description(scene, scene.from()).configuration());
    }

    static VmDescription description(Scene scene, Side side) {
        return scene.site(side).inventory().find(scene.vm(side).value(), scene.call()).stream()
                .findFirst()
                .orElseThrow(() -> new OperationFailedException(Problem.of("UNKNOWN_VM")
                        .attempted("read the configuration of VM " + scene.vm(side))
                        .state("it is no longer at site " + scene.site(side).id() + "; nothing was decided")
                        .remedy("look what became of it")));
    }

    /** Where the VM is made: as the request says, else where the item was protected. */
    private static Place place(Scene scene) {
        Place protectedIn = scene.item().place(scene.to());
        Optional<String> cloud = scene.spec().find(RequestCodec.CLOUD);
        return cloud.isPresent() ? new Place(protectedIn.site(), cloud) : protectedIn;
    }
}
