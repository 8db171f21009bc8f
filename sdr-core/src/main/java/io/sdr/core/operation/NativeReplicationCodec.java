package io.sdr.core.operation;

import io.sdr.api.DiskId;
import io.sdr.api.DriverChoice;
import io.sdr.api.NativeReplication;
import io.sdr.api.ReplicationPolicy;
import io.sdr.core.job.Values;
import java.time.Instant;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The choice of the driver and what only a native one uses, as stored; what an older item does not have is the default. */
final class NativeReplicationCodec {
    private static final String DRIVER = "policy.driver";
    private static final String UNCOMPRESSED = "policy.native.uncompressed";
    private static final String EXISTING_COPY = "policy.native.existingCopy";
    private static final String FIRST_COPY_AT = "policy.native.firstCopyAt";
    private static final String CERTIFICATES = "policy.native.certificates";
    private static final String PORT = "policy.native.port";
    private static final String EXCLUDED = "policy.native.excluded";
    private static final String RESYNC_FROM = "policy.native.resyncFrom";
    private static final String RESYNC_UNTIL = "policy.native.resyncUntil";
    /** No id of a disk has it. */
    private static final String BETWEEN = " ";

    private NativeReplicationCodec() {}

    /** Every value is written, so that a changed policy replaces the one before. */
    static Values write(ReplicationPolicy policy) {
        NativeReplication its = policy.nativeReplication();
        return Values.of(DRIVER, policy.driver())
                .with(UNCOMPRESSED, !its.isCompressed())
                .with(EXISTING_COPY, its.usesExistingCopy())
                .with(FIRST_COPY_AT, its.firstCopyAt().map(Instant::toString).orElse(""))
                .with(CERTIFICATES, its.usesCertificates())
                .with(PORT, its.port().orElse(0))
                .with(
                        EXCLUDED,
                        String.join(
                                BETWEEN,
                                its.excluded().stream().map(DiskId::value).toList()))
                .with(
                        RESYNC_FROM,
                        its.automaticResync()
                                .map(window -> window.from().toString())
                                .orElse(""))
                .with(
                        RESYNC_UNTIL,
                        its.automaticResync()
                                .map(window -> window.until().toString())
                                .orElse(""));
    }

    /** Stores of earlier versions know {@code AUTO}, which meant sdr's own. */
    static DriverChoice driver(Values values) {
        return values.find(DRIVER)
                .filter(name -> !name.equals("AUTO"))
                .map(DriverChoice::valueOf)
                .orElse(DriverChoice.SDR);
    }

    static NativeReplication read(Values values) {
        NativeReplication its = NativeReplication.defaults()
                .compression(!values.flag(UNCOMPRESSED))
                .excluding(excluded(values));
        if (values.flag(EXISTING_COPY)) {
            its = its.fromExistingCopy();
        }
        if (values.flag(CERTIFICATES)) {
            its = its.withCertificates();
        }
        Optional<String> at = said(values, FIRST_COPY_AT);
        if (at.isPresent()) {
            its = its.firstCopyAt(Instant.parse(at.get()));
        }
        int port = values.find(PORT).map(Integer::parseInt).orElse(0);
        if (port > 0) {
            its = its.port(port);
        }
        Optional<String> from = said(values, RESYNC_FROM);
        return from.isPresent()
                ? its.resynchronizingIn(new NativeReplication.Window(
                        LocalTime.parse(from.get()), LocalTime.parse(values.text(RESYNC_UNTIL))))
                : its;
    }

    private static List<DiskId> excluded(Values values) {
        return said(values, EXCLUDED)
                .map(ids -> Arrays.stream(ids.split(BETWEEN)).map(DiskId::new).toList())
                .orElse(List.of());
    }

    private static Optional<String> said(Values values, String name) {
        return values.find(name).filter(text -> !text.isEmpty());
    }
}
