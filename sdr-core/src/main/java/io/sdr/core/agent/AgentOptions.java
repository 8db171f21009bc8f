package io.sdr.core.agent;

import io.sdr.api.SdrException;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.StorageFolder;
import io.sdr.core.format.DiskFormats;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Function;

/**
 * What an agent works with.
 *
 * @param storage gives the storage of a folder
 * @param random draws keys, claims and handles
 * @param listener hears how connections ended
 * @param clock the machine's, by which changes that come too late are refused
 * @param formats the formats of frozen disks
 */
public record AgentOptions(
        Function<Path, StorageFolder> storage,
        SecureRandom random,
        Listener listener,
        Clock clock,
        DiskFormats formats) {
    /** Hears how connections ended. */
    @FunctionalInterface
    public interface Listener {
        /**
         * A connection is over. Called by the thread that served it.
         *
         * @param peer the other end
         * @param failure what failed, at either end; empty if nothing did
         */
        void ended(String peer, Optional<SdrException> failure);
    }

    /** The usual: local folders, the system's randomness, nobody who listens. */
    public AgentOptions() {
        this(LocalFolder::of, new SecureRandom(), (peer, failure) -> {}, Clock.systemUTC(), DiskFormats.installed());
    }

    /**
     * Lets somebody hear how connections end.
     *
     * @param other hears it
     * @return options with it
     */
    public AgentOptions heardBy(Listener other) {
        return new AgentOptions(storage, random, other, clock, formats);
    }

    /**
     * Lets disks lie on another storage.
     *
     * @param other gives the storage of a folder
     * @return options with it
     */
    public AgentOptions on(Function<Path, StorageFolder> other) {
        return new AgentOptions(other, random, listener, clock, formats);
    }

    /**
     * Lets another clock be the machine's.
     *
     * @param other tells the time
     * @return options with it
     */
    public AgentOptions timedBy(Clock other) {
        return new AgentOptions(storage, random, listener, other, formats);
    }

    /**
     * Lets frozen disks have other formats.
     *
     * @param other the formats
     * @return options with them
     */
    public AgentOptions inFormats(DiskFormats other) {
        return new AgentOptions(storage, random, listener, clock, other);
    }
}
