/**
 * What the author of a provider implements: sites, disks, disk formats and storage folders.
 *
 * <p>A provider observes and acts; it never decides. Each method's text says whether it may be called twice, what is durable
 * when it returns, and which failure leaves its outcome unknown. As a rule: a read that fails throws
 * {@link io.sdr.api.RetryableException}; a change that surely did not happen throws the same; a change whose answer was lost
 * throws {@link io.sdr.api.OutcomeUnknownException}; damaged data throws {@link io.sdr.api.CorruptException}.
 */
package io.sdr.api.spi;
