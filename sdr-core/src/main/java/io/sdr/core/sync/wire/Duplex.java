package io.sdr.core.sync.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A connection: a stream of bytes each way. One thread may read while another one writes. */
public interface Duplex extends AutoCloseable {
    /**
     * Gives what comes from the other end. A read that waits longer than the deadline of the connection throws {@link
     * java.net.SocketTimeoutException}.
     *
     * @return the stream
     */
    InputStream input();

    /**
     * Gives what goes to the other end.
     *
     * @return the stream
     */
    OutputStream output();

    /**
     * Tells the other end that no more comes. It may still send.
     *
     * @throws IOException if the connection is broken
     */
    void shutdownOutput() throws IOException;

    /**
     * Names the other end for messages.
     *
     * @return its address, or its name
     */
    String peer();

    /** Ends the connection at once; whoever reads or writes fails. Never waits, never throws; a second call does nothing. */
    @Override
    void close();
}
