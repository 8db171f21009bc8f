package io.sdr.core.operation;

import io.sdr.api.Drill;
import io.sdr.api.JobId;
import io.sdr.api.PointId;
import io.sdr.api.Side;
import io.sdr.core.job.Values;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The report of a drill as values of its item. */
final class DrillCodec {
    static final String PREFIX = "drill.";
    private static final String JOB = "drill.job";
    private static final String POINT = "drill.point";
    private static final String VERIFIED = "drill.verified";
    private static final String CLOSED = "drill.closed";
    private static final String LEFT = "drill.left.";

    private DrillCodec() {}

    static Values write(Drill drill) {
        Values values = Values.of(JOB, drill.job())
                .with("drill.to", drill.to())
                .with("drill.network", NetworkCodec.write(drill.network()))
                .with("drill.started", drill.started())
                .with("drill.notes", drill.notes());
        values = drill.point().isPresent() ? values.with(POINT, drill.point().get()) : values;
        values = drill.verified().isPresent()
                ? values.with(VERIFIED, drill.verified().get())
                : values;
        values = drill.closed().isPresent() ? values.with(CLOSED, drill.closed().get()) : values;
        for (int i = 0; i < drill.leftBehind().size(); i++) {
            values = values.with(LEFT + i, drill.leftBehind().get(i));
        }
        return values;
    }

    static Optional<Drill> read(Values values) {
        return values.find(JOB)
                .map(job -> new Drill(
                        new JobId(job),
                        Side.valueOf(values.text("drill.to")),
                        values.find(POINT).map(PointId::new),
                        NetworkCodec.testNetwork(values.text("drill.network")),
                        Instant.parse(values.text("drill.started")),
                        values.find(VERIFIED).map(Instant::parse),
                        values.find(CLOSED).map(Instant::parse),
                        values.text("drill.notes"),
                        left(values)));
    }

    private static List<String> left(Values values) {
        List<String> left = new ArrayList<>();
        for (int i = 0; values.find(LEFT + i).isPresent(); i++) {
            left.add(values.text(LEFT + i));
        }
        return left;
    }
}
