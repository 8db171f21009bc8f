package io.sdr.api;

import java.util.Optional;

/**
 * Something that a user asks for: pure data, stored with the job that does it. {@link SiteRecovery#start} does it,
 * {@link SiteRecovery#dryRun} only looks.
 */
public sealed interface Request permits ProtectionRequest, ItemRequest {
    /**
     * Names who asks.
     *
     * @return a name for the records, or empty for the engine's own user
     */
    Optional<String> actor();
}
