package io.sdr.hyperv.transport;

import io.sdr.hyperv.transport.Exchange.Ending;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * PowerShell on this machine, one process for each exchange: for an engine that runs on a management host. A process that does not
 * end in time is killed with its children; what a child has begun elsewhere goes on.
 */
public final class ProcessTransport implements PowerShellTransport {
    private static final long LOOK_MILLISECONDS = 50;
    /** So long after its end a process may leave a child that holds its streams open. */
    private static final long STREAMS_SECONDS = 2;

    private final List<String> commandLine;
    private final String host;
    private final ExecutorService pumps;
    private final Set<Process> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private ProcessTransport(List<String> commandLine, String host) {
        this.commandLine = List.copyOf(commandLine);
        this.host = host;
        this.pumps = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "sdr-powershell");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Uses Windows PowerShell, {@code powershell.exe}, found by the system's path.
     *
     * @return the transport
     */
    public static ProcessTransport windowsPowerShell() {
        return of("powershell.exe");
    }

    /**
     * Uses a PowerShell.
     *
     * @param executable its name or full path, such as {@code pwsh}
     * @return the transport
     */
    public static ProcessTransport of(String executable) {
        return new ProcessTransport(Bootstrap.commandLine(executable), "local");
    }

    /** With words before the constant ones, for a stand-in of PowerShell. */
    static ProcessTransport standIn(List<String> words) {
        List<String> line = new java.util.ArrayList<>(words);
        line.addAll(Bootstrap.commandLine("powershell"));
        return new ProcessTransport(line, "stand-in");
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public Exchange exchange(byte[] request, Limits limits) {
        if (closed) {
            return Exchange.silent(Ending.NOT_STARTED, "the transport is closed");
        }
        long end = System.nanoTime() + limits.patience().toNanos();
        Process process;
        try {
            process = new ProcessBuilder(commandLine).start();
        } catch (IOException missing) {
            return Exchange.silent(Ending.NOT_STARTED, "could not start " + commandLine.get(0));
        }
        running.add(process);
        try {
            return talk(process, request, limits, end);
        } finally {
            kill(process);
            running.remove(process);
        }
    }

    private Exchange talk(Process process, byte[] request, Limits limits, long end) {
        CappedBytes output = new CappedBytes(limits.outputBytes());
        CappedBytes errors = new CappedBytes(Limits.ERROR_BYTES);
        Future<?> writing = pumps.submit(() -> send(process.getOutputStream(), request));
        Future<?> reading = pumps.submit(() -> output.drain(process.getInputStream()));
        Future<?> complaining = pumps.submit(() -> errors.drain(process.getErrorStream()));
        Ending ending = watch(process, limits, output, end);
        if (ending != Ending.ENDED) {
            kill(process);
        }
        for (Future<?> pump : List.of(reading, complaining, writing)) {
            finish(pump);
        }
        if (ending == Ending.ENDED && output.isOver()) {
            ending = Ending.TOO_MUCH_OUTPUT;
        }
        OptionalInt exit = ending == Ending.ENDED ? OptionalInt.of(process.exitValue()) : OptionalInt.empty();
        return new Exchange(ending, exit, output.toBytes(), errors.toBytes(), "process " + process.pid());
    }

    /** A far side that ends without reading is no failure of its own: its answer, or the lack of one, tells. */
    private static void send(OutputStream stream, byte[] request) {
        try (stream) {
            stream.write(request);
        } catch (IOException broken) {
            // See above.
        }
    }

    private Ending watch(Process process, Limits limits, CappedBytes output, long end) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    if (process.waitFor(LOOK_MILLISECONDS, TimeUnit.MILLISECONDS)) {
                        return Ending.ENDED;
                    }
                } catch (InterruptedException asked) {
                    interrupted = true;
                    return Ending.CANCELLED;
                }
                if (limits.cancel().isSet()) {
                    return Ending.CANCELLED;
                }
                if (output.isOver()) {
                    return Ending.TOO_MUCH_OUTPUT;
                }
                if (closed) {
                    return Ending.LOST;
                }
                if (System.nanoTime() - end >= 0) {
                    return Ending.OUT_OF_TIME;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** A grandchild may hold a stream open for ever; then its reader is left, and ends with it. */
    private static void finish(Future<?> pump) {
        boolean interrupted = Thread.interrupted();
        try {
            pump.get(STREAMS_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException asked) {
            interrupted = true;
        } catch (TimeoutException held) {
            pump.cancel(true);
        } catch (java.util.concurrent.ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    @Override
    public void close() {
        closed = true;
        running.forEach(ProcessTransport::kill);
        pumps.shutdown();
    }
}
