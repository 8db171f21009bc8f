package io.sdr.core.agent;

/** What a controller may ask of an agent, beside folders and drivers. */
public interface ControlCalls {
    /**
     * Gives a handle of a frozen disk, good for reading as long as this connection lives, or until it is taken back.
     *
     * @param folder the folder, as ROOT/FOLDER
     * @param file the disk's main file in it
     * @param format the name of its format
     * @return the handle
     */
    byte[] offer(String folder, String file, String format);

    /** Takes a handle back. Unknown is done. */
    void withdraw(byte[] handle);

    /**
     * Makes ready to run the driver for a relation; ready already is done.
     *
     * @param place what it is for
     * @return the name under which this agent serves it, on this connection
     */
    String driver(DriverPlace place);
}
