package io.sdr.core.sync;

/**
 * How a target image shall be brought up to date.
 *
 * @param mode how
 * @param sizeBytes the size of the source in bytes
 * @param resizing whether the target may be cut or lengthened
 * @param forcing whether what is written is made durable, the mark included
 * @param emptying whether mode FULL empties a target that exists, so that zeros need not be written; only for a caller who knows
 *     that the target is not the source
 * @param source the identity of the source, for the mark
 */
public record TargetPlan(
        InPlaceSync.Mode mode, long sizeBytes, boolean resizing, boolean forcing, boolean emptying, String source) {}
