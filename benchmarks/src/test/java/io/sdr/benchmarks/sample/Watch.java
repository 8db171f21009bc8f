package io.sdr.benchmarks.sample;

import io.sdr.api.Health;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.SiteRecovery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a monitor shows: a line for each item, and below it one for each reason to look after it. */
record Watch(SiteRecovery recovery, Duration allowed) {
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (ReplicatedItem item : recovery.items()) {
            boolean late = item.rpo().filter(age -> age.compareTo(allowed) > 0).isPresent();
            lines.add(item.health().level() + " " + item.name() + " " + item.status()
                    + item.rpo().map(age -> " RPO " + age.toSeconds() + " s").orElse("") + (late ? " TOO OLD" : ""));
            for (Health.Reason reason : item.health().reasons()) {
                lines.add("  " + reason.describe());
            }
            item.failedJob().ifPresent(id -> lines.add(recovery.job(id).report().describe()));
        }
        return lines;
    }
}
