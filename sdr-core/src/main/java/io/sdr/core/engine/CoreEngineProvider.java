package io.sdr.core.engine;

import io.sdr.api.EngineProvider;
import io.sdr.api.SiteRecovery;

/** Makes {@link io.sdr.api.SiteRecovery#builder()} find this engine. */
public final class CoreEngineProvider implements EngineProvider {
    /** Called by the service loader. */
    public CoreEngineProvider() {}

    @Override
    public SiteRecovery.Builder newBuilder() {
        return new EngineBuilder();
    }
}
