package io.sdr.hyperv.site;

import io.sdr.api.Side;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The sites on which traces run, what carries the data between them, and the side that is active at first. */
enum TraceKind {
    ON_HOSTS_FROM_PRIMARY(false, false, Side.PRIMARY),
    ON_HOSTS_FROM_RECOVERY(false, false, Side.RECOVERY),
    UNDER_VMM_FROM_PRIMARY(true, false, Side.PRIMARY),
    UNDER_VMM_FROM_RECOVERY(true, false, Side.RECOVERY),
    NATIVE_ON_HOSTS_FROM_PRIMARY(false, true, Side.PRIMARY),
    NATIVE_ON_HOSTS_FROM_RECOVERY(false, true, Side.RECOVERY),
    NATIVE_UNDER_VMM_FROM_PRIMARY(true, true, Side.PRIMARY),
    NATIVE_UNDER_VMM_FROM_RECOVERY(true, true, Side.RECOVERY);

    private final boolean underVmm;
    private final boolean isNative;
    private final Side activeAtFirst;

    TraceKind(boolean underVmm, boolean isNative, Side activeAtFirst) {
        this.underVmm = underVmm;
        this.isNative = isNative;
        this.activeAtFirst = activeAtFirst;
    }

    /** Each kind of site with each driver, so that both directions are run; all with {@code -Dsdr.stress=true}. */
    static Stream<TraceKind> chosen() {
        return Boolean.getBoolean("sdr.stress")
                ? Stream.of(values()).filter(kind -> kind.name().matches(System.getProperty("sdr.traces", ".*")))
                : Stream.of(
                        ON_HOSTS_FROM_RECOVERY,
                        UNDER_VMM_FROM_PRIMARY,
                        NATIVE_ON_HOSTS_FROM_PRIMARY,
                        NATIVE_UNDER_VMM_FROM_RECOVERY);
    }

    boolean isUnderVmm() {
        return underVmm;
    }

    HyperVTraceWorld open(Path folder) {
        return underVmm ? HyperVTraceWorld.underVmm(folder, isNative) : HyperVTraceWorld.onHosts(folder, isNative);
    }

    Side activeAtFirst() {
        return activeAtFirst;
    }
}
