package io.sdr.core.operation;

import io.sdr.api.Answer;
import io.sdr.api.PowerFence;
import io.sdr.api.Prompt;
import io.sdr.core.job.ActResult;
import io.sdr.core.job.Observation;
import io.sdr.core.job.Step;
import io.sdr.core.job.Values;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the power from the VM of the side that is left, or given up, when it does not answer and its site has a power fence. Only what
 * the fence shows as evidence counts; one that fails is asked about, never taken for a success.
 */
final class PowerFenceStep {
    static final String NAME = "power-fence";

    private static final Logger LOG = LoggerFactory.getLogger(PowerFenceStep.class);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration TRY_AGAIN = Duration.ofSeconds(5);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(15);
    private static final String UNTIL = "until";
    private static final String EVIDENCE = "evidence";

    private PowerFenceStep() {}

    static Step define(Surroundings world) {
        return OperationStep.act(NAME)
                .within(Duration.ofHours(1))
                .intends(scene -> Values.of(UNTIL, scene.now().plus(PATIENCE)))
                .observes("a silent side whose site has a power fence: the fence's evidence", (intent, scene) -> {
                    if (scene.powerFence(scene.from()).isEmpty()) {
                        return new Observation.NotNeeded("its site has no power fence");
                    }
                    if (scene.silence(scene.from()).isEmpty()) {
                        return new Observation.NotNeeded("it answers");
                    }
                    Optional<String> evidence = fencedNow(scene);
                    if (evidence.isPresent()) {
                        return Observation.done(Values.of(EVIDENCE, evidence.get()));
                    }
                    return scene.now().isBefore(scene.atLeast(intent.text(UNTIL), PATIENCE))
                            ? Observation.notDone()
                            : askOrGoOn(NAME, scene);
                })
                .acts("takes its power, or its disks, past the hypervisor", (intent, scene) -> {
                    try {
                        scene.powerFence(scene.from()).orElseThrow().fence(target(scene));
                        return ActResult.again(Duration.ZERO, "waits for the fence's evidence");
                    } catch (RuntimeException e) { // whatever a fence of somebody else throws, it is a failure
                        LOG.warn(
                                "the power fence of item {} failed",
                                scene.item().id(),
                                e);
                        return ActResult.again(TRY_AGAIN, "the power fence failed: " + e.getMessage());
                    }
                })
                .undoes(
                        "nothing: what was fenced comes back by a person's hand",
                        (intent, scene) -> io.sdr.core.job.UndoResult.undone())
                .in(world);
    }

    /** What the fence shows now; empty without a fence, or if it cannot tell. */
    static Optional<String> fencedNow(Scene scene) {
        Optional<PowerFence> fence = scene.powerFence(scene.from());
        try {
            return fence.flatMap(each -> each.evidence(target(scene)));
        } catch (RuntimeException e) { // what cannot be told is no evidence
            LOG.info("the power fence of item {} cannot tell", scene.item().id(), e);
            return Optional.empty();
        }
    }

    /** What this job's fence showed when it was done. */
    static Optional<String> evidence(Scene scene) {
        return scene.context().outcomes().of(NAME).find(EVIDENCE);
    }

    /** It was fenced, and is not any more: somebody gave its power back. */
    static boolean isLost(Scene scene) {
        return evidence(scene).isPresent() && fencedNow(scene).isEmpty();
    }

    /** Somebody's word lets the job go on without a fence. */
    static Observation askOrGoOn(String step, Scene scene) {
        String failed = "the power fence of site " + scene.site(scene.from()).id() + " shows no evidence that VM "
                + scene.vm(scene.from()) + " is down";
        Optional<String> word = VmSteps.confirmedDownBy(scene)
                .map(by -> by + " gave the word that it is down")
                .or(() ->
                        VmSteps.twoRunningAccepted(scene).map(reason -> "two running copies were accepted: " + reason));
        if (word.isPresent()) {
            return Observation.done(
                    Values.of("confirmedOff", false).with("fenced", false), failed + ", but " + word.get());
        }
        return new Observation.Contradiction(
                new Prompt.Confirmation(
                        step,
                        failed
                                + ". Going on could run two copies. Make sure that it is down and confirm it, or"
                                + " accept two running copies; the job goes on by itself as soon as there is evidence",
                        Set.of(Answer.Kind.LOOK_AGAIN, Answer.Kind.CONFIRM_DOWN, Answer.Kind.ACCEPT_TWO_RUNNING)),
                Optional.of(LOOK_AGAIN));
    }

    private static PowerFence.Target target(Scene scene) {
        Instant notAfter = scene.call().notAfter();
        return new PowerFence.Target(
                scene.item().id(), scene.site(scene.from()).id(), scene.vm(scene.from()), notAfter);
    }
}
