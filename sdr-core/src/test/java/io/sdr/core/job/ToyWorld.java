package io.sdr.core.job;

import io.sdr.api.Problem;
import io.sdr.api.RetryableException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The far side of the toy operation: it outlives every simulated death, obeys calls until their notAfter and not later, and
 * writes down each thing that must never happen.
 */
final class ToyWorld {
    static final int CHUNKS = 3;

    boolean room = true;
    boolean fromRuns = true;
    boolean toRuns;
    int chunks;
    final Set<String> parts = new TreeSet<>();
    final Map<String, String> records = new HashMap<>();
    final List<String> violations = new ArrayList<>();
    final List<String> history = new ArrayList<>();
    boolean taken;
    private final List<Late> late = new ArrayList<>();

    private record Late(Instant due, Instant notAfter, String what, Runnable effect) {}

    void violation(String text) {
        violations.add(text);
        history.add("VIOLATION " + text);
    }

    /** Does something now, unless it is too late for the call. */
    void call(Instant now, Instant notAfter, String what, Runnable effect) {
        settle(now);
        if (now.isAfter(notAfter)) {
            history.add(now + " refused: " + what);
            throw new RetryableException(Problem.of("TOY_TOO_LATE"));
        }
        history.add(now + " " + what);
        if (taken) {
            violation("acts after another job took over: " + what);
        }
        effect.run();
        look(what);
    }

    /** Does something when the time has come, unless it is too late for the call then. */
    void callLater(Instant due, Instant notAfter, String what, Runnable effect) {
        late.add(new Late(due, notAfter, what, effect));
    }

    /** Lets happen what was under way. */
    void settle(Instant now) {
        List<Late> due = late.stream().filter(each -> !each.due().isAfter(now)).toList();
        late.removeAll(due);
        due.forEach(each -> {
            if (!each.due().isAfter(each.notAfter())) {
                call(each.due(), each.notAfter(), "late: " + each.what(), each.effect());
            }
        });
    }

    String createIfAbsent(String name, String content) {
        return records.computeIfAbsent(name, any -> content);
    }

    private void look(String what) {
        if (fromRuns && toRuns) {
            violation("two run after " + what);
        }
        if (toRuns && !"ACTIVATE".equals(records.get("epoch-1"))) {
            violation("it runs without a decision after " + what);
        }
    }

    @Override
    public String toString() {
        return "room " + room + ", from " + fromRuns + ", to " + toRuns + ", chunks " + chunks + ", parts " + parts
                + ", records " + records;
    }
}
