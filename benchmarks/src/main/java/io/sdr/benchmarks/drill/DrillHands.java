package io.sdr.benchmarks.drill;

import io.sdr.api.Side;
import java.util.List;

/**
 * What the drill does beside the disks, as nobody can who only runs the engine: it writes as the guest, looks at disks as their
 * administrator, and verifies them. In the drill's own process, or in one of its own.
 */
public interface DrillHands {
    /**
     * Writes a burst of the guest, or what of it is left. Done already: nothing.
     *
     * @param step the step of the drill
     * @param part when in the step
     */
    void write(DrillStep step, DrillGuest.Part part);

    /** Lets the test VM write what must never reach the replica. Done already: nothing. */
    void scribble();

    /**
     * Verifies the disk of the running VM.
     *
     * @param step the step that was done
     * @param active where the VM runs
     * @return the highest write of the guest that the disk holds
     */
    long verify(DrillStep step, Side active);

    /** Checks that the test VM runs beside the protected one, and that its disk holds the tested point. */
    void verifyTest();

    /** Checks that nothing of the test is left, and that the replica holds the tested point as if there had been none. */
    void verifyTestGone();

    /**
     * Takes the power of the VM at a side away.
     *
     * @param side the side
     */
    void turnOff(Side side);

    /**
     * Tells whether a side's disk is one file, without layers.
     *
     * @param side the side
     * @return whether it is
     */
    boolean isOneFile(Side side);

    /**
     * Verifies both disks at the end.
     *
     * @param active where the VM ran
     * @return the file of the active disk, and that of the replica
     */
    List<String> finish(Side active);

    /**
     * Tells what was given up on purpose.
     *
     * @return the numbers of the guest's writes
     */
    List<Long> lost();
}
