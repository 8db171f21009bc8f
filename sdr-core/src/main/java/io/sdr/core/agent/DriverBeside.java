package io.sdr.core.agent;

import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.Endpoint;
import io.sdr.api.spi.ReplicaLink;
import io.sdr.api.spi.ReplicationDriver;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.Throttle;
import io.sdr.core.call.CallLink;
import io.sdr.core.replication.SdrReplicationDriverFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The driver of one relation, run beside the files that it changes. The two sites are the controller's, asked over the connection for
 * little; folders and frozen disks are this agent's, or read from the other side's. A change is refused after the moment until which
 * it is good, by this machine's clock, looked at when its turn has come. Thread-safe.
 */
final class DriverBeside {
    /** What needs no turn, because it changes nothing. */
    static final Set<String> READS =
            Set.of("capabilities", "status", "planResync", "planReversal", "unreplicated", "evidence", "compareWhole");

    private static final long TAKEN_AT_ONCE = 1 << 20;

    private final AgentContext context;
    private final CallLink link;
    private final DriverPlace place;
    private final SiteCalls controller;
    private final ReplicationDriver driver;

    DriverBeside(AgentContext context, CallLink link, DriverPlace place) {
        this.context = context;
        this.link = link;
        this.place = place;
        this.controller = link.remote(place.callback() + ".target", SiteCalls.class);
        this.driver = SdrReplicationDriverFactory.connectHere(
                site(link, place.source(), ".source", place.link().source()),
                site(link, place.target(), ".target", place.link().target()));
    }

    private CalledSite site(CallLink link, Optional<String> folder, String name, Endpoint end) {
        String callback = place.callback() + name;
        Roots roots = new Roots(context.configuration().roots());
        StorageFolder replica = folder.<StorageFolder>map(own -> roots.open(own, context.storage()))
                .orElseGet(() -> {
                    FolderCalls calls = link.remote(callback + ".folder", FolderCalls.class);
                    return new RemoteFolder(() -> calls, "site " + end.site(), "replica");
                });
        return new CalledSite(end.site(), link.remote(callback, SiteCalls.class), replica, context);
    }

    /** Gives it as what is served. */
    ReplicationDriver driver() {
        return ReplicationDriver.class.cast(Proxy.newProxyInstance(
                ReplicationDriver.class.getClassLoader(),
                new Class<?>[] {ReplicationDriver.class},
                (proxy, method, arguments) -> call(method, arguments == null ? new Object[0] : arguments)));
    }

    private @Nullable Object call(Method method, Object[] arguments) throws Throwable {
        checkLink(arguments);
        if (READS.contains(method.getName())) {
            return invoke(method, arguments);
        }
        String own = (method.getName().equals("dissolveSource") ? place.source() : place.target())
                .orElseThrow(() -> AgentProblems.unknownFolder(
                        "the replica of " + place.link().item()));
        Path folder = new Roots(context.configuration().roots()).folder(own);
        Exclusive.Turn turn = context.exclusive().begin(folder, link, epochOf(arguments));
        try {
            for (int i = 0; i < arguments.length; i++) {
                if (arguments[i] instanceof CallContext call) {
                    checkInTime(call);
                    CancelFlag caller = call.cancel();
                    arguments[i] = call.withCancel(() -> caller.isSet()
                                    || turn.isCancelled()
                                    || context.stopping().isSet())
                            .withThrottle(throttle(call));
                }
            }
            return invoke(method, arguments);
        } finally {
            context.exclusive().end(folder, turn);
        }
    }

    private static long epochOf(Object[] arguments) {
        return Arrays.stream(arguments)
                .filter(CallContext.class::isInstance)
                .mapToLong(each -> ((CallContext) each).epoch())
                .findFirst()
                .orElse(0);
    }

    /** The controller knows how fast bytes may go; it is asked for some at once, since each time takes a journey there and back. */
    private Throttle throttle(CallContext call) {
        AtomicLong left = new AtomicLong();
        return (bytes, cancel) -> {
            while (left.addAndGet(-bytes) < 0) {
                left.addAndGet(bytes);
                long asked = Math.max(bytes, TAKEN_AT_ONCE);
                controller.take(asked, call.withCancel(cancel));
                left.addAndGet(asked);
            }
        };
    }

    private void checkInTime(CallContext call) {
        if (context.clock().instant().isAfter(call.notAfter())) {
            throw AgentProblems.tooLate(call, context.clock().instant());
        }
    }

    /** Files were found for one relation: whatever else is named is a mistake, or worse. */
    private void checkLink(Object[] arguments) {
        for (Object each : arguments) {
            boolean other = (each instanceof ReplicaLink named && !named.equals(place.link()))
                    || (each instanceof Collection<?> links
                            && !List.copyOf(links).equals(List.of(place.link())));
            if (other) {
                throw AgentProblems.otherRelation(place.link().item());
            }
        }
    }

    private @Nullable Object invoke(Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(driver, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }
}
