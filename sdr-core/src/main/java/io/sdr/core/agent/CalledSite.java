package io.sdr.core.agent;

import io.sdr.api.DiskId;
import io.sdr.api.SiteId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.Contact;
import io.sdr.api.spi.DiskAccess;
import io.sdr.api.spi.Disks;
import io.sdr.api.spi.Inventory;
import io.sdr.api.spi.SiteCapabilities;
import io.sdr.api.spi.SiteCatalogue;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.TestObjects;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.api.spi.VmControl;
import io.sdr.core.agent.SiteCalls.Frozen;
import io.sdr.core.agent.SiteCalls.Here;
import io.sdr.core.agent.SiteCalls.There;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A site as the driver beside the disks sees it: VMs, checkpoints and tracking are asked for at the controller; the replica's folder
 * and frozen disks are where they are. The clock is this machine's.
 */
final class CalledSite implements SiteProvider {
    private final SiteId id;
    private final SiteCalls calls;
    private final StorageFolder replica;
    private final AgentContext context;
    private final VmControl vms;
    private final Disks disks;

    CalledSite(SiteId id, SiteCalls calls, StorageFolder replica, AgentContext context) {
        this.id = id;
        this.calls = calls;
        this.replica = replica;
        this.context = context;
        this.vms = facet(VmControl.class);
        this.disks = facet(Disks.class);
    }

    @Override
    public SiteId id() {
        return id;
    }

    @Override
    public SiteCapabilities capabilities() {
        return new SiteCapabilities(Set.of());
    }

    @Override
    public Contact contact(CallContext call) {
        return new Contact.Reachable(context.clock().instant());
    }

    @Override
    public VmControl vms() {
        return vms;
    }

    @Override
    public Disks disks() {
        return disks;
    }

    @Override
    public Inventory inventory() {
        throw new UnsupportedOperationException("a driver does not look at the inventory");
    }

    @Override
    public TestObjects testObjects() {
        throw new UnsupportedOperationException("a driver makes no tests");
    }

    @Override
    public SiteCatalogue catalogue() {
        throw new UnsupportedOperationException("a driver makes no decisions");
    }

    private <T> T facet(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> call(method, arguments == null ? new Object[0] : arguments)));
    }

    private @Nullable Object call(Method method, Object[] arguments) throws Throwable {
        switch (method.getName()) {
            case "replicaFolder" -> {
                return replica;
            }
            case "frozen" -> {
                CallContext call = (CallContext) arguments[2];
                return (DiskAccess.InProcess)
                        () -> open(calls.frozen((String) arguments[0], (DiskId) arguments[1], call), call.cancel());
            }
            default -> {
                Method same = Arrays.stream(SiteCalls.class.getMethods())
                        .filter(each -> each.getName().equals(method.getName()))
                        .findFirst()
                        .orElseThrow(() -> new UnsupportedOperationException(method.getName()));
                try {
                    return same.invoke(calls, arguments);
                } catch (InvocationTargetException e) {
                    throw e.getCause() == null ? e : e.getCause();
                }
            }
        }
    }

    private VirtualDisk open(Frozen frozen, CancelFlag cancel) {
        if (frozen instanceof Here here) {
            return context.frozen().open(here.folder(), here.file(), here.format());
        }
        There there = (There) frozen;
        AgentConfiguration configuration = context.configuration();
        return new RemoteDisk(
                () -> AgentClient.connect(
                        there.host(),
                        there.port(),
                        configuration.identity(),
                        context.links(),
                        configuration.peers()::contains),
                there.handle().bytes(),
                context.random(),
                cancel,
                () -> calls.thaw(there.handle()));
    }
}
