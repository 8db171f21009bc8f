package io.sdr.hyperv.host;

import io.sdr.api.SdrException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What several hosts said to one question.
 *
 * @param answers what those said that answered, in the site's order of hosts
 * @param silent why the others did not: not reached, or with an error of their own
 */
public record Answered<T>(Map<SiteHost, T> answers, Map<SiteHost, SdrException> silent) {
    /** Gives what was said, if all said something; otherwise throws what the first silent one gave. */
    public List<T> ofAll() {
        silent.values().stream().findFirst().ifPresent(why -> {
            throw why;
        });
        return List.copyOf(answers.values());
    }

    /** The same without silent hosts of which it is known that they have nothing to say. */
    Answered<T> without(Predicate<SiteHost> excused) {
        Map<SiteHost, SdrException> left = new LinkedHashMap<>(silent);
        left.keySet().removeIf(excused);
        return new Answered<>(answers, left);
    }
}
