package io.sdr.core.store;

import io.sdr.core.job.EventRecord;
import io.sdr.core.job.InheritedStep;
import io.sdr.core.job.JobRecord;
import io.sdr.core.job.JobStore;
import io.sdr.core.job.Lease;
import io.sdr.core.job.Note;
import io.sdr.core.job.NoteRecord;
import io.sdr.core.job.SignalRecord;
import io.sdr.core.job.StepRecord;
import io.sdr.core.job.Subject;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads and writes on the store's connection. Whoever has it holds the store's lock. */
final class SqlTransaction implements JobStore.Transaction {
    private final Path file;
    private final Sql sql;
    private @Nullable SQLException failure;

    /** Something that may fail. */
    @FunctionalInterface
    private interface Work<T> {
        T run() throws SQLException;
    }

    SqlTransaction(Path file, Sql sql) {
        this.file = file;
        this.sql = sql;
    }

    /** The error of the database in this transaction, if there was one. */
    Optional<SQLException> failure() {
        return Optional.ofNullable(failure);
    }

    private <T> T attempt(String what, Work<T> work) {
        try {
            return work.run();
        } catch (SQLException e) {
            failure = e;
            throw StoreErrors.of(file, what, e);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw StoreErrors.corrupt(file, "cannot " + what + ": " + e.getMessage(), e);
        }
    }

    private <T> List<T> list(String what, String text, Sql.RowReader<T> reader, @Nullable Object... values) {
        return attempt("read " + what, () -> sql.list(text, reader, values));
    }

    private <T> Optional<T> first(String what, String text, Sql.RowReader<T> reader, @Nullable Object... values) {
        return attempt("read " + what, () -> sql.first(text, reader, values));
    }

    private int change(String what, String text, @Nullable Object... values) {
        return attempt("write " + what, () -> sql.update(text, values));
    }

    @Override
    public Optional<Subject> subject(String id) {
        return first("a subject", "SELECT * FROM subject WHERE id = ?", Rows::subject, id);
    }

    @Override
    public List<Subject> subjects() {
        return list("subjects", "SELECT * FROM subject ORDER BY id", Rows::subject);
    }

    @Override
    public Optional<JobRecord> job(String id) {
        return first("a job", "SELECT * FROM job WHERE id = ?", Rows::job, id);
    }

    @Override
    public Optional<JobRecord> holder(String subject) {
        return first("a job", "SELECT * FROM job WHERE subject = ? AND holds = 1", Rows::job, subject);
    }

    @Override
    public List<JobRecord> openJobs() {
        return list(
                "open jobs",
                "SELECT * FROM job WHERE holds = 1 AND status IN ('RUNNING', 'WAITING_FOR_INPUT', 'CANCELLING')"
                        + " ORDER BY number",
                Rows::job);
    }

    @Override
    public List<JobRecord> jobs(String subject, Optional<Instant> before, int limit) {
        return list(
                "jobs",
                "SELECT * FROM job WHERE subject = ? AND started < ? ORDER BY number DESC LIMIT ?",
                Rows::job,
                subject,
                before.map(Rows::nanos).orElse(Long.MAX_VALUE),
                limit);
    }

    @Override
    public List<StepRecord> steps(String job) {
        return list("steps", "SELECT * FROM step WHERE job = ? ORDER BY number", Rows::step, job);
    }

    @Override
    public List<SignalRecord> signals(String job) {
        return list("signals", "SELECT * FROM said WHERE job = ? ORDER BY number", Rows::signal, job);
    }

    @Override
    public List<InheritedStep> inherited(String job) {
        return list(
                "inherited steps",
                "SELECT * FROM inherited WHERE job = ? ORDER BY from_job, step",
                Rows::inherited,
                job);
    }

    @Override
    public List<NoteRecord> notesForSite(String site) {
        return list(
                "notes", "SELECT * FROM note WHERE site = ? AND delivered IS NULL ORDER BY sequence", Rows::note, site);
    }

    @Override
    public List<NoteRecord> notesOfSubject(String subject) {
        return list(
                "notes",
                "SELECT * FROM note WHERE subject = ? AND delivered IS NULL ORDER BY sequence",
                Rows::note,
                subject);
    }

    @Override
    public List<EventRecord> events(long after, int limit) {
        return list(
                "events",
                "SELECT * FROM event WHERE sequence > ? ORDER BY sequence LIMIT ?",
                Rows::event,
                after,
                limit);
    }

    @Override
    public long cursor(String name) {
        return first("a cursor", "SELECT sequence FROM listener WHERE name = ?", row -> row.getLong(1), name)
                .orElse(0L);
    }

    @Override
    public long nextIncarnation() {
        change("the incarnation", "UPDATE incarnation SET number = number + 1");
        return attempt("read the incarnation", () -> sql.number("SELECT number FROM incarnation"));
    }

    @Override
    public boolean insert(Subject subject) {
        return change(
                        "a subject",
                        "INSERT INTO subject (id, version, epoch, document) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                        subject.id(),
                        subject.version(),
                        subject.epoch(),
                        subject.document())
                == 1;
    }

    @Override
    public boolean update(Subject subject, long expectedVersion) {
        return change(
                        "a subject",
                        "UPDATE subject SET version = ?, epoch = ?, document = ? WHERE id = ? AND version = ?",
                        subject.version(),
                        subject.epoch(),
                        subject.document(),
                        subject.id(),
                        expectedVersion)
                == 1;
    }

    @Override
    public void insert(JobRecord job) {
        @Nullable Object[] values = Rows.values(job);
        change("a job", "INSERT INTO job (" + Rows.JOB_COLUMNS + ") VALUES (" + places(values.length) + ")", values);
    }

    @Override
    public boolean update(JobRecord job, long leaseEpoch) {
        @Nullable Object[] values = Rows.values(job);
        @Nullable Object[] all = java.util.Arrays.copyOf(values, values.length + 2);
        all[values.length] = job.id();
        all[values.length + 1] = leaseEpoch;
        String text = "UPDATE job SET (" + Rows.JOB_COLUMNS + ") = (" + places(values.length)
                + ") WHERE id = ? AND lease_epoch = ?";
        return change("a job", text, all) == 1;
    }

    @Override
    public Optional<Lease> claim(String job, String owner, Instant now, Instant until) {
        int changed = change(
                "a lease",
                "UPDATE job SET owner = ?, lease_epoch = lease_epoch + 1, lease_until = ?"
                        + " WHERE id = ? AND (owner IS NULL OR owner = ? OR lease_until < ?)",
                owner,
                Rows.nanos(until),
                job,
                owner,
                Rows.nanos(now));
        return changed == 1 ? job(job).map(JobRecord::lease) : Optional.empty();
    }

    @Override
    public void put(StepRecord step) {
        @Nullable Object[] values = Rows.values(step);
        change(
                "a step",
                "INSERT OR REPLACE INTO step (" + Rows.STEP_COLUMNS + ") VALUES (" + places(values.length) + ")",
                values);
    }

    @Override
    public void add(String job, SignalRecord signal) {
        change(
                "a signal",
                "INSERT INTO said (job, kind, actor, reason, at) VALUES (?, ?, ?, ?, ?)",
                job,
                signal.kind(),
                signal.by(),
                signal.reason(),
                Rows.nanos(signal.at()));
    }

    @Override
    public void put(InheritedStep step) {
        change(
                "an inherited step",
                "INSERT OR REPLACE INTO inherited (job, from_job, step, until, known) VALUES (?, ?, ?, ?, ?)",
                step.job(),
                step.from(),
                step.step(),
                Rows.nanos(step.until()),
                step.known().orElse(null));
    }

    @Override
    public void queue(String subject, Note note, Instant now) {
        change(
                "a note",
                "INSERT INTO note (subject, site, epoch, what, queued) VALUES (?, ?, ?, ?, ?)",
                subject,
                note.site(),
                note.epoch(),
                Json.of(note.what()),
                Rows.nanos(now));
    }

    @Override
    public void markDelivered(long sequence, Instant now) {
        change(
                "a note",
                "UPDATE note SET delivered = ? WHERE sequence = ? AND delivered IS NULL",
                Rows.nanos(now),
                sequence);
    }

    @Override
    public void addEvent(Instant at, String subject, Optional<String> job, String kind, String text) {
        change(
                "an event",
                "INSERT INTO event (at, subject, job, kind, text) VALUES (?, ?, ?, ?, ?)",
                Rows.nanos(at),
                subject,
                job.orElse(null),
                kind,
                text);
    }

    @Override
    public void setCursor(String name, long sequence) {
        change(
                "a cursor",
                "INSERT INTO listener (name, sequence) VALUES (?, ?)"
                        + " ON CONFLICT (name) DO UPDATE SET sequence = max(sequence, excluded.sequence)",
                name,
                sequence);
    }

    private static String places(int count) {
        return String.join(", ", Collections.nCopies(count, "?"));
    }
}
