package io.sdr.core.crash;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.Job;
import io.sdr.api.JobId;
import io.sdr.api.JobStatus;
import io.sdr.api.Prompt;
import io.sdr.api.Side;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * An operation that is about to begin: the world just before it, and what the guest wrote. Can be begun any number of times.
 *
 * @param deed the operation
 * @param direction names the direction: the side that is active before it, except for protecting, which always begins at the
 *     primary side; there the sites are exchanged
 * @param world the world
 * @param before what the disks hold before it
 * @param after what they must hold after it
 * @param interlude what the guest writes while the operation waits for its word
 * @param known the jobs before it
 */
record Stage(
        Deed deed,
        Side direction,
        Snapshot world,
        Truth before,
        Truth after,
        List<Truth.Write> interlude,
        Set<JobId> known) {
    static Stage prepare(Deed deed, Side direction, Path folder, Rig rig) {
        boolean exchanged = deed == Deed.PROTECT && direction == Side.RECOVERY;
        Truth before = Truth.empty(Deed.SIZES);
        CrashWorld world =
                CrashWorld.open(Snapshot.empty(exchanged), folder, rig).start();
        Life life = new Life(world, before);
        deed.prepare(life, direction);
        Set<JobId> known = new HashSet<>();
        jobs(life).forEach(job -> known.add(job.id()));
        Snapshot saved = world.orderlyEnd();
        Truth after = before.copy();
        List<Truth.Write> interlude = deed.interlude(after);
        deed.change(after);
        return new Stage(deed, direction, saved, before, after, interlude, known);
    }

    /** The side that is active before it. */
    Side active() {
        return deed == Deed.PROTECT ? Side.PRIMARY : direction;
    }

    private static List<Job> jobs(Life life) {
        try {
            return life.engine().jobs(Life.ITEM, Optional.empty(), 100);
        } catch (InvalidRequestException e) {
            if (e.code().equals("UNKNOWN_ITEM")) {
                return List.of();
            }
            throw e;
        }
    }

    /** Its job, if it was accepted. */
    Optional<Job> job(Life life) {
        return jobs(life).stream()
                .filter(job -> job.kind().equals(deed.kind()) && !known.contains(job.id()))
                .findFirst();
    }

    /** Asks for the operation unless that was accepted already, says the word if it waits for it, and waits for its success. */
    JobStatus drive(Life life) {
        if (deed.isChange()) {
            deed.change(life);
            return JobStatus.SUCCEEDED;
        }
        Job job = job(life).orElseGet(() -> deed.begin(life));
        goOn(job, life, () -> true);
        life.done(job);
        for (List<Job> follow = life.engine().openJobs();
                !follow.isEmpty();
                follow = life.engine().openJobs()) {
            life.done(follow.get(0));
        }
        return job.status();
    }

    /** Says the word if the job waits for it and it is wanted, and waits for its end. */
    void goOn(Job job, Life life, BooleanSupplier wordWanted) {
        if (deed == Deed.PLANNED_AND_COMPLETE) {
            Optional<Prompt> prompt = job.awaitPrompt(Life.LONG);
            if (prompt.isPresent() && wordWanted.getAsBoolean()) {
                if (!(prompt.get() instanceof Prompt.ReadyToComplete)) {
                    throw new AssertionError(job + " asks " + prompt.get());
                }
                life.pour(active(), life.vm(active()), interlude);
                life.engine().completeFailover(Life.ITEM);
            }
        }
        var unused = job.awaitEnd(Life.LONG);
    }
}
