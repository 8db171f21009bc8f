package io.sdr.core.operation;

import io.sdr.api.Drill;
import io.sdr.api.JobId;
import io.sdr.api.Problem;
import io.sdr.api.RetryableException;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.TestObjects;
import io.sdr.api.spi.VmObservation;
import java.util.Optional;

/** What the steps of a test failover and of its cleanup see of the drill: everything that is tagged with its job. */
final class DrillScene {
    private final Scene scene;
    private final JobId drill;

    private DrillScene(Scene scene, JobId drill) {
        this.scene = scene;
        this.drill = drill;
    }

    /** The drill that this job makes. */
    static DrillScene made(Scene scene) {
        return new DrillScene(scene, new JobId(scene.context().job()));
    }

    /** The drill that this job removes; empty if it was overtaken before it made anything. */
    static Optional<DrillScene> removed(Scene scene) {
        return scene.item().drill().map(Drill::job).map(job -> new DrillScene(scene, job));
    }

    JobId drill() {
        return drill;
    }

    SiteProvider site() {
        return scene.site(scene.to());
    }

    TestObjects objects() {
        return site().testObjects();
    }

    CallContext call() {
        return scene.call();
    }

    TestObjects.Made present() {
        return objects().made(drill, call());
    }

    Optional<VmObservation> vm() {
        return present().vms().stream().findFirst();
    }

    /** The drill's VM, which must be there. */
    VmId requireVm() {
        return vm().orElseThrow(() -> new RetryableException(Problem.of("TEST_VM_MISSING")
                        .attempted("use the VM of test failover " + drill)
                        .state("site " + site().id() + " has none with its tag")
                        .remedy("cancel the job, then test again")))
                .vm();
    }

    boolean isHeld() {
        return scene.replicaAt(scene.to()).held().containsKey(drill);
    }

    void giveBack() {
        scene.driver().giveBack(scene.linkTo(scene.to()), drill, false, call());
    }

    /** The name of the drill's VM. */
    String vmName() {
        return scene.item().name() + " - Test";
    }
}
