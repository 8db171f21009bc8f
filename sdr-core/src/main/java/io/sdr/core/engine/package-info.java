/** The engine that users get from {@link io.sdr.api.SiteRecovery#builder()}: it puts store, jobs, operations and sites together. */
package io.sdr.core.engine;
