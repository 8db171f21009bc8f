package io.sdr.core.fault;

import io.sdr.api.Side;
import io.sdr.testkit.Faults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** The cases of one operation: run once in each direction without a fault, listing the calls; then with each fault at each call. */
final class FaultCases {
    /**
     * One case.
     *
     * @param direction the side that was active first
     * @param where whether the call goes to the side that is active when the operation begins
     * @param call the call at which something goes wrong
     * @param fault what goes wrong
     * @param row what that leads to
     * @param act what is done when it has come to rest
     * @param lives whether life goes on afterwards
     */
    record Case(
            Side direction,
            String where,
            FaultWorld.Made call,
            FaultKind fault,
            Foretold.Row row,
            Act act,
            boolean lives) {
        @Override
        public String toString() {
            return direction + " " + fault.id() + " " + where + " at " + call + ", then " + act;
        }
    }

    private static final AtomicInteger FOLDERS = new AtomicInteger();

    private final FaultedOperation operation;
    private final Foretold foretold;
    private final Path folder;
    private final Parts parts;
    private final Map<Side, FaultWorld.Frozen> beginnings = new EnumMap<>(Side.class);
    private final Map<Side, SortedMap<String, Integer>> clean = new EnumMap<>(Side.class);
    private final List<Case> all = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    FaultCases(FaultedOperation operation, Foretold foretold, Path folder, Parts parts) {
        this.operation = operation;
        this.foretold = foretold;
        this.folder = folder;
        this.parts = parts;
        for (Side active : Side.values()) {
            if (operation.isProtect() && active == Side.RECOVERY) {
                continue;
            }
            FaultWorld world = FaultWorld.fresh(newFolder());
            operation.prepare(world, active);
            FaultWorld.Frozen beginning = world.freeze();
            beginnings.put(active, beginning);
            clean.put(active, left(beginning));
            list(active, beginning);
        }
    }

    private Path newFolder() {
        return folder.resolve("world-" + FOLDERS.incrementAndGet());
    }

    private void list(Side active, FaultWorld.Frozen beginning) {
        try (FaultWorld world = beginning.thaw(newFolder(), parts)) {
            FaultRun run = new FaultRun(world, operation);
            check("without a fault", run.begin(world::list), "clean");
            List<FaultWorld.Made> calls = world.calls();
            Rest end = run.goOn(Act.NOTHING);
            check("without a fault", end, "clean");
            world.violations().forEach(each -> failures.add("without a fault: " + each));
            for (FaultWorld.Made call : calls) {
                for (FaultKind fault : FaultKind.values()) {
                    if (fault.happensAt(call) && !call.step().equals(FaultWorld.AFTERWARDS)) {
                        String where = call.side() == run.here() ? "here" : "there";
                        Foretold.Row row = foretold.row(
                                List.of(operation.id(), call.step(), where, call.nameAndFile(), fault.id()));
                        List<Act> acts = row.acts().isEmpty()
                                ? List.of(Act.NOTHING)
                                : List.copyOf(row.acts().keySet());
                        foretold.used(row);
                        acts.forEach(act -> all.add(new Case(active, where, call, fault, row, act, true)));
                    }
                }
            }
        }
    }

    /** What the operation leaves behind at sites that do what they say: more is too much. */
    private SortedMap<String, Integer> left(FaultWorld.Frozen beginning) {
        try (FaultWorld world = beginning.thaw(newFolder())) {
            FaultRun run = new FaultRun(world, operation);
            SortedMap<String, Integer> before = run.leftovers();
            Rest unused = run.begin(() -> {});
            unused = run.goOn(Act.NOTHING);
            SortedMap<String, Integer> after = run.leftovers();
            before.forEach((what, count) -> after.merge(what, count, Math::max));
            return after;
        }
    }

    private void check(String what, Rest rest, String end) {
        String wrong = foretold.compare(end, operation, rest);
        if (!wrong.isEmpty()) {
            failures.add(operation.id() + " " + what + ": " + wrong);
        }
    }

    List<Case> all() {
        return all;
    }

    /** Each fault at each kind of call in each step, and of what rows foretell, each act: in one of the two directions. */
    List<Case> sample() {
        Map<List<Object>, List<Case>> groups = new LinkedHashMap<>();
        for (Case each : all) {
            boolean storage = each.call().kind() == Faults.Kind.STORAGE_CHANGE
                    || each.call().kind() == Faults.Kind.STORAGE_READ;
            List<Object> group =
                    new ArrayList<>(List.of(each.row().line(), each.call().step(), each.where(), each.act()));
            group.add(each.call().name());
            if (!storage) {
                group.add(each.fault());
            }
            groups.computeIfAbsent(group, key -> new ArrayList<>()).add(each);
        }
        List<Case> sample = new ArrayList<>();
        int turn = 0;
        for (List<Case> group : groups.values()) {
            Case chosen = group.get(Math.floorMod(turn * 7919, group.size()));
            sample.add(new Case(
                    chosen.direction(),
                    chosen.where(),
                    chosen.call(),
                    chosen.fault(),
                    chosen.row(),
                    chosen.act(),
                    turn++ % 4 == 0));
        }
        return sample;
    }

    /** One in so many, the first of each row and act that was not seen before, and always the same. */
    List<Case> share(List<Case> cases, int oneIn, Set<List<Object>> seen) {
        List<Case> share = new ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            Case each = cases.get(i);
            if (seen.add(List.of(each.row().line(), each.act())) || i % oneIn == 0) {
                share.add(each);
            }
        }
        return share;
    }

    /** Runs cases, on all processors, and tells what is wrong. */
    List<String> run(List<Case> cases) {
        List<String> wrong = new ArrayList<>(failures);
        cases.parallelStream().map(this::run).forEachOrdered(each -> each.ifPresent(wrong::add));
        return wrong;
    }

    private Optional<String> run(Case of) {
        Path place = newFolder();
        try (FaultWorld world = beginnings.get(of.direction()).thaw(place, parts)) {
            String wrong = run(of, world);
            return wrong.isEmpty()
                    ? Optional.empty()
                    : Optional.of(operation.id() + ", " + of + ", foretold.txt line "
                            + of.row().line() + ": " + wrong);
        } catch (RuntimeException | AssertionError e) {
            return Optional.of(operation.id() + ", " + of + ": " + e);
        } finally {
            delete(place);
        }
    }

    private String run(Case of, FaultWorld world) {
        List<String> wrong = new ArrayList<>();
        FaultRun run = new FaultRun(world, operation);
        Rest first = run.begin(() -> {
            world.list();
            of.fault().script(world.site(of.call().side()).faults(), of.call());
        });
        wrong.add(foretold.compare(of.row().end(), operation, first));
        wrong.add(run.honesty());
        Rest last = run.goOn(of.act());
        String end = of.row().acts().getOrDefault(of.act(), of.row().end());
        wrong.add(foretold.compare(end, operation, last));
        if (end.equals("denied")) {
            last = run.goOn(Act.RETRY);
            wrong.add(foretold.compare("done", operation, last));
        }
        run.housekeeping();
        wrong.add(run.decided());
        wrong.add(run.leftBehind(clean.get(of.direction())));
        if (of.lives()) {
            wrong.add(run.liveOn());
        }
        wrong.addAll(world.violations());
        wrong.removeIf(String::isEmpty);
        return String.join("; ", wrong);
    }

    /** Names what the steps of the operation call. */
    Set<String> steps() {
        Set<String> steps = new HashSet<>();
        all.forEach(each -> steps.add(each.call().step()));
        return steps;
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
