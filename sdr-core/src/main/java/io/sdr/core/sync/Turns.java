package io.sdr.core.sync;

/** Lets workers pass one after the other, in the order of the numbers that they hold. */
final class Turns {
    private long next;
    private boolean stopped;

    /**
     * Waits until all lower numbers have passed.
     *
     * @return false if it was stopped: then this one must not pass
     */
    synchronized boolean await(long number) {
        boolean interrupted = false;
        while (!stopped && next != number) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true; // those before this one go on, so the wait is short
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return !stopped;
    }

    /** Lets the next number pass. */
    synchronized void pass() {
        next++;
        notifyAll();
    }

    /** Lets nobody pass any more. */
    synchronized void stop() {
        stopped = true;
        notifyAll();
    }
}
