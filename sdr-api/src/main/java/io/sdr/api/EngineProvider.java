package io.sdr.api;

/** How {@link SiteRecovery#builder()} finds an engine; registered for {@code java.util.ServiceLoader}. */
public interface EngineProvider {
    /**
     * Starts building an engine.
     *
     * @return a builder without sites
     */
    SiteRecovery.Builder newBuilder();
}
