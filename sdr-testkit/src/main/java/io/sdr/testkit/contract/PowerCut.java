package io.sdr.testkit.contract;

/**
 * A storage whose power can be cut: what was written and not forced may be lost, kept or torn. {@code CrashFolder} does this for
 * a provider that keeps its files in a {@code StorageFolder}.
 */
public interface PowerCut {
    /**
     * Counts what was done to the storage: writes, forces, changes of names.
     *
     * @return the number so far
     */
    long operations();

    /**
     * Cuts the power before an operation: it and all later ones throw.
     *
     * @param operation which one, counted from 1 from now
     */
    void cutBefore(long operation);

    /**
     * Cuts the power if it was not cut yet, and opens everything again on what is found then. VMs that ran still run.
     *
     * @param seed decides what became of all that was not forced
     */
    void restore(long seed);
}
