/**
 * The delta sync between two hosts. The target streams fingerprints of what it has, the source compares and streams what differs,
 * both at once over one connection. {@link io.sdr.core.sync.wire.SourceSession} and {@link
 * io.sdr.core.sync.wire.TargetSession} are the two ends of a sync; {@link io.sdr.core.sync.wire.Link} carries frames between them;
 * {@link io.sdr.core.sync.wire.TlsDuplex} makes connections on which both sides are known by their certificates.
 *
 * <p>The protocol is described at {@link io.sdr.core.sync.wire.FrameType}. Whatever comes from the other end is checked before it is
 * used.
 */
package io.sdr.core.sync.wire;
