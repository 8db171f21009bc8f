package io.sdr.core.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.spi.ChangedRanges;
import io.sdr.api.spi.Disks;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.VmControl;
import io.sdr.api.spi.VmObservation;
import io.sdr.core.job.MemoryTempDir;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The matrix can fail: sites that do not do what they say are found by it, on a slice. */
class FaultMutantsTest {
    @TempDir(factory = MemoryTempDir.class)
    static Path folder;

    /** What is broken. */
    enum Mutant {
        FORGETS_LOCKS(FaultedOperation.UNPLANNED_SHUTDOWN),
        LEAVES_THE_POWER_ON(FaultedOperation.CANCEL_FAILOVER_DROPPING),
        SHOWS_RUNNING_VMS_AS_OFF(FaultedOperation.CANCEL_FAILOVER_DROPPING),
        KEEPS_DISKS_ATTACHED(FaultedOperation.CANCEL_FAILOVER_DROPPING),
        NEVER_STARTS(FaultedOperation.CHANGE_POINT),
        NEVER_RELEASES(FaultedOperation.REPLICATE_NOW),
        FORGETS_CHANGES(FaultedOperation.UNPLANNED_SHUTDOWN);

        private final FaultedOperation operation;

        Mutant(FaultedOperation operation) {
            this.operation = operation;
        }

        SiteProvider wrap(SiteProvider site) {
            VmControl vms = instead(VmControl.class, site.vms(), (method, arguments, real) -> vm(method, real, site));
            Disks disks = instead(Disks.class, site.disks(), (method, arguments, real) -> disk(method, real));
            return instead(SiteProvider.class, site, (method, arguments, real) -> switch (method.getName()) {
                case "vms" -> vms;
                case "disks" -> disks;
                default -> real.call();
            });
        }

        private Object vm(Method method, Real real, SiteProvider site) throws Throwable {
            String name = method.getName();
            boolean skipped = (this == FORGETS_LOCKS && name.equals("lockStart"))
                    || (this == LEAVES_THE_POWER_ON && name.equals("turnOff"))
                    || (this == NEVER_STARTS && name.equals("start"))
                    || (this == KEEPS_DISKS_ATTACHED && name.equals("attach"));
            if (skipped) {
                return seen(real.arguments().get(0), site, real);
            }
            Object result = real.call();
            if (this == SHOWS_RUNNING_VMS_AS_OFF && result instanceof VmObservation seen) {
                return off(seen);
            } else if (this == SHOWS_RUNNING_VMS_AS_OFF && name.equals("observe") && result instanceof Map<?, ?> all) {
                Map<Object, Object> changed = new HashMap<>(all);
                changed.replaceAll((vm, seen) -> off((VmObservation) seen));
                return changed;
            }
            return result;
        }

        /** What the skipped call would have shown. */
        private static Object seen(Object vm, SiteProvider site, Real real) {
            Object context = real.arguments().get(real.arguments().size() - 1);
            VmObservation is = site.vms()
                    .observe(List.of((io.sdr.api.VmId) vm), (io.sdr.api.spi.CallContext) context)
                    .get(vm);
            return Optional.ofNullable(is).orElseThrow();
        }

        private static VmObservation off(VmObservation seen) {
            return new VmObservation(
                    seen.vm(),
                    VmObservation.Power.OFF,
                    seen.startLocked(),
                    seen.automaticStart(),
                    seen.heldAtBoot(),
                    seen.lastStart(),
                    seen.startsKnownSince(),
                    seen.offSince(),
                    seen.heartbeat(),
                    seen.disks(),
                    seen.tag());
        }

        private Object disk(Method method, Real real) throws Throwable {
            if (this == NEVER_RELEASES && method.getName().startsWith("release")) {
                return NOTHING;
            }
            Object result = real.call();
            return this == FORGETS_CHANGES && result instanceof ChangedRanges.Known
                    ? new ChangedRanges.Known(RangeSet.EMPTY)
                    : result;
        }
    }

    private static final Object NOTHING = new Object();

    /** A call as it was meant. */
    private record Real(Object target, Method method, List<Object> arguments) {
        Object call() throws Throwable {
            try {
                Object result = method.invoke(target, arguments.toArray());
                return result == null ? NOTHING : result;
            } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
            }
        }
    }

    @FunctionalInterface
    private interface Instead {
        Object call(Method method, Object[] arguments, Real real) throws Throwable;
    }

    private static <T> T instead(Class<T> type, T target, Instead instead) {
        return type.cast(Proxy.newProxyInstance(
                FaultMutantsTest.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    Object[] given = arguments == null ? new Object[0] : arguments;
                    Object result = instead.call(method, given, new Real(target, method, Arrays.asList(given)));
                    return result == NOTHING ? null : result;
                }));
    }

    @ParameterizedTest
    @EnumSource(Mutant.class)
    void isFound(Mutant mutant) {
        FaultCases matrix =
                new FaultCases(mutant.operation, Foretold.read(), folder, Parts.REAL.withSites(mutant::wrap));
        List<FaultCases.Case> sample = matrix.sample();
        assertThat(matrix.run(sample.subList(0, Math.min(3, sample.size())))).isNotEmpty();
    }
}
