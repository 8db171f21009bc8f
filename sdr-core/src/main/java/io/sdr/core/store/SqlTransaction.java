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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads and writes on the store's connection. Whoever has it holds the store's lock. */
final class SqlTransaction implements JobStore.Transaction {
    private final Path file;
    private final Sql sql;
    private final boolean checked;
    private @Nullable SQLException failure;

    /** Something that may fail. */
    @FunctionalInterface
    private interface Work<T> {
        T run() throws SQLException;
    }

    /**
     * Begins nothing by itself.
     *
     * @param checked whether rows are checked; only tests that must notice say no
     */
    SqlTransaction(Path file, Sql sql, boolean checked) {
        this.file = file;
        this.sql = sql;
        this.checked = checked;
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
            throw StoreErrors.isGeneral(e)
                    ? StoreErrors.corrupt(file, "cannot " + what + ": " + e.getMessage(), e)
                    : StoreErrors.of(file, what, e);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw StoreErrors.corrupt(file, "cannot " + what + ": " + e.getMessage(), e);
        }
    }

    /** A reader that first looks whether the row is as it was written. */
    private <T> Sql.RowReader<T> sound(Table table, Sql.RowReader<T> reader) {
        return row -> {
            Optional<String> damage = checked ? table.damage(row) : Optional.empty();
            if (damage.isPresent()) {
                throw StoreErrors.damagedRow(file, damage.get());
            }
            return reader.read(row);
        };
    }

    private <T> List<T> list(Table table, String rest, Sql.RowReader<T> reader, @Nullable Object... values) {
        return attempt(
                "read table " + table.sqlName(), () -> sql.list(table.select(rest), sound(table, reader), values));
    }

    /** What is chosen by something that has no index is chosen here, after its row was checked: damage must not hide a row. */
    private <T> List<T> list(
            Table table,
            String rest,
            Sql.RowReader<T> reader,
            Predicate<T> chosen,
            int limit,
            @Nullable Object... values) {
        return attempt(
                "read table " + table.sqlName(),
                () -> sql.list(table.select(rest), sound(table, reader), chosen, limit, values));
    }

    private <T> Optional<T> first(Table table, String rest, Sql.RowReader<T> reader, @Nullable Object... values) {
        return attempt(
                "read table " + table.sqlName(), () -> sql.first(table.select(rest), sound(table, reader), values));
    }

    private int change(Table table, String text, @Nullable Object... values) {
        return attempt("write table " + table.sqlName(), () -> sql.update(text, values));
    }

    private static @Nullable Object[] with(@Nullable Object[] values, @Nullable Object... more) {
        @Nullable Object[] all = Arrays.copyOf(values, values.length + more.length);
        System.arraycopy(more, 0, all, values.length, more.length);
        return all;
    }

    private static @Nullable Object[] after(Object first, @Nullable Object[] values) {
        return with(new @Nullable Object[] {first}, values);
    }

    /** The next number of a table that never uses one twice. */
    private long next(Table table, String column) {
        String name = table.sqlName();
        return attempt(
                "number table " + name,
                () -> sql.number("SELECT 1 + max(coalesce((SELECT max(" + column + ") FROM " + name + "), 0),"
                        + " coalesce((SELECT seq FROM sqlite_sequence WHERE name = '" + name + "'), 0))"));
    }

    @Override
    public Optional<Subject> subject(String id) {
        return first(Table.SUBJECT, "WHERE id = ?", Rows::subject, id);
    }

    @Override
    public List<Subject> subjects() {
        return list(Table.SUBJECT, "ORDER BY id", Rows::subject);
    }

    @Override
    public Optional<JobRecord> job(String id) {
        return first(Table.JOB, "WHERE id = ?", Rows::job, id);
    }

    @Override
    public Optional<JobRecord> holder(String subject) {
        return first(Table.JOB, "WHERE subject = ? AND holds = 1", Rows::job, subject);
    }

    @Override
    public List<JobRecord> openJobs() {
        return list(
                Table.JOB,
                "WHERE holds = 1 ORDER BY number",
                Rows::job,
                each -> each.status().isOpen(),
                Integer.MAX_VALUE);
    }

    @Override
    public List<JobRecord> jobs(String subject, Optional<Instant> before, int limit) {
        return list(
                Table.JOB,
                "WHERE subject = ? ORDER BY number DESC",
                Rows::job,
                each -> before.isEmpty() || each.started().isBefore(before.get()),
                limit,
                subject);
    }

    @Override
    public List<StepRecord> steps(String job) {
        return list(Table.STEP, "WHERE job = ? ORDER BY number", Rows::step, job);
    }

    @Override
    public List<SignalRecord> signals(String job) {
        return list(Table.SAID, "WHERE job = ? ORDER BY number", Rows::signal, job);
    }

    @Override
    public List<InheritedStep> inherited(String job) {
        return list(Table.INHERITED, "WHERE job = ? ORDER BY from_job, step", Rows::inherited, job);
    }

    @Override
    public List<NoteRecord> notesForSite(String site) {
        return list(Table.NOTE, "WHERE site = ? AND delivered IS NULL ORDER BY sequence", Rows::note, site);
    }

    @Override
    public List<NoteRecord> notesOfSubject(String subject) {
        return list(
                Table.NOTE,
                "WHERE delivered IS NULL ORDER BY sequence",
                Rows::note,
                each -> each.subject().equals(subject),
                Integer.MAX_VALUE);
    }

    @Override
    public List<EventRecord> events(long after, int limit) {
        return list(Table.EVENT, "WHERE sequence > ? ORDER BY sequence LIMIT ?", Rows::event, after, limit);
    }

    @Override
    public long cursor(String name) {
        return first(Table.LISTENER, "WHERE name = ?", row -> row.getLong("sequence"), name)
                .orElse(0L);
    }

    @Override
    public long nextIncarnation() {
        Optional<Long> before = first(Table.INCARNATION, "", row -> row.getLong("number"));
        long next = before.orElse(0L) + 1;
        change(
                Table.INCARNATION,
                before.isPresent() ? Table.INCARNATION.update("TRUE") : "INSERT" + Table.INCARNATION.into(),
                Table.INCARNATION.sealed(next));
        return next;
    }

    @Override
    public boolean insert(Subject subject) {
        return change(
                        Table.SUBJECT,
                        "INSERT" + Table.SUBJECT.into() + " ON CONFLICT DO NOTHING",
                        Table.SUBJECT.sealed(Rows.values(subject)))
                == 1;
    }

    @Override
    public boolean update(Subject subject, long expectedVersion) {
        Optional<Subject> now = subject(subject.id());
        return now.isPresent()
                && change(
                                Table.SUBJECT,
                                Table.SUBJECT.update("id = ? AND version = ?"),
                                with(Table.SUBJECT.sealed(Rows.values(subject)), subject.id(), expectedVersion))
                        == 1;
    }

    @Override
    public void insert(JobRecord job) {
        change(Table.JOB, "INSERT" + Table.JOB.into(), sealed(next(Table.JOB, "number"), job));
    }

    private static @Nullable Object[] sealed(long number, JobRecord job) {
        return Table.JOB.sealed(after(number, Rows.values(job)));
    }

    @Override
    public boolean update(JobRecord job, long leaseEpoch) {
        Optional<Long> number = first(Table.JOB, "WHERE id = ?", row -> row.getLong("number"), job.id());
        return number.isPresent()
                && change(
                                Table.JOB,
                                Table.JOB.update("id = ? AND lease_epoch = ?"),
                                with(sealed(number.get(), job), job.id(), leaseEpoch))
                        == 1;
    }

    @Override
    public Optional<Lease> claim(String job, String owner, Instant now, Instant until) {
        Optional<JobRecord> found = job(job);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Lease lease = new Lease(Optional.of(owner), found.get().lease().epoch() + 1, until);
        int changed = change(
                Table.JOB,
                Table.JOB.update("id = ? AND (owner IS NULL OR owner = ? OR lease_until < ?)"),
                with(sealed(numberOf(job), found.get().withLease(lease)), job, owner, Rows.nanos(now)));
        return changed == 1 ? job(job).map(JobRecord::lease) : Optional.empty();
    }

    private long numberOf(String job) {
        return first(Table.JOB, "WHERE id = ?", row -> row.getLong("number"), job)
                .orElseThrow();
    }

    /**
     * Looks at every row of the small tables, and of each item: damage there refuses the store before anything is written, and could
     * hide a row, since a note that seems delivered is not read any more. Jobs and events are many; they are checked when read.
     */
    void checkRows() {
        for (Table each : List.of(Table.INCARNATION, Table.SUBJECT, Table.NOTE, Table.LISTENER)) {
            List<Boolean> unused = list(each, "", row -> true, any -> false, Integer.MAX_VALUE);
        }
    }

    /** Ends the leases of earlier engines. */
    void endLeases() {
        List<JobRecord> leased = list(
                Table.JOB,
                "WHERE holds = 1",
                Rows::job,
                each -> each.lease().owner().isPresent(),
                Integer.MAX_VALUE);
        for (JobRecord each : leased) {
            Lease none = new Lease(
                    Optional.empty(), each.lease().epoch(), each.lease().until());
            change(
                    Table.JOB,
                    Table.JOB.update("id = ?"),
                    with(sealed(numberOf(each.id()), each.withLease(none)), each.id()));
        }
    }

    @Override
    public void put(StepRecord step) {
        change(Table.STEP, "INSERT OR REPLACE" + Table.STEP.into(), Table.STEP.sealed(Rows.values(step)));
    }

    @Override
    public void add(String job, SignalRecord signal) {
        change(
                Table.SAID,
                "INSERT" + Table.SAID.into(),
                Table.SAID.sealed(
                        next(Table.SAID, "number"),
                        job,
                        signal.kind(),
                        signal.by(),
                        signal.reason(),
                        Rows.nanos(signal.at())));
    }

    @Override
    public void put(InheritedStep step) {
        change(
                Table.INHERITED,
                "INSERT OR REPLACE" + Table.INHERITED.into(),
                Table.INHERITED.sealed(
                        step.job(),
                        step.from(),
                        step.step(),
                        Rows.nanos(step.until()),
                        step.known().orElse(null)));
    }

    @Override
    public void queue(String subject, Note note, Instant now) {
        long sequence = next(Table.NOTE, "sequence");
        NoteRecord queued = new NoteRecord(sequence, subject, note, now, Optional.empty());
        change(Table.NOTE, "INSERT" + Table.NOTE.into(), Table.NOTE.sealed(Rows.values(queued)));
    }

    @Override
    public void markDelivered(long sequence, Instant now) {
        Optional<NoteRecord> found = first(Table.NOTE, "WHERE sequence = ?", Rows::note, sequence);
        if (found.isPresent() && found.get().delivered().isEmpty()) {
            NoteRecord note = found.get();
            NoteRecord delivered =
                    new NoteRecord(sequence, note.subject(), note.note(), note.queued(), Optional.of(now));
            change(
                    Table.NOTE,
                    Table.NOTE.update("sequence = ?"),
                    with(Table.NOTE.sealed(Rows.values(delivered)), sequence));
        }
    }

    @Override
    public void addEvent(Instant at, String subject, Optional<String> job, String kind, String text) {
        change(
                Table.EVENT,
                "INSERT" + Table.EVENT.into(),
                Table.EVENT.sealed(
                        next(Table.EVENT, "sequence"), Rows.nanos(at), subject, job.orElse(null), kind, text));
    }

    /** Deletes all but the newest events. */
    void keepEvents(long count) {
        Optional<EventRecord> last = first(Table.EVENT, "ORDER BY sequence DESC LIMIT 1", Rows::event);
        last.ifPresent(each -> change(Table.EVENT, "DELETE FROM event WHERE sequence <= ?", each.sequence() - count));
    }

    @Override
    public void setCursor(String name, long sequence) {
        if (sequence > cursor(name)) {
            change(Table.LISTENER, "INSERT OR REPLACE" + Table.LISTENER.into(), Table.LISTENER.sealed(name, sequence));
        }
    }
}
