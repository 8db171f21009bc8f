package io.sdr.testkit;

import io.sdr.api.PowerFence;
import io.sdr.api.Problem;
import io.sdr.api.RetryableException;
import io.sdr.api.VmId;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * A power fence for a simulated site: it takes the power from the VM whether the site answers or not, fails, or does nothing and says
 * it did. Its evidence is what the site is, not what it was told. Thread-safe.
 */
public final class ScriptedPowerFence implements PowerFence {
    /** What happens when it is told to fence. */
    public enum Script {
        /** It takes the power. */
        WORKS,
        /** It throws. */
        FAILS,
        /** It returns, and the VM runs on. */
        DOES_NOTHING
    }

    private final Supplier<SimulatedSite> site;
    private final Set<VmId> fenced = ConcurrentHashMap.newKeySet();
    private final AtomicInteger calls = new AtomicInteger();
    private volatile Script script = Script.WORKS;

    /**
     * Makes a fence that works.
     *
     * @param site gives the site that is open now
     */
    public ScriptedPowerFence(Supplier<SimulatedSite> site) {
        this.site = site;
    }

    /**
     * Says what happens from now on.
     *
     * @param value what happens
     */
    public void script(Script value) {
        script = value;
    }

    /**
     * Tells how often it was told to fence.
     *
     * @return the number
     */
    public int calls() {
        return calls.get();
    }

    @Override
    public Optional<String> evidence(Target target) {
        return fenced.contains(target.vm()) && !site.get().look(target.vm()).isRunning()
                ? Optional.of("outlet of " + target.vm() + " is off")
                : Optional.empty();
    }

    @Override
    public void fence(Target target) {
        calls.incrementAndGet();
        if (script == Script.FAILS) {
            throw new RetryableException(Problem.of("FENCE_FAILED")
                    .attempted("take the power from VM " + target.vm())
                    .state("the power distribution unit does not answer")
                    .remedy("look at it"));
        }
        if (script == Script.WORKS) {
            site.get().turnOffBehindTheBack(target.vm());
            fenced.add(target.vm());
        }
    }
}
