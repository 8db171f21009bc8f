package io.sdr.core.operation;

import io.sdr.api.ItemId;
import io.sdr.api.JobId;
import io.sdr.api.PointId;
import io.sdr.api.Side;
import io.sdr.api.SiteId;
import io.sdr.api.spi.EpochRecord;
import io.sdr.core.job.Note;
import io.sdr.core.job.Values;
import java.time.Instant;

/** The notes that operations leave for sites that do not answer. */
final class NoteKinds {
    static final String KIND = "kind";
    /** Lock the VM against start, stop it if it runs, and learn the decision. */
    static final String FENCE = "fence";
    /** Give the disks back that a job holds. */
    static final String GIVE_BACK = "give-back";

    /** Remove what a protection had here: the item was disabled without this side. */
    static final String REMOVE = "remove";

    /** Undo at the side that a cancelled failover was to leave: nothing keeps its VM from starting, and it runs if it ran. */
    static final String START_AGAIN = "start-again";

    static final String HOLDER = "holder";
    static final String KEEP = "keep";
    static final String DELETE_REPLICA = "deleteReplica";
    /** Of a fence note: if the VM is seen running, the item remembers that before it is stopped. */
    static final String REMEMBER = "remember";
    /** Of a note to start a VM again: whether it ran. */
    static final String RAN = "ran";

    private static final String SINCE = "since";

    private NoteKinds() {}

    static Note fence(ItemId item, SiteId site, Side side, EpochRecord decision, boolean remember) {
        Values what = Values.of(KIND, FENCE)
                .with("item", item)
                .with("side", side)
                .with("epoch", decision.epoch())
                .with("from", decision.from())
                .with("to", decision.to())
                .with("job", decision.job())
                .with("time", decision.time())
                .with(REMEMBER, remember);
        return new Note(
                site.value(),
                decision.epoch(),
                decision.point().map(point -> what.with("point", point)).orElse(what));
    }

    static Note giveBack(ItemId item, SiteId site, Side side, long epoch, JobId holder, boolean keep) {
        return new Note(
                site.value(),
                epoch,
                Values.of(KIND, GIVE_BACK)
                        .with("item", item)
                        .with("side", side)
                        .with(HOLDER, holder)
                        .with(KEEP, keep));
    }

    static Note startAgain(ItemId item, SiteId site, Side side, long epoch, boolean ran, Instant since) {
        return new Note(
                site.value(),
                epoch,
                Values.of(KIND, START_AGAIN)
                        .with("item", item)
                        .with("side", side)
                        .with(RAN, ran)
                        .with(SINCE, since));
    }

    /** When a note to start a VM again was written. */
    static Instant since(Values note) {
        return Instant.parse(note.text(SINCE));
    }

    static Note remove(ItemId item, SiteId site, Side side, long epoch, boolean deleteReplica) {
        return new Note(
                site.value(),
                epoch,
                Values.of(KIND, REMOVE).with("item", item).with("side", side).with(DELETE_REPLICA, deleteReplica));
    }

    static EpochRecord decision(Values note) {
        return new EpochRecord(
                note.number("epoch"),
                EpochRecord.Kind.ACTIVATE,
                Side.valueOf(note.text("from")),
                Side.valueOf(note.text("to")),
                new JobId(note.text("job")),
                note.find("point").map(PointId::new),
                Instant.parse(note.text("time")));
    }
}
