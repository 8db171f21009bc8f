package io.sdr.hyperv.site;

import io.sdr.hyperv.powershell.Script;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the ways to a site's hosts are told to do wrong: the same for all of them. Thread-safe. */
final class Orders {
    private final Map<String, Refusal> refusals = new HashMap<>();
    private boolean losesNextChange;
    private Passage passage = Passage.FREE;

    private record Refusal(String code, String argument, int left) {}

    /** What is opened from now on reaches the hosts, and their files, through a passage. */
    synchronized void goThrough(Passage value) {
        passage = value;
    }

    synchronized Passage passage() {
        return passage;
    }

    /** The next change is carried out, at whichever host, and nobody hears of it. */
    synchronized void loseNextChange() {
        losesNextChange = true;
    }

    /** The hosts refuse a script from now on. */
    synchronized void refuse(String script, String code) {
        refuse(script, code, "", Integer.MAX_VALUE);
    }

    /** The hosts refuse a script some times, where an argument of it has this value. */
    synchronized void refuse(String script, String code, String argument, int times) {
        refusals.put(script, new Refusal(code, argument, times));
    }

    synchronized void allow(String script) {
        refusals.remove(script);
    }

    /** Tells whether there is nothing to do wrong. */
    synchronized boolean areNone() {
        return refusals.isEmpty() && !losesNextChange;
    }

    /** Takes one of the refusals that are left for a script. */
    synchronized Optional<String> takeRefusal(Script script, String arguments) {
        Refusal refusal = refusals.get(script.name());
        if (refusal == null || refusal.left <= 0 || !arguments.contains(refusal.argument)) {
            return Optional.empty();
        }
        refusals.put(script.name(), new Refusal(refusal.code, refusal.argument, refusal.left - 1));
        return Optional.of(refusal.code);
    }

    /** Tells whether the answer of a script that has run is lost. */
    synchronized boolean takeLoss(Script script) {
        boolean lost = losesNextChange && script.effect() == Script.Effect.CHANGE;
        losesNextChange &= !lost;
        return lost;
    }
}
