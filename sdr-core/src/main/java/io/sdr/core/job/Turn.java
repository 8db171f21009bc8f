package io.sdr.core.job;

import java.time.Duration;

/**
 * What a run does next.
 *
 * @param kind go on, pause, sleep until a signal, or end
 * @param pause how long
 */
record Turn(Kind kind, Duration pause) {
    static final Turn GO = new Turn(Kind.GO, Duration.ZERO);
    static final Turn SLEEP = new Turn(Kind.SLEEP, Duration.ZERO);
    static final Turn END = new Turn(Kind.END, Duration.ZERO);

    enum Kind {
        GO,
        PAUSE,
        SLEEP,
        END
    }

    static Turn pause(Duration pause) {
        return new Turn(Kind.PAUSE, pause.isNegative() ? Duration.ZERO : pause);
    }
}
