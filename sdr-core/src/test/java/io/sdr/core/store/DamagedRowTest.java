package io.sdr.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.sdr.api.CorruptException;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.JobStatus;
import io.sdr.api.Problem;
import io.sdr.core.job.InheritedStep;
import io.sdr.core.job.JobRecord;
import io.sdr.core.job.JobStore;
import io.sdr.core.job.Lease;
import io.sdr.core.job.Note;
import io.sdr.core.job.Phase;
import io.sdr.core.job.SignalRecord;
import io.sdr.core.job.StepKind;
import io.sdr.core.job.StepRecord;
import io.sdr.core.job.Subject;
import io.sdr.core.job.Values;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A row that is not what was written is never taken for one that is: whatever is changed in the store, it is found, or what is read
 * is the same.
 */
class DamagedRowTest {
    private static final Instant NOW = Instant.parse("2025-01-01T12:00:00.123456789Z");
    private static final int RANDOM_DAMAGES = Boolean.getBoolean("sdr.stress") ? 20_000 : 200;

    @TempDir
    private Path folder;

    private Path file;
    private byte[] whole;
    private List<String> content;

    private static JobRecord job(String id, String subject, boolean holds) {
        return new JobRecord(
                id,
                "toy",
                3,
                subject,
                Values.of("size", "1000"),
                "{\"state\":\"PROTECTED\"}",
                7,
                holds ? JobStatus.RUNNING : JobStatus.FAILED,
                holds,
                false,
                "eve",
                false,
                holds ? Optional.empty() : Optional.of(new Problem("CODE", "try", "it was full", "make room")),
                Optional.empty(),
                new Lease(Optional.empty(), 4, NOW),
                NOW,
                holds ? Optional.empty() : Optional.of(NOW.plusSeconds(3)),
                Optional.of("earlier"),
                Optional.empty());
    }

    private static StepRecord step(String job, int number) {
        return new StepRecord(
                job,
                number,
                "step-" + number,
                StepKind.ACT,
                Phase.DONE,
                1,
                true,
                Optional.of(Values.of("point", "p-1")),
                Optional.of(Values.of("seen", "p-1")),
                List.of("it was slow"),
                "",
                Optional.of(NOW),
                Optional.of(NOW.plusSeconds(1)),
                Optional.of(NOW),
                Optional.of(NOW.plusSeconds(2)),
                100,
                200);
    }

    @BeforeEach
    void fill() throws IOException {
        file = folder.resolve(SqliteStore.FILE_NAME);
        try (SqliteStore store = SqliteStore.open(folder)) {
            store.write(tx -> {
                tx.nextIncarnation();
                for (String subject : List.of("sql-01", "web-01")) {
                    tx.insert(new Subject(subject, 5, 7, "{\"state\":\"PROTECTED\",\"active\":\"PRIMARY\"}"));
                    tx.insert(job(subject + "-old", subject, false));
                    tx.insert(job(subject + "-now", subject, true));
                    for (int i = 0; i < 3; i++) {
                        tx.put(step(subject + "-now", i));
                        tx.addEvent(NOW, subject, Optional.of(subject + "-now"), "STEP_DONE", "step " + i + " is done");
                    }
                    tx.add(subject + "-now", new SignalRecord(SignalRecord.CANCEL, "adam", "wrong one", NOW));
                    tx.put(new InheritedStep(
                            subject + "-now", subject + "-old", "step-1", NOW, Optional.of("it came to nothing")));
                    tx.queue(subject, new Note("east", 7, Values.of("fence", "vm-1")), NOW);
                    tx.queue(subject, new Note("west", 7, Values.of("fence", "vm-2")), NOW);
                }
                tx.markDelivered(2, NOW);
                tx.setCursor("mail", 3);
                return true;
            });
        }
        whole = Files.readAllBytes(file);
        try (SqliteStore store = open(true)) {
            content = content(store);
        }
    }

    private SqliteStore open(boolean checksums) {
        StoreOpening opening = new StoreOpening(folder);
        return (checksums ? opening : opening.withoutChecksums()).open();
    }

    /** Everything that can be asked. */
    private static List<String> content(JobStore store) {
        List<String> all = new ArrayList<>(store.<List<String>>read(view -> {
            List<String> read = new ArrayList<>();
            for (String id : List.of("sql-01", "web-01")) {
                read.add("subject " + view.subject(id) + " held by " + view.holder(id));
                read.add("jobs " + view.jobs(id, Optional.empty(), 10) + view.jobs(id, Optional.of(NOW), 10));
                for (String job : List.of(id + "-old", id + "-now")) {
                    read.add("job " + view.job(job) + view.steps(job) + view.signals(job) + view.inherited(job));
                }
                read.add("notes " + view.notesOfSubject(id));
            }
            read.add("subjects " + view.subjects());
            read.add("open " + view.openJobs());
            read.add("notes " + view.notesForSite("east") + view.notesForSite("west"));
            read.add("events " + view.events(0, 100));
            read.add("cursor " + view.cursor("mail"));
            return read;
        }));
        all.add("incarnation " + store.<Long>write(JobStore.Transaction::nextIncarnation));
        return all;
    }

    /** Opens what lies there and reads everything; tells how damage was found, or empty if nothing differs. */
    private Optional<String> found(String what, boolean checksums) {
        try (SqliteStore store = open(checksums)) {
            List<String> now = content(store);
            for (int i = 0; i < content.size(); i++) {
                assertThat(now.get(i)).as("silent difference: " + what).isEqualTo(content.get(i));
            }
            return Optional.empty();
        } catch (CorruptException | InvalidRequestException e) {
            assertThat(e.code()).as(what).isIn("STORE_CORRUPT", "STORE_NEWER");
            assertThat(e.getMessage()).as(what).contains(file.toString());
            assertThat(e.problem().remedy()).as(what).isNotBlank();
            return Optional.of(e.getMessage());
        }
    }

    // ---- each column of each table

    private record Cell(String table, String column, String type) {}

    private List<Cell> cells() throws SQLException {
        List<Cell> cells = new ArrayList<>();
        try (Connection sqlite = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = sqlite.createStatement()) {
            for (Table table : Table.ALL) {
                try (ResultSet row = statement.executeQuery("PRAGMA table_info(" + table.sqlName() + ")")) {
                    while (row.next()) {
                        cells.add(new Cell(table.sqlName(), row.getString("name"), row.getString("type")));
                    }
                }
            }
        }
        return cells;
    }

    /** Changes a column of the first or the last row that has it, behind the store's back. */
    private boolean change(Cell cell, UnaryOperator<String> to, boolean last) throws SQLException {
        try (Connection sqlite = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = sqlite.createStatement()) {
            String table = cell.table();
            String key = table.equals("step") ? "job, number" : table.equals("inherited") ? "job" : "rowid";
            String order = last ? key.replace(",", " DESC,") + " DESC" : key;
            String text = "UPDATE " + table + " SET " + cell.column() + " = " + to.apply(cell.column()) + " WHERE ("
                    + key + ") = (SELECT " + key + " FROM " + table + " ORDER BY " + order + " LIMIT 1)";
            return statement.executeUpdate(text) == 1;
        }
    }

    private void everyCell(boolean checksums) throws Exception {
        int byChecksum = 0;
        for (Cell cell : cells()) {
            List<UnaryOperator<String>> changes = cell.type().equals("TEXT")
                    ? List.of(
                            column -> "coalesce(" + column + ", '') || 'x'",
                            column -> "'5' || substr(coalesce(" + column + ", ''), 2)",
                            column -> "CAST(coalesce(" + column + ", 'b') AS BLOB)")
                    : List.of(
                            column -> "coalesce(" + column + ", 0) + 1",
                            column -> "coalesce(" + column + ", 0) + 1000000000000",
                            column -> "coalesce(" + column + ", 0) + 0.5",
                            column -> "'text'");
            for (UnaryOperator<String> each : changes) {
                for (boolean last : each == changes.get(0) ? new boolean[] {false, true} : new boolean[] {false}) {
                    Files.write(file, whole);
                    String what = cell + " = " + each.apply(cell.column()) + (last ? " at the end" : "");
                    boolean changed;
                    try {
                        changed = change(cell, each, last);
                    } catch (SQLException e) {
                        continue; // the database itself forbids it
                    }
                    if (changed) {
                        String message = found(what, checksums).orElse("");
                        assertThat(message).as("not found: " + what).isNotEmpty();
                        if (message.contains("checksum")) {
                            byChecksum++;
                            assertThat(message)
                                    .contains("table " + cell.table(), "adopt the items", "nothing was changed");
                        }
                    }
                }
            }
        }
        System.out.println("changed cells found by their row's checksum: " + byChecksum);
        assertThat(byChecksum).isGreaterThan(150);
    }

    @Test
    void everyColumnOfEveryTableIsCovered() throws Exception {
        for (Table table : Table.ALL) {
            List<String> columns = new ArrayList<>(table.columns());
            columns.add("crc");
            assertThat(cells().stream()
                            .filter(each -> each.table().equals(table.sqlName()))
                            .map(Cell::column))
                    .containsExactlyElementsOf(columns);
        }
        TreeSet<String> inDatabase = new TreeSet<>();
        try (Connection sqlite = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = sqlite.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")) {
            while (row.next()) {
                inDatabase.add(row.getString(1));
            }
        }
        TreeSet<String> known = new TreeSet<>();
        for (Table table : Table.ALL) {
            known.add(table.sqlName());
        }
        assertThat(inDatabase).isEqualTo(known);
    }

    @Test
    void anyChangeOfAnyCellIsFound() throws Exception {
        everyCell(true);
    }

    /** A store that does not look at the checksums is found out. */
    @Test
    void aStoreThatDoesNotCheckIsFoundOut() throws Exception {
        try {
            everyCell(false);
        } catch (AssertionError e) {
            assertThat(e).hasMessageMatching("(?s).*(silent difference|not found).*");
            return;
        }
        fail("nobody noticed that rows are not checked");
    }

    // ---- anywhere

    private int randomDamages(boolean checksums) throws IOException {
        long seed = 20260102;
        SplittableRandom random = new SplittableRandom(seed);
        int found = 0;
        for (int i = 0; i < RANDOM_DAMAGES; i++) {
            byte[] damaged = whole.clone();
            int at = random.nextInt(whole.length);
            while (whole[at] == 0) {
                at = random.nextInt(whole.length); // most of a small store is room that nothing uses
            }
            int length = 1 + (random.nextBoolean() ? 0 : random.nextInt(600));
            for (int k = at; k < Math.min(whole.length, at + length); k++) {
                damaged[k] ^= (byte) (1 + random.nextInt(255));
            }
            Files.write(file, damaged);
            String where = "seed " + seed + ", number " + i + ": " + length + " bytes at " + at;
            found += found(where, checksums).isPresent() ? 1 : 0;
        }
        return found;
    }

    @Test
    void damageAnywhereIsFoundOrHarmless() throws Exception {
        int found = randomDamages(true);
        System.out.println("damaged stores: " + found + " of " + RANDOM_DAMAGES + " found, the others read the same");
        assertThat(found).isBetween(RANDOM_DAMAGES / 10, RANDOM_DAMAGES - 1);
    }

    @Test
    void damageAnywhereShowsThatRowsAreNotChecked() throws Exception {
        try {
            randomDamages(false);
        } catch (AssertionError e) {
            assertThat(e).hasMessageContaining("silent difference");
            return;
        }
        fail("nobody noticed that rows are not checked");
    }
}
