package io.sdr.core.replication;

import io.sdr.api.SdrException;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.Endpoint;
import io.sdr.api.spi.SiteProvider;
import io.sdr.core.replication.Manifest.Carried;
import io.sdr.core.replication.Manifest.Cycle;
import io.sdr.core.replication.Manifest.Unfinished;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checkpoints and change marks at a source. A mark is given up only when a later cycle is acknowledged; what a lost answer or a
 * death leaves behind is found in the site's list and given up with the next cycle.
 */
final class SourceMarks {
    private static final Logger LOG = LoggerFactory.getLogger(SourceMarks.class);

    private final SiteProvider site;
    private final Endpoint end;
    private final CallContext context;

    SourceMarks(SiteProvider site, Endpoint end, CallContext context) {
        this.site = site;
        this.end = end;
        this.context = context;
    }

    /** Makes a checkpoint a mark; already one is done. */
    void keep(String mark) {
        site.disks().release(mark, true, context);
    }

    /**
     * After an acknowledgement, or a pause: the checkpoint becomes a mark, and what no cycle needs any more is given up. What was
     * received is received whatever happens here; what fails is done with the next cycle.
     */
    void settle(Manifest m, Supplier<Optional<Carried>> carried) {
        try {
            m.cycle(m.received()).map(Cycle::mark).ifPresent(this::keep);
            m.unfinished().map(Unfinished::mark).ifPresent(this::keep);
            Set<String> needed = new HashSet<>(m.neededMarks());
            carried.get()
                    .filter(each -> needed.contains(each.since()))
                    .flatMap(Carried::from)
                    .ifPresent(needed::add);
            giveUpAllBut(needed);
        } catch (SdrException e) {
            LOG.warn("item {}: marks at {} are tidied up with the next cycle", m.item(), end.site(), e);
        }
    }

    /** Gives up what was made for the item at this end and is not needed. */
    void giveUpAllBut(Set<String> needed) {
        for (String each : left()) {
            if (!needed.contains(each)) {
                site.disks().release(each, false, context);
                site.disks().releaseMark(each, context);
            }
        }
    }

    private List<String> left() {
        return site.disks().leftovers(end.vm(), context);
    }

    /** Gives a checkpoint up whose cycle came to nothing; if that fails, the next cycle finds it. */
    void abandon(String checkpoint) {
        try {
            site.disks().release(checkpoint, false, context);
            site.disks().releaseMark(checkpoint, context);
        } catch (SdrException e) {
            LOG.warn("item {}: checkpoint {} is given up with the next cycle", context.item(), checkpoint, e);
        }
    }

    /** Gives everything up, if the site answers; else it stays listed there. */
    void giveUpAllIfPossible() {
        try {
            giveUpAllBut(Set.of());
        } catch (SdrException e) {
            LOG.warn("item {}: marks at {} stay until the relation is removed", context.item(), end.site(), e);
        }
    }
}
