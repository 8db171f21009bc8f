package io.sdr.core.replication;

import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.ChangedRanges;
import io.sdr.api.spi.Checkpoint;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.SiteProvider;
import io.sdr.core.replication.Manifest.Carried;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a site's tracking says of the disks of a VM since a mark. Where the VM's layers were folded meanwhile, and so its disks
 * replaced, what was carried over stands for the time before.
 */
final class TrackedChanges {
    private final SiteProvider site;
    private final Optional<Carried> carried;
    private final CallContext context;

    TrackedChanges(SiteProvider site, Optional<Carried> carried, CallContext context) {
        this.site = site;
        this.carried = carried;
        this.context = context;
    }

    /**
     * Asks for all disks of a checkpoint.
     *
     * @param ranges takes the ranges by disk
     * @return why they are not known, or empty
     */
    Optional<String> since(String mark, Checkpoint until, List<RangeSet> ranges) {
        List<RangeSet> found = new ArrayList<>();
        Optional<String> unknown = ask(mark, until, found);
        Optional<Carried> over = carried.filter(each -> each.since().equals(mark));
        if (unknown.isPresent()
                && over.flatMap(Carried::from).isPresent()
                && over.get().ranges().size() == until.disks().size()) {
            found.clear();
            unknown = ask(over.get().from().get(), until, found);
            for (int k = 0; unknown.isEmpty() && k < found.size(); k++) {
                found.set(k, found.get(k).union(over.get().ranges().get(k)));
            }
        }
        if (unknown.isEmpty()) {
            ranges.addAll(found);
        }
        return unknown;
    }

    private Optional<String> ask(String mark, Checkpoint until, List<RangeSet> found) {
        for (var disk : until.disks()) {
            ChangedRanges changes = site.disks().changes(mark, until.id(), disk.disk(), context);
            if (changes instanceof ChangedRanges.Unknown unknown) {
                return Optional.of("disk " + disk.disk() + ": " + unknown.why());
            }
            found.add(((ChangedRanges.Known) changes).ranges());
        }
        return Optional.empty();
    }
}
