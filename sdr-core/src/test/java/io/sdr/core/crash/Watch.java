package io.sdr.core.crash;

import io.sdr.api.ItemId;
import io.sdr.api.Side;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.Disks;
import io.sdr.api.spi.EpochRecord;
import io.sdr.api.spi.Inventory;
import io.sdr.api.spi.ProgressListener;
import io.sdr.api.spi.SiteCatalogue;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.TestObjects;
import io.sdr.api.spi.VmControl;
import io.sdr.api.spi.VmObservation;
import io.sdr.testkit.SimulatedSite;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Stands between the engine and the sites and looks after every call: two VMs never run, and none runs at a side for which its
 * site's own catalogue holds no decision.
 */
final class Watch {
    /** Goes between the engine and a site: for mutants. */
    interface Tamper {
        /** Lets every call through. */
        Tamper NONE = (side, method, arguments, call) -> call.proceed();

        Object call(Side side, Method method, Object[] arguments, Call call) throws Throwable;
    }

    /** The call itself. */
    interface Call {
        Object proceed() throws Throwable;
    }

    private final Map<Side, SimulatedSite> sites;
    private final Tamper tamper;
    private final Map<Side, EpochRecord> decided = new EnumMap<>(Side.class);
    private final List<String> violations = new ArrayList<>();

    Watch(Map<Side, SimulatedSite> sites, ItemId item, Tamper tamper) {
        this.sites = sites;
        this.tamper = tamper;
        sites.forEach((side, site) -> readDecisions(side, site, item));
    }

    static CallContext call(ItemId item) {
        return new CallContext(item, Long.MAX_VALUE, "watch", 1, Instant.MAX, CancelFlag.NEVER, ProgressListener.NONE);
    }

    private void readDecisions(Side side, SimulatedSite site, ItemId item) {
        Optional<EpochRecord> found = site.catalogue().readHighest(item, call(item));
        while (found.isPresent() && found.get().kind() != EpochRecord.Kind.ACTIVATE) {
            found = site.catalogue().read(item, found.get().epoch() - 1, call(item));
        }
        found.ifPresent(record -> decided.put(side, record));
    }

    void requireNoViolation() {
        if (!violations.isEmpty()) {
            throw new AssertionError(violations.get(0));
        }
    }

    SiteProvider over(Side side) {
        SimulatedSite site = sites.get(side);
        return proxy(SiteProvider.class, (proxy, method, arguments) -> {
            return switch (method.getName()) {
                case "inventory" -> part(Inventory.class, side, site.inventory());
                case "vms" -> part(VmControl.class, side, site.vms());
                case "testObjects" -> part(TestObjects.class, side, site.testObjects());
                case "disks" -> part(Disks.class, side, site.disks());
                case "catalogue" -> part(SiteCatalogue.class, side, site.catalogue());
                default -> watched(side, site, method, arguments);
            };
        });
    }

    private <T> T part(Class<T> type, Side side, T real) {
        return proxy(type, (proxy, method, arguments) -> watched(side, real, method, arguments));
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(Watch.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private Object watched(Side side, Object real, Method method, Object[] arguments) throws Throwable {
        if (method.getDeclaringClass() == Object.class) {
            return method.invoke(real, arguments);
        }
        Object result = tamper.call(side, method, arguments, () -> {
            try {
                return method.invoke(real, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
        if (result instanceof EpochRecord record && record.kind() == EpochRecord.Kind.ACTIVATE) {
            decided.merge(side, record, (old, now) -> now.epoch() > old.epoch() ? now : old);
        }
        look(side + " " + method.getName());
        return result;
    }

    /** A drill's VM runs beside the active one; it is tagged with the item and the job. */
    private static boolean isOfDrill(VmObservation vm) {
        return vm.tag().filter(tag -> tag.contains("/")).isPresent();
    }

    /** Once a protection is removed, no decision says where its VM runs. */
    private boolean isAnythingProtected() {
        return sites.values().stream()
                .anyMatch(site -> !site.root().child("catalogue").children().isEmpty());
    }

    /** Looks at both sides, past the gate of faults. */
    void look(String after) {
        List<Side> running = new ArrayList<>();
        sites.forEach((side, site) -> {
            if (site.allVms().stream().anyMatch(vm -> vm.isRunning() && !isOfDrill(vm))) {
                running.add(side);
            }
        });
        if (running.size() > 1) {
            violations.add("two VMs run after " + after);
        }
        for (Side side : running) {
            EpochRecord record = decided.get(side);
            boolean undecided = record == null && side != Side.PRIMARY && isAnythingProtected();
            if (undecided || (record != null && record.to() != side)) {
                violations.add("the VM runs at " + side + " without a decision for it, after " + after
                        + "; known there: " + record);
            }
        }
    }
}
