package io.sdr.hyperv.transport;

/**
 * Runs PowerShell on one host. Thread-safe: several exchanges may be under way at once. An exchange is not idempotent by itself;
 * what it runs is.
 */
public interface PowerShellTransport extends AutoCloseable {
    /**
     * Names the host, for messages.
     *
     * @return a name without secrets, such as {@code hv-01.example.net}
     */
    String host();

    /**
     * Starts PowerShell with the constant command line of {@link Bootstrap}, writes the request to its standard input, ends that
     * input, and reads what it writes until it ends. Never throws for what happens on the way: the exchange tells.
     *
     * @param request what to write: one line of UTF-8, at most {@link Limits#REQUEST_BYTES}
     * @param limits how much to read and how long to wait
     * @return how it ended and what was read
     */
    Exchange exchange(byte[] request, Limits limits);

    /** Ends exchanges that are under way and gives all resources back. May be called again. */
    @Override
    void close();
}
