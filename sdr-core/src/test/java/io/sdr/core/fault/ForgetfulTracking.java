package io.sdr.core.fault;

import io.sdr.api.spi.ChangedRanges;
import io.sdr.api.spi.Disks;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.SiteProvider;

/** A mutant: what the old side of a reversal changed is not asked of its tracking, so the union has one half only. */
final class ForgetfulTracking {
    private ForgetfulTracking() {}

    static SiteProvider of(SiteProvider site) {
        Disks disks = EngineMutantsTest.proxy(Disks.class, site.disks(), (method, arguments, call) -> {
            Object result = call.call();
            return method.equals("changes") && result instanceof ChangedRanges.Known
                    ? new ChangedRanges.Known(RangeSet.EMPTY)
                    : result;
        });
        return EngineMutantsTest.proxy(
                SiteProvider.class, site, (method, arguments, call) -> method.equals("disks") ? disks : call.call());
    }
}
