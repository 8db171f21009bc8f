package io.sdr.core.agent;

import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.SdrException;
import io.sdr.core.sync.wire.Link;
import io.sdr.core.sync.wire.LinkOptions;
import io.sdr.core.sync.wire.TlsDuplex;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process beside the disks: serves syncs to those whom its configuration lists. Whoever connects has a short time, all in all, to
 * show a certificate and to say what protocol it speaks, and only few may be about to do so at once ({@link Strangers}); a connection
 * that fails hurts no other one. Thread-safe.
 */
public final class SyncAgent implements AutoCloseable {
    /** Connections of those who are listed, at once; one more is refused. */
    static final int MAX_CONNECTIONS = 64;

    /** Connections at once of those who have not said yet who they are; the oldest one makes room for one more. */
    static final int MAX_STRANGERS = 16;

    /** How long somebody may take to say who it is, unless the deadline is shorter. */
    private static final Duration GREETING = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(SyncAgent.class);
    private static final long ACCEPT_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LOOK_MILLIS = 100;

    private final AgentContext context;
    private final AgentOptions.Listener listener;
    private final ServerSocket server;
    private final ExecutorService threads;
    private final ScheduledExecutorService timer;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Set<Socket> known = new HashSet<>();
    private final Strangers<Socket> strangers;
    private final Set<Socket> idle = ConcurrentHashMap.newKeySet();

    private SyncAgent(AgentConfiguration configuration, AgentOptions options, ServerSocket server) {
        this.listener = options.listener();
        this.server = server;
        this.threads = Executors.newCachedThreadPool(named("agent"));
        this.timer = Executors.newSingleThreadScheduledExecutor(named("agent timer"));
        Duration greeting = configuration.deadline().compareTo(GREETING) < 0 ? configuration.deadline() : GREETING;
        this.strangers = new Strangers<>(MAX_STRANGERS, greeting, System::nanoTime);
        this.context = new AgentContext(
                configuration,
                new DiskRegister(configuration, options.random()),
                new FrozenDisks(configuration, options),
                new Exclusive(
                        configuration.deadline().multipliedBy(2), // one to notice, one to come to rest
                        System::nanoTime),
                options.clock(),
                options.storage(),
                options.random(),
                stopping::get,
                new LinkOptions(threads, configuration.deadline()));
    }

    private static ThreadFactory named(String name) {
        AtomicInteger count = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, name + " " + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /**
     * Starts to listen and to serve.
     *
     * @param configuration what it is told
     * @param options what it works with
     * @return the agent that runs
     * @throws OperationFailedException code {@code CANNOT_LISTEN}
     */
    public static SyncAgent start(AgentConfiguration configuration, AgentOptions options) {
        try {
            ServerSocket server = new ServerSocket();
            try {
                InetAddress address =
                        configuration.host().isEmpty() ? null : InetAddress.getByName(configuration.host());
                server.bind(new InetSocketAddress(address, configuration.port()));
            } catch (IOException | RuntimeException e) {
                server.close();
                throw e;
            }
            SyncAgent agent = new SyncAgent(configuration, options, server);
            agent.threads.execute(agent::accept);
            ScheduledFuture<?> unused = agent.timer.scheduleWithFixedDelay(
                    agent::sendOverdueAway, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
            return agent;
        } catch (IOException e) {
            throw AgentProblems.cannotListen(configuration.host() + ":" + configuration.port(), e);
        }
    }

    /**
     * Tells where it listens.
     *
     * @return the port
     */
    public int port() {
        return server.getLocalPort();
    }

    /**
     * Tells whether it takes connections.
     *
     * @return whether nobody has stopped it
     */
    public boolean isServing() {
        return !stopping.get();
    }

    /** How many handles of frozen disks are good. */
    int handles() {
        return context.frozen().handles();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                sockets.add(socket);
                idle.add(socket);
                if (stopping.get()) {
                    close(socket);
                } else {
                    strangers
                            .admit(socket, socket.getInetAddress().getHostAddress())
                            .ifPresent(this::sendAway);
                    threads.execute(() -> serve(socket));
                }
            } catch (IOException | RejectedExecutionException e) {
                if (!server.isClosed()) {
                    LOG.warn("cannot accept connections: {}", e.toString());
                    LockSupport.parkNanos(ACCEPT_PAUSE_NANOS); // such as too many open files: it passes
                }
            }
        }
    }

    private void sendOverdueAway() {
        strangers.overdue().forEach(this::close);
    }

    private void sendAway(Socket socket) {
        LOG.warn(
                "{}: sent away, {} connections at once may be about to say who they are",
                socket.getInetAddress(),
                MAX_STRANGERS);
        close(socket);
    }

    /** It has said who it is in time, and is listed. */
    private void admit(Socket socket) {
        if (!strangers.leave(socket)) {
            throw AgentProblems.sentAway();
        }
        synchronized (known) {
            if (known.size() >= MAX_CONNECTIONS) {
                throw AgentProblems.tooManyConnections(MAX_CONNECTIONS);
            }
            known.add(socket);
        }
    }

    private void serve(Socket socket) {
        String peer = socket.getInetAddress().getHostAddress() + ":" + socket.getPort();
        Optional<SdrException> failure = Optional.empty();
        try {
            serve(socket, peer);
        } catch (SdrException e) {
            failure = Optional.of(e);
            LOG.info("{}: {}", peer, e.getMessage());
        } catch (RuntimeException e) {
            failure = Optional.of(new OperationFailedException(
                    Problem.of("UNEXPECTED")
                            .attempted("serve " + peer)
                            .state(e.getClass().getSimpleName()),
                    e));
            LOG.error("{}: a mistake in sdr", peer, e);
        } finally {
            close(socket);
        }
        listener.ended(peer, failure);
    }

    private void serve(Socket socket, String peer) {
        TlsDuplex duplex = TlsDuplex.accept(
                socket,
                context.configuration().identity(),
                context.configuration().deadline());
        LOG.info("{}: is {}", peer, duplex.subject());
        Link link = new Link(duplex, context.links());
        new AgentConnection(context, link, duplex.subject(), stages(socket)).serve();
    }

    private AgentConnection.Stages stages(Socket socket) {
        return new AgentConnection.Stages() {
            @Override
            public void known() {
                admit(socket);
            }

            @Override
            public void working() {
                idle.remove(socket); // it is told when the agent stops
            }
        };
    }

    private void close(Socket socket) {
        sockets.remove(socket);
        idle.remove(socket);
        boolean unused = strangers.leave(socket);
        synchronized (known) {
            known.remove(socket);
        }
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("closing a connection failed", e);
        }
    }

    /**
     * Stops: takes no more connections, breaks off syncs between two blocks and tells the other ends so, and waits until all is at
     * rest, at most as long as the deadline; then it closes what is left. A second call does nothing.
     */
    @Override
    public void close() {
        if (!stopping.compareAndSet(false, true)) {
            return;
        }
        try {
            server.close();
        } catch (IOException e) {
            LOG.debug("closing the server socket failed", e);
        }
        threads.shutdown();
        idle.forEach(this::close);
        boolean interrupted = !isAtRest(threads);
        sockets.forEach(this::close);
        threads.shutdownNow();
        timer.shutdownNow();
        interrupted |= !isAtRest(timer);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the end of all threads, at most as long as the deadline; false if this thread was interrupted. */
    private boolean isAtRest(ExecutorService executor) {
        try {
            if (!executor.awaitTermination(context.configuration().deadline().toNanos(), TimeUnit.NANOSECONDS)) {
                LOG.warn("not all threads came to rest");
            }
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }
}
