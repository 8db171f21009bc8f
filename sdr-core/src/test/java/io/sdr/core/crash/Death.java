package io.sdr.core.crash;

import io.sdr.api.Side;
import io.sdr.core.store.SqliteCrash.Moment;

/** A moment at which the process dies, counted from when it is armed. */
sealed interface Death {
    /** At a commit or checkpoint of the store. */
    record AtStore(Moment moment, int number) implements Death {}

    /** Before or after a call of a site, storage changes through the site included. */
    record AtCall(Side side, long number, boolean after, String call) implements Death {}

    /** Instead of a change of a site's storage. */
    record AtStorage(Side side, long number) implements Death {}
}
