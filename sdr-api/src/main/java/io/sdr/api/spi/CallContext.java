package io.sdr.api.spi;

import io.sdr.api.ItemId;
import java.time.Instant;

/**
 * What travels with every call to a provider.
 *
 * @param item the item on whose behalf
 * @param epoch the item's epoch; a site refuses a change under a lower one than the highest in its catalogue
 * @param token names the effect: the same for every attempt of one step, so that a repeated call finds what the first one made
 * @param attempt counts attempts from 1
 * @param notAfter the far side refuses to act after this moment by its own clock
 * @param cancel tells long work to stop
 * @param progress hears how far long work is
 * @param throttle what is sent from one site to the other takes its bytes from it first
 */
public record CallContext(
        ItemId item,
        long epoch,
        String token,
        int attempt,
        Instant notAfter,
        CancelFlag cancel,
        ProgressListener progress,
        Throttle throttle) {
    /**
     * Makes a context whose bytes are not limited.
     *
     * @param item the item on whose behalf
     * @param epoch the item's epoch
     * @param token names the effect
     * @param attempt counts attempts from 1
     * @param notAfter the far side refuses to act after this moment by its own clock
     * @param cancel tells long work to stop
     * @param progress hears how far long work is
     */
    public CallContext(
            ItemId item,
            long epoch,
            String token,
            int attempt,
            Instant notAfter,
            CancelFlag cancel,
            ProgressListener progress) {
        this(item, epoch, token, attempt, notAfter, cancel, progress, Throttle.NONE);
    }

    /**
     * Makes the context of a call that is made once: its first attempt, never told to stop, nobody hears its progress.
     *
     * @param item the item on whose behalf
     * @param epoch the item's epoch
     * @param token names the effect
     * @param notAfter the far side refuses to act after this moment by its own clock
     * @return the context
     */
    public static CallContext once(ItemId item, long epoch, String token, Instant notAfter) {
        return new CallContext(item, epoch, token, 1, notAfter, CancelFlag.NEVER, ProgressListener.NONE);
    }

    /**
     * Changes what tells long work to stop.
     *
     * @param value the flag
     * @return a copy
     */
    public CallContext withCancel(CancelFlag value) {
        return new CallContext(item, epoch, token, attempt, notAfter, value, progress, throttle);
    }

    /**
     * Changes the item.
     *
     * @param value the item on whose behalf
     * @return a copy
     */
    public CallContext withItem(ItemId value) {
        return new CallContext(value, epoch, token, attempt, notAfter, cancel, progress, throttle);
    }

    /**
     * Changes the token.
     *
     * @param value the token
     * @return a copy
     */
    public CallContext withToken(String value) {
        return new CallContext(item, epoch, value, attempt, notAfter, cancel, progress, throttle);
    }

    /**
     * Changes the epoch.
     *
     * @param value the epoch
     * @return a copy
     */
    public CallContext withEpoch(long value) {
        return new CallContext(item, value, token, attempt, notAfter, cancel, progress, throttle);
    }

    /**
     * Changes until when the call is good.
     *
     * @param value the far side refuses to act after this moment by its own clock
     * @return a copy
     */
    public CallContext withNotAfter(Instant value) {
        return new CallContext(item, epoch, token, attempt, value, cancel, progress, throttle);
    }

    /**
     * Changes what the bytes are taken from that are sent.
     *
     * @param value keeps them to a rate
     * @return a copy
     */
    public CallContext withThrottle(Throttle value) {
        return new CallContext(item, epoch, token, attempt, notAfter, cancel, progress, value);
    }
}
