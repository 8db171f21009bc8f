/**
 * What users of sdr see: nouns and verbs of site disaster recovery. Start at {@link io.sdr.api.SiteRecovery}.
 *
 * <p>Nothing here is null unless marked {@code @Nullable}. Values are immutable; requests are pure data. Everything that sdr
 * throws on purpose is an {@link io.sdr.api.SdrException}.
 */
package io.sdr.api;
