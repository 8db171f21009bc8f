package io.sdr.core.operation;

import io.sdr.api.Operation;
import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.spi.EpochRecord;
import io.sdr.core.job.Effects;
import io.sdr.core.job.JobDefinition;
import io.sdr.core.job.Observation;
import io.sdr.core.job.Step;
import io.sdr.core.job.Values;
import java.util.List;
import java.util.Optional;

/** Start VM: the copy that was failed over and does not run is started, where its site's own catalogue says that it may. */
final class StartVmOperation {
    static final String KIND = "start-vm";

    private StartVmOperation() {}

    static JobDefinition define(Surroundings world) {
        return OperationDefinition.of(
                Operation.START_VM,
                KIND,
                1,
                List.of(
                        stillActive(world),
                        VmSteps.start(world, Scene::to),
                        VmSteps.verifyRuns(
                                world,
                                Scene::to,
                                (intent, outcome, scene) -> Effects.NONE.withEvent(EventKind.VM_STARTED.says(
                                        "item " + scene.item().id() + " runs at " + scene.to() + " again")))));
    }

    private static Step stillActive(Surroundings world) {
        return OperationStep.guard("still-active")
                .observes("the newest decision in the site's catalogue: it names this side", (intent, scene) -> {
                    Optional<EpochRecord> newest = scene.site(scene.to())
                            .catalogue()
                            .readHighest(scene.item().id(), scene.call());
                    long known = scene.context().subject().epoch();
                    if (newest.isPresent() && newest.get().epoch() > known) {
                        throw new OperationFailedException(Problem.of("DECIDED_OTHERWISE")
                                .attempted("start VM " + scene.vm(scene.to()) + " of item "
                                        + scene.item().id())
                                .state("site " + scene.site(scene.to()).id() + " knows a later decision: "
                                        + newest.get() + "; nothing was started")
                                .remedy("look who else works on this item"));
                    }
                    return Observation.done(Values.of("epoch", known));
                })
                .in(world);
    }
}
