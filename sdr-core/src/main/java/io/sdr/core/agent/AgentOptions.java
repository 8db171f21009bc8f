package io.sdr.core.agent;

import io.sdr.api.SdrException;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.StorageFolder;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.Function;

/**
 * What an agent works with.
 *
 * @param storage gives the storage of a folder
 * @param random draws keys, claims and handles
 * @param listener hears how connections ended
 */
public record AgentOptions(Function<Path, StorageFolder> storage, SecureRandom random, Listener listener) {
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
        this(LocalFolder::of, new SecureRandom(), (peer, failure) -> {});
    }

    /**
     * Lets somebody hear how connections end.
     *
     * @param other hears it
     * @return options with it
     */
    public AgentOptions heardBy(Listener other) {
        return new AgentOptions(storage, random, other);
    }

    /**
     * Lets disks lie on another storage.
     *
     * @param other gives the storage of a folder
     * @return options with it
     */
    public AgentOptions on(Function<Path, StorageFolder> other) {
        return new AgentOptions(other, random, listener);
    }
}
