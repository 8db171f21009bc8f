package io.sdr.core.agent;

import io.sdr.api.spi.ReplicationDriver;
import io.sdr.core.call.CallLink;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What an agent serves over one connection: disks by handle to everybody who is listed; to controllers handles, folders, and drivers
 * beside the disks, too. Ends with the connection.
 */
final class AgentServices implements ControlCalls {
    static final String DISKS = "disks";
    static final String FOLDERS = "folders";
    static final String CONTROL = "control";

    private final AgentContext context;
    private final CallLink link;
    private final Object owner;
    private final DiskService disks;
    private final Map<DriverPlace, String> drivers = new ConcurrentHashMap<>();
    private final AtomicLong number = new AtomicLong();

    /**
     * Prepares.
     *
     * @param owner whose handles go with the connection
     */
    AgentServices(AgentContext context, CallLink link, Object owner, boolean controller) {
        this.context = context;
        this.link = link;
        this.owner = owner;
        this.disks = new DiskService(context.frozen());
        link.serve(DISKS, DiskCalls.class, disks);
        if (controller) {
            Roots roots = new Roots(context.configuration().roots());
            link.serve(CONTROL, ControlCalls.class, this);
            link.serve(
                    FOLDERS, FolderCalls.class, new FolderService(name -> roots.open(name, context.storage()), true));
        }
    }

    @Override
    public byte[] offer(String folder, String file, String format) {
        return context.frozen().offer(folder, file, format, owner).secret();
    }

    @Override
    public void withdraw(byte[] handle) {
        if (handle.length == Handle.BYTES) {
            context.frozen().withdraw(Handle.of(handle), owner);
        }
    }

    @Override
    public String driver(DriverPlace place) {
        return drivers.computeIfAbsent(place, this::newDriver);
    }

    private String newDriver(DriverPlace place) {
        String name = "driver" + number.incrementAndGet();
        link.serve(name, ReplicationDriver.class, new DriverBeside(context, link, place).driver());
        return name;
    }

    /** Closes what was opened for the connection. */
    void close() {
        disks.close();
    }
}
