package io.sdr.core.agent;

import io.sdr.api.ItemId;
import io.sdr.api.Problem;
import io.sdr.api.SdrException;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.DiskAccess;
import io.sdr.api.spi.ReplicationDriver;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.Throttle;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.call.CallLink;
import io.sdr.core.call.CallLostException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * A controller's way to one agent: one connection, made when it is first needed and again after it broke, over which any number of
 * calls go at once. Thread-safe.
 */
public final class AgentPort implements AutoCloseable {
    static final String CALLBACK = "relation";

    private final Supplier<AgentClient> connect;
    private final String name;
    private final String peerHost;
    private final int peerPort;
    private final SecureRandom random;
    private Optional<Connection> present = Optional.empty();
    private boolean closed;

    /**
     * Names an agent; nothing is connected yet.
     *
     * @param name names it in messages
     * @param connect makes a connection to it, as a controller
     * @param peerHost where other agents find it
     * @param peerPort the port where they do
     * @param random draws keys
     */
    public AgentPort(String name, Supplier<AgentClient> connect, String peerHost, int peerPort, SecureRandom random) {
        this.name = name;
        this.connect = connect;
        this.peerHost = peerHost;
        this.peerPort = peerPort;
        this.random = random;
    }

    private record Known(DriverPlace place, SiteProvider source, SiteProvider target) {}

    /** One connection, and what goes with it. */
    static final class Connection {
        private final CallLink calls;
        private final ControlCalls control;
        private final Map<Known, ReplicationDriver> drivers = new ConcurrentHashMap<>();
        private final Map<ItemId, Map<String, Throttle>> throttles = new ConcurrentHashMap<>();
        private final Map<ItemId, GivenDisks> given = new ConcurrentHashMap<>();
        private final AtomicLong number = new AtomicLong();

        Connection(CallLink calls) {
            this.calls = calls;
            calls.whenOver(() -> given.values().forEach(GivenDisks::close));
            this.control = calls.remote(AgentServices.CONTROL, ControlCalls.class);
        }

        CallLink calls() {
            return calls;
        }

        /** The throttles of the calls for an item that are under way, by their tokens. */
        Map<String, Throttle> throttles(ItemId item) {
            return throttles.computeIfAbsent(item, any -> new ConcurrentHashMap<>());
        }

        /** The handles that the agent was given for an item. */
        GivenDisks given(ItemId item) {
            return given.computeIfAbsent(item, any -> new GivenDisks());
        }

        /** Gives the driver of a relation; the first time the agent is told of it. */
        ReplicationDriver driver(
                DriverPlace place, SiteProvider source, SiteProvider target, BiConsumer<Connection, String> serve) {
            Known asked = new Known(place, source, target);
            ReplicationDriver known = drivers.get(asked);
            if (known != null) {
                return known;
            }
            String callback = CALLBACK + number.incrementAndGet();
            serve.accept(this, callback);
            String served = control.driver(new DriverPlace(place.link(), place.source(), place.target(), callback));
            ReplicationDriver made = calls.remote(served, ReplicationDriver.class);
            drivers.put(asked, made);
            return made;
        }
    }

    String describe() {
        return name;
    }

    String peerHost() {
        return peerHost;
    }

    int peerPort() {
        return peerPort;
    }

    /** Gives the present connection, or makes one. */
    synchronized Connection connection() {
        if (closed) {
            throw AgentProblems.portClosed(name);
        }
        Optional<Connection> open = present.filter(each -> each.calls().isOpen());
        if (open.isEmpty()) {
            present.ifPresent(each -> each.calls().close());
            present = Optional.empty();
            open = Optional.of(new Connection(connect.get().calls()));
            present = open;
        }
        return open.get();
    }

    /**
     * Gives a folder at the agent. Nothing is looked at yet.
     *
     * @param path its name there, as ROOT/FOLDER
     * @return the folder; its calls throw {@link StorageException} while the agent does not answer
     */
    public StorageFolder folder(String path) {
        return new AgentFolder(this, path);
    }

    /**
     * Gives a frozen disk at the agent. Nothing is looked at yet.
     *
     * @param folder its folder there, as ROOT/FOLDER
     * @param file its main file
     * @param format the name of its format
     * @return the way to it
     */
    public DiskAccess.InProcess disk(String folder, String file, String format) {
        return new AgentDisk(this, folder, file, format);
    }

    /** The folders there, whose calls fail as if their storage did while the agent does not answer. */
    FolderCalls folders() {
        FolderCalls folders = storage(() -> connection().calls().remote(AgentServices.FOLDERS, FolderCalls.class));
        return FolderCalls.class.cast(Proxy.newProxyInstance(
                FolderCalls.class.getClassLoader(), new Class<?>[] {FolderCalls.class}, (proxy, method, arguments) -> {
                    try {
                        return method.invoke(folders, arguments);
                    } catch (InvocationTargetException e) {
                        if (e.getCause() instanceof CallLostException lost) {
                            throw failed(lost);
                        }
                        throw e.getCause() == null ? e : e.getCause();
                    }
                }));
    }

    private <T> T storage(Supplier<T> connecting) {
        try {
            return connecting.get();
        } catch (SdrException e) {
            throw failed(e);
        }
    }

    private static StorageException failed(SdrException e) {
        Problem problem = e.problem();
        return new StorageException(
                Problem.of(StorageException.FAILED)
                        .attempted(problem.attempted())
                        .state(problem.state())
                        .remedy(problem.remedy()),
                e);
    }

    byte[] offer(AgentDisk disk) {
        return connection().control.offer(disk.folder(), disk.file(), disk.format());
    }

    void withdraw(byte[] handle) {
        Optional<Connection> open;
        synchronized (this) {
            open = present.filter(each -> each.calls().isOpen());
        }
        open.ifPresent(each -> each.control.withdraw(handle));
    }

    VirtualDisk open(AgentDisk disk) {
        byte[] handle = offer(disk);
        return new RemoteDisk(connect, handle, random, CancelFlag.NEVER, () -> withdraw(handle));
    }

    /** Ends the present connection as if it had broken; calls under way fail. The next call makes another. */
    void disconnect() {
        Optional<Connection> open;
        synchronized (this) {
            open = present;
            present = Optional.empty();
        }
        open.ifPresent(each -> each.calls().close());
    }

    /** Ends the connection; calls under way fail. A second call does nothing. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        disconnect();
    }
}
