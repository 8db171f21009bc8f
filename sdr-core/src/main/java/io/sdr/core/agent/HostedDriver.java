package io.sdr.core.agent;

import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.ReplicaLink;
import io.sdr.api.spi.ReplicationDriver;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.Throttle;
import io.sdr.core.call.CallLostException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The driver of one relation as the controller calls it at an agent. A call whose answer was lost may be made again at once: nothing of
 * it is at work here any more when it throws, unless it hangs, and the agent ends what is left of it before it begins another for the
 * same folder. Thread-safe.
 */
final class HostedDriver {
    private final AgentPort port;
    private final ReplicaLink link;
    private final SiteProvider source;
    private final SiteProvider target;

    HostedDriver(AgentPort port, ReplicaLink link, SiteProvider source, SiteProvider target) {
        this.port = port;
        this.link = link;
        this.source = source;
        this.target = target;
    }

    ReplicationDriver driver() {
        return ReplicationDriver.class.cast(Proxy.newProxyInstance(
                ReplicationDriver.class.getClassLoader(),
                new Class<?>[] {ReplicationDriver.class},
                (proxy, method, arguments) -> call(method, arguments == null ? new Object[0] : arguments)));
    }

    private @Nullable Object call(Method method, Object[] arguments) throws Throwable {
        AgentPort.Connection connection = port.connection();
        Map<String, Throttle> throttles = connection.throttles(link.item());
        Optional<CallContext> context = Arrays.stream(arguments)
                .filter(CallContext.class::isInstance)
                .map(CallContext.class::cast)
                .findFirst();
        Optional<CallContext> throttled = context.filter(each -> each.throttle() != Throttle.NONE);
        throttled.ifPresent(each -> throttles.put(each.token(), each.throttle()));
        try {
            return method.invoke(connection.driver(place(), source, target, this::serve), arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof CallLostException && !connection.calls().isOpen()) {
                connection.calls().awaitServedForAWhile();
            }
            throw e.getCause() == null ? e : e.getCause();
        } finally {
            throttled.ifPresent(each -> throttles.remove(each.token(), each.throttle()));
            context.ifPresent(each -> connection.given(link.item()).over(each.token()));
        }
    }

    private DriverPlace place() {
        return new DriverPlace(link, own(source), own(target), AgentPort.CALLBACK);
    }

    private Optional<String> own(SiteProvider site) {
        return site.disks().replicaFolder(link.item()) instanceof AgentFolder folder && folder.port() == port
                ? Optional.of(folder.path())
                : Optional.empty();
    }

    /** Lets the agent use both sites, as far as the relation goes. */
    private void serve(AgentPort.Connection connection, String callback) {
        serve(connection, callback + ".source", source, link.source().vm());
        serve(connection, callback + ".target", target, link.target().vm());
    }

    private void serve(AgentPort.Connection connection, String name, SiteProvider site, VmId vm) {
        connection
                .calls()
                .serve(
                        name,
                        SiteCalls.class,
                        new SiteForAgent(
                                site,
                                link.item(),
                                vm,
                                port,
                                connection.throttles(link.item()),
                                connection.given(link.item())));
        StorageFolder replica = site.disks().replicaFolder(link.item());
        connection.calls().serve(name + ".folder", FolderCalls.class, new FolderService(any -> replica, false));
    }
}
