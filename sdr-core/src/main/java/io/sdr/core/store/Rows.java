package io.sdr.core.store;

import io.sdr.api.JobStatus;
import io.sdr.core.job.EventRecord;
import io.sdr.core.job.InheritedStep;
import io.sdr.core.job.JobRecord;
import io.sdr.core.job.Lease;
import io.sdr.core.job.Note;
import io.sdr.core.job.NoteRecord;
import io.sdr.core.job.Phase;
import io.sdr.core.job.SignalRecord;
import io.sdr.core.job.StepKind;
import io.sdr.core.job.StepRecord;
import io.sdr.core.job.Subject;
import io.sdr.core.job.Values;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Rows as records and back. Moments are nanoseconds since 1970, exact and in order. */
final class Rows {
    private static final long NANOS = 1_000_000_000L;
    private static final Instant LATEST = Instant.ofEpochSecond(Long.MAX_VALUE / NANOS - 1);

    private Rows() {}

    static long nanos(Instant moment) {
        Instant bounded = moment.isAfter(LATEST) ? LATEST : moment;
        return Math.addExact(Math.multiplyExact(bounded.getEpochSecond(), NANOS), bounded.getNano());
    }

    static @Nullable Object nanos(Optional<Instant> moment) {
        return moment.map(Rows::nanos).orElse(null);
    }

    private static Instant moment(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
    }

    private static Optional<Instant> moment(ResultSet row, String column) throws SQLException {
        long nanos = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(moment(nanos));
    }

    private static Optional<String> optional(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getString(column));
    }

    static Subject subject(ResultSet row) throws SQLException {
        return new Subject(
                row.getString("id"), row.getLong("version"), row.getLong("epoch"), row.getString("document"));
    }

    static @Nullable Object[] values(Subject subject) {
        return new @Nullable Object[] {subject.id(), subject.version(), subject.epoch(), subject.document()};
    }

    static JobRecord job(ResultSet row) throws SQLException {
        return new JobRecord(
                row.getString("id"),
                row.getString("kind"),
                row.getInt("spec_version"),
                row.getString("subject"),
                Json.values(row.getString("spec")),
                row.getString("origin"),
                row.getLong("origin_epoch"),
                JobStatus.valueOf(row.getString("status")),
                row.getInt("holds") != 0,
                row.getInt("decided") != 0,
                row.getString("actor"),
                row.getInt("cancel_requested") != 0,
                optional(row, "failure").map(Json::problem),
                optional(row, "prompt").map(Json::prompt),
                new Lease(optional(row, "owner"), row.getLong("lease_epoch"), moment(row.getLong("lease_until"))),
                moment(row.getLong("started")),
                moment(row, "ended"),
                optional(row, "supersedes"),
                optional(row, "superseded_by"));
    }

    static @Nullable Object[] values(JobRecord job) {
        return new @Nullable Object[] {
            job.id(),
            job.kind(),
            job.specVersion(),
            job.subject(),
            Json.of(job.spec()),
            job.origin(),
            job.originEpoch(),
            job.status().name(),
            job.holds() ? 1 : 0,
            job.decided() ? 1 : 0,
            job.actor(),
            job.cancelRequested() ? 1 : 0,
            job.failure().map(Json::of).orElse(null),
            job.prompt().map(Json::of).orElse(null),
            job.lease().owner().orElse(null),
            job.lease().epoch(),
            nanos(job.lease().until()),
            nanos(job.started()),
            nanos(job.ended()),
            job.supersedes().orElse(null),
            job.supersededBy().orElse(null)
        };
    }

    static StepRecord step(ResultSet row) throws SQLException {
        return new StepRecord(
                row.getString("job"),
                row.getInt("number"),
                row.getString("name"),
                StepKind.valueOf(row.getString("kind")),
                Phase.valueOf(row.getString("phase")),
                row.getInt("attempt"),
                row.getInt("acted") != 0,
                optional(row, "intent").map(Json::values),
                optional(row, "outcome").map(Json::values),
                Json.texts(row.getString("warnings")),
                row.getString("detail"),
                moment(row, "not_after"),
                moment(row, "in_doubt_until"),
                moment(row, "started"),
                moment(row, "ended"),
                row.getLong("bytes_done"),
                row.getLong("bytes_total"));
    }

    static @Nullable Object[] values(StepRecord step) {
        return new @Nullable Object[] {
            step.job(),
            step.number(),
            step.name(),
            step.kind().name(),
            step.phase().name(),
            step.attempt(),
            step.acted() ? 1 : 0,
            step.intent().map(Json::of).orElse(null),
            step.outcome().map(Json::of).orElse(null),
            Json.of(step.warnings()),
            step.detail(),
            nanos(step.notAfter()),
            nanos(step.inDoubtUntil()),
            nanos(step.started()),
            nanos(step.ended()),
            step.bytesDone(),
            step.bytesTotal()
        };
    }

    static SignalRecord signal(ResultSet row) throws SQLException {
        return new SignalRecord(
                row.getString("kind"), row.getString("actor"), row.getString("reason"), moment(row.getLong("at")));
    }

    static InheritedStep inherited(ResultSet row) throws SQLException {
        return new InheritedStep(
                row.getString("job"),
                row.getString("from_job"),
                row.getString("step"),
                moment(row.getLong("until")),
                optional(row, "known"));
    }

    static NoteRecord note(ResultSet row) throws SQLException {
        Values what = Json.values(row.getString("what"));
        return new NoteRecord(
                row.getLong("sequence"),
                row.getString("subject"),
                new Note(row.getString("site"), row.getLong("epoch"), what),
                moment(row.getLong("queued")),
                moment(row, "delivered"));
    }

    static @Nullable Object[] values(NoteRecord note) {
        return new @Nullable Object[] {
            note.sequence(),
            note.subject(),
            note.note().site(),
            note.note().epoch(),
            Json.of(note.note().what()),
            nanos(note.queued()),
            nanos(note.delivered())
        };
    }

    static EventRecord event(ResultSet row) throws SQLException {
        return new EventRecord(
                row.getLong("sequence"),
                moment(row.getLong("at")),
                row.getString("subject"),
                optional(row, "job"),
                row.getString("kind"),
                row.getString("text"));
    }
}
