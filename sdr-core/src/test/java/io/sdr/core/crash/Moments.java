package io.sdr.core.crash;

import io.sdr.api.Side;
import io.sdr.core.crash.CrashWorld.Position;
import io.sdr.core.store.SqliteCrash.Moment;
import io.sdr.testkit.Faults;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * What a process did between two positions: the moments at which another one may die.
 *
 * @param begin where the counting began
 * @param end where it ended
 * @param calls the calls of each site
 * @param guests what the guest did in between, which is no moment to die: change tracking is lost with what was not flushed
 */
record Moments(Position begin, Position end, Map<Side, List<Faults.Call>> calls, List<Guests> guests) {
    /** The guest was at work between two positions. */
    record Guests(Position from, Position to) {
        boolean made(Side side, int call) {
            return call > from.calls().get(side) && call <= to.calls().get(side);
        }

        boolean changed(Side side, long operation) {
            return operation > from.operations().get(side)
                    && operation <= to.operations().get(side);
        }
    }

    static final List<Moment> COMMIT_MOMENTS = List.of(Moment.BEFORE_COMMIT, Moment.IN_COMMIT, Moment.AFTER_COMMIT);

    /** From a position until now. */
    static Moments since(Position begin, CrashWorld world, List<Guests> guests) {
        Position end = world.position();
        Map<Side, List<Faults.Call>> calls = new EnumMap<>(Side.class);
        for (Side side : Side.values()) {
            List<Faults.Call> log = world.site(side).faults().log();
            calls.put(
                    side,
                    List.copyOf(log.subList(begin.calls().get(side), end.calls().get(side))));
        }
        return new Moments(begin, end, calls, guests);
    }

    /** Deaths at every commit and every call that changes something; of the others one in so many. */
    List<Death> deaths(int oneIn, SplittableRandom random) {
        List<Death> deaths = new ArrayList<>();
        for (int n = 1; n <= end.commits() - begin.commits(); n++) {
            for (Moment moment : COMMIT_MOMENTS) {
                deaths.add(new Death.AtStore(moment, n));
            }
        }
        for (int n = 1; n <= end.checkpoints() - begin.checkpoints(); n++) {
            deaths.add(new Death.AtStore(Moment.IN_CHECKPOINT, n));
            deaths.add(new Death.AtStore(Moment.AFTER_CHECKPOINT, n));
        }
        for (Side side : Side.values()) {
            addCalls(side, oneIn, random, deaths);
            addStorage(side, oneIn, random, deaths);
        }
        return deaths;
    }

    private void addCalls(Side side, int oneIn, SplittableRandom random, List<Death> deaths) {
        List<Faults.Call> made = calls.get(side);
        for (int i = 0; i < made.size(); i++) {
            int number = begin.calls().get(side) + i + 1;
            if (guests.stream().anyMatch(each -> each.made(side, number))) {
                continue;
            }
            boolean changes = made.get(i).kind() == Faults.Kind.CHANGE;
            String name = made.get(i).name();
            if (changes || random.nextInt(oneIn) == 0) {
                deaths.add(new Death.AtCall(side, i + 1, false, name));
            }
            if (changes || random.nextInt(oneIn) == 0) {
                deaths.add(new Death.AtCall(side, i + 1, true, name));
            }
        }
    }

    private void addStorage(Side side, int oneIn, SplittableRandom random, List<Death> deaths) {
        long first = begin.operations().get(side);
        for (long n = first + 1; n <= end.operations().get(side); n++) {
            long operation = n;
            boolean guest = guests.stream().anyMatch(each -> each.changed(side, operation));
            if (!guest && random.nextInt(oneIn) == 0) {
                deaths.add(new Death.AtStorage(side, n - first));
            }
        }
    }
}
