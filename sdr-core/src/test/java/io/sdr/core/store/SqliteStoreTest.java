package io.sdr.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.Answer;
import io.sdr.api.CorruptException;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.JobStatus;
import io.sdr.api.Problem;
import io.sdr.api.Prompt;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import io.sdr.core.job.JobRecord;
import io.sdr.core.job.JobStore;
import io.sdr.core.job.Lease;
import io.sdr.core.job.Phase;
import io.sdr.core.job.StepKind;
import io.sdr.core.job.StepRecord;
import io.sdr.core.job.Subject;
import io.sdr.core.job.Values;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the store accepts and refuses when it is opened, and what it keeps. */
class SqliteStoreTest {
    private static final Instant NOW = Instant.parse("2025-01-01T12:00:00.123456789Z");

    @TempDir
    Path folder;

    private static JobRecord job(String id, String subject, boolean holds, Optional<Prompt> prompt) {
        return new JobRecord(
                id,
                "toy",
                3,
                subject,
                Values.of("a", "quote \" and ü"),
                "origin",
                7,
                holds ? JobStatus.WAITING_FOR_INPUT : JobStatus.SUCCEEDED,
                holds,
                true,
                "eve",
                true,
                Optional.of(new Problem("CODE", "a", "b", "c")),
                prompt,
                new Lease(Optional.of("engine-1"), 4, NOW.plusSeconds(5)),
                NOW,
                Optional.of(NOW.plusNanos(1)),
                Optional.of("older"),
                Optional.empty());
    }

    @Test
    void givesBackWhatWasWritten() {
        StepRecord step = new StepRecord(
                "j",
                0,
                "a",
                StepKind.DECISION,
                Phase.DONE,
                2,
                true,
                Optional.of(Values.of("x", 1)),
                Optional.of(Values.NONE),
                List.of("careful"),
                "detail",
                Optional.of(NOW),
                Optional.of(NOW.plusSeconds(1)),
                Optional.of(NOW),
                Optional.empty(),
                5,
                -1);
        for (Prompt prompt : List.of(
                new Prompt.ReadyToComplete("s", "Complete?"),
                new Prompt.Confirmation("s", "Sure?", Set.of(Answer.Kind.CONFIRM_DOWN)),
                new Prompt.Contradiction("s", "Why?", "seen", Set.of(Answer.Kind.LOOK_AGAIN)))) {
            Path here = folder.resolve(prompt.getClass().getSimpleName());
            JobRecord job = job("j", "s", true, Optional.of(prompt));
            try (SqliteStore store = SqliteStore.open(here)) {
                store.write(tx -> {
                    tx.insert(new Subject("s", 1, 7, "{}"));
                    tx.insert(job);
                    tx.put(step);
                    return true;
                });
                assertThat(store.<Optional<JobRecord>>read(view -> view.job("j")))
                        .contains(job);
            }
            try (SqliteStore store = SqliteStore.open(here)) {
                JobRecord found = store.read(view -> view.job("j")).orElseThrow();
                assertThat(found.lease()).isEqualTo(new Lease(Optional.empty(), 4, NOW.plusSeconds(5)));
                assertThat(found.prompt()).contains(prompt);
                assertThat(store.<List<StepRecord>>read(view -> view.steps("j")))
                        .containsExactly(step);
            }
        }
    }

    @Test
    void oneJobHoldsASubject() {
        try (SqliteStore store = SqliteStore.open(folder)) {
            store.write(tx -> tx.insert(new Subject("s", 1, 7, "{}")));
            write(store, job("a", "s", true, Optional.empty()));
            assertThatThrownBy(() -> write(store, job("b", "s", true, Optional.empty())))
                    .isInstanceOf(SdrException.class)
                    .hasMessageContaining("UNIQUE");
            write(store, job("c", "s", false, Optional.empty()));
            assertThat(store.read(view -> view.holder("s")).orElseThrow().id()).isEqualTo("a");
            assertThat(store.<Optional<JobRecord>>read(view -> view.job("b"))).isEmpty();
        }
    }

    private static void write(JobStore store, JobRecord job) {
        store.write(tx -> {
            tx.insert(job);
            return true;
        });
    }

    @Test
    void everyWriteNamesTheLease() {
        try (SqliteStore store = SqliteStore.open(folder)) {
            store.write(tx -> tx.insert(new Subject("s", 1, 7, "{}")));
            JobRecord job = job("a", "s", true, Optional.empty());
            write(store, job);
            assertThat(store.<Boolean>write(tx -> tx.update(job, 3))).isFalse();
            assertThat(store.<Boolean>write(tx -> tx.update(job, 4))).isTrue();
            assertThat(store.<Optional<Lease>>write(tx -> tx.claim("a", "engine-2", NOW, NOW)))
                    .isEmpty();
            Instant over = NOW.plusSeconds(6);
            assertThat(store.<Optional<Lease>>write(tx -> tx.claim("a", "engine-2", over, over)))
                    .contains(new Lease(Optional.of("engine-2"), 5, over));
            assertThat(store.<Boolean>write(tx -> tx.update(job, 4))).isFalse();
        }
    }

    @Test
    void whatThrowsChangesNothing() {
        try (SqliteStore store = SqliteStore.open(folder)) {
            assertThatThrownBy(() -> store.write(tx -> {
                        tx.insert(new Subject("s", 1, 7, "{}"));
                        throw new IllegalStateException("on purpose");
                    }))
                    .hasMessage("on purpose");
            assertThat(store.read(JobStore.View::subjects)).isEmpty();
            assertThat(store.isOpen()).isTrue();
        }
    }

    @Test
    void manyWritersShareCommitsAndNoneIsLost() throws InterruptedException {
        AtomicInteger commits = new AtomicInteger();
        StoreHook counts = new StoreHook() {
            @Override
            public void beforeCommit() {
                commits.incrementAndGet();
            }
        };
        int writers = 16;
        int each = 20;
        CountDownLatch start = new CountDownLatch(1);
        List<Throwable> thrown = new ArrayList<>();
        try (SqliteStore store = new StoreOpening(folder).hook(counts, 10).open()) {
            List<Thread> threads = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                int number = writer;
                Thread thread = new Thread(() -> {
                    try {
                        start.await();
                        for (int i = 0; i < each; i++) {
                            String id = number + "-" + i;
                            boolean throwsOnPurpose = i % 5 == 4;
                            write(store, id, throwsOnPurpose);
                            assertThat(store.read(view -> view.subject(id)).isPresent())
                                    .isNotEqualTo(throwsOnPurpose);
                        }
                    } catch (Throwable e) {
                        synchronized (thrown) {
                            thrown.add(e);
                        }
                    }
                });
                threads.add(thread);
                thread.start();
            }
            start.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(thrown).isEmpty();
            assertThat(store.read(JobStore.View::subjects)).hasSize(writers * each * 4 / 5);
            assertThat(commits.get()).isLessThanOrEqualTo(writers * each);
        }
    }

    private static void write(JobStore store, String id, boolean throwsOnPurpose) {
        try {
            store.write(tx -> {
                tx.insert(new Subject(id, 1, 1, "x"));
                if (throwsOnPurpose) {
                    throw new IllegalStateException("on purpose");
                }
                return true;
            });
        } catch (IllegalStateException e) {
            assertThat(e).hasMessage("on purpose");
        }
    }

    @Test
    void aSecondEngineIsRefusedAndTheFirstGoesOn() throws IOException {
        try (SqliteStore store = SqliteStore.open(folder)) {
            assertThatThrownBy(() -> SqliteStore.open(folder))
                    .isInstanceOfSatisfying(
                            RetryableException.class, e -> assertThat(e.code()).isEqualTo("STORE_LOCKED"));
            Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
            assertThatThrownBy(() -> SqliteStore.open(link))
                    .isInstanceOfSatisfying(
                            RetryableException.class, e -> assertThat(e.code()).isEqualTo("STORE_LOCKED"));
            store.write(tx -> tx.insert(new Subject("s", 1, 7, "{}")));
        }
        try (SqliteStore store = SqliteStore.open(folder)) {
            assertThat(store.read(JobStore.View::subjects)).hasSize(1);
        }
    }

    @Test
    void anotherProcessIsLockedOut() throws IOException, InterruptedException {
        try (SqliteStore store = SqliteStore.open(folder)) {
            store.write(tx -> tx.insert(new Subject("s", 1, 7, "{}")));
            String launcher = ProcessHandle.current().info().command().orElseThrow();
            Process other = new ProcessBuilder(
                            launcher,
                            "-cp",
                            System.getProperty("java.class.path"),
                            Opener.class.getName(),
                            folder.toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(other.waitFor()).as(said).isEqualTo(3);
            assertThat(said).contains("STORE_LOCKED");
        }
    }

    /** Opens the store of a folder in a process of its own. */
    public static final class Opener {
        private Opener() {}

        /** Ends with 3 and the message if it is refused. */
        public static void main(String[] args) {
            try (SqliteStore store = SqliteStore.open(Path.of(args[0]))) {
                System.exit(store.isOpen() ? 0 : 1);
            } catch (SdrException e) {
                System.out.println(e.getMessage());
                System.exit(3);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "50%41", "what?x=1", "ü#1;", "a&b='c'"})
    void anyFolderNameWorks(String name) {
        Path odd = folder.resolve(name);
        try (SqliteStore store = SqliteStore.open(odd)) {
            store.write(tx -> tx.insert(new Subject("s", 1, 7, "{}")));
        }
        assertThat(odd.resolve(SqliteStore.FILE_NAME)).isRegularFile();
        try (SqliteStore store = SqliteStore.open(odd)) {
            assertThat(store.read(JobStore.View::subjects)).hasSize(1);
        }
    }

    static Map<String, Integer> damages() {
        return Map.of("the header", 0, "the first page", 120, "a later page", 3 * 4096, "another page", 6 * 4096 + 2);
    }

    static Set<String> damageNames() {
        return damages().keySet();
    }

    @ParameterizedTest
    @MethodSource("damageNames")
    void aDamagedFileIsRefusedByNameAndLeftAsItIs(String where) throws IOException {
        fill();
        Path file = folder.resolve(SqliteStore.FILE_NAME);
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.seek(damages().get(where));
            raw.write(new byte[64]);
        }
        byte[] before = Files.readAllBytes(file);
        assertThatThrownBy(() -> SqliteStore.open(folder))
                .isInstanceOfSatisfying(
                        CorruptException.class, e -> assertThat(e.code()).isEqualTo("STORE_CORRUPT"))
                .hasMessageContaining(file.toString());
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void aCutFileIsRefused() throws IOException {
        fill();
        Path file = folder.resolve(SqliteStore.FILE_NAME);
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.setLength(raw.length() / 2 / 4096 * 4096);
        }
        assertThatThrownBy(() -> SqliteStore.open(folder)).hasMessageContaining("STORE_CORRUPT");
    }

    private void fill() {
        try (SqliteStore store = SqliteStore.open(folder)) {
            for (int i = 0; i < 50; i++) {
                String id = "s" + i;
                store.write(tx -> tx.insert(new Subject(id, 1, 7, "x".repeat(1000))));
            }
        }
    }

    @Test
    void somethingElseIsRefused() throws IOException, SQLException {
        Files.writeString(
                folder.resolve(SqliteStore.FILE_NAME),
                "no database at all, but long enough for a header of one hundred"
                        + " bytes, which is what the database reads first");
        assertThatThrownBy(() -> SqliteStore.open(folder)).hasMessageContaining("STORE_CORRUPT");
        Path other = Files.createDirectory(folder.resolve("other"));
        sql(other, "CREATE TABLE cats (name TEXT)");
        assertThatThrownBy(() -> SqliteStore.open(other)).hasMessageContaining("not a store of sdr");
        Path directory = Files.createDirectories(folder.resolve("dir").resolve(SqliteStore.FILE_NAME));
        assertThatThrownBy(() -> SqliteStore.open(directory.getParent())).isInstanceOf(SdrException.class);
        assertThatThrownBy(() -> SqliteStore.open(folder.resolve(SqliteStore.FILE_NAME)))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class, e -> assertThat(e.code()).isEqualTo("STORE_UNUSABLE"));
    }

    private static void sql(Path folder, String text) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection("jdbc:sqlite:" + folder.resolve(SqliteStore.FILE_NAME));
                Statement statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    @Test
    void migratesForwardAndRefusesANewerStore() {
        List<List<String>> newer = new ArrayList<>(Schema.MIGRATIONS);
        newer.add(List.of("ALTER TABLE subject ADD COLUMN colour TEXT NOT NULL DEFAULT 'blue'"));
        try (SqliteStore store = SqliteStore.open(folder)) {
            store.write(tx -> tx.insert(new Subject("s", 1, 7, "{}")));
        }
        try (SqliteStore store = new StoreOpening(folder).migrations(newer).open()) {
            assertThat(store.<Optional<Subject>>read(view -> view.subject("s"))).contains(new Subject("s", 1, 7, "{}"));
        }
        assertThatThrownBy(() -> SqliteStore.open(folder))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class, e -> assertThat(e.code()).isEqualTo("STORE_NEWER"));
    }

    @Test
    void aMigrationThatFailsLeavesTheStoreAsItWas() {
        try (SqliteStore store = SqliteStore.open(folder)) {
            store.write(tx -> tx.insert(new Subject("s", 1, 7, "{}")));
        }
        List<List<String>> broken = new ArrayList<>(Schema.MIGRATIONS);
        broken.add(List.of("CREATE TABLE extra (a TEXT)", "no SQL"));
        assertThatThrownBy(() -> new StoreOpening(folder).migrations(broken).open())
                .isInstanceOf(SdrException.class);
        try (SqliteStore store = SqliteStore.open(folder)) {
            assertThat(store.read(JobStore.View::subjects)).hasSize(1);
        }
    }

    @Test
    void aCreationThatWasCutShortBeginsAnew() throws IOException {
        Files.writeString(folder.resolve(SqliteStore.FILE_NAME + ".new"), "half of it");
        try (SqliteStore store = SqliteStore.open(folder)) {
            assertThat(store.read(JobStore.View::subjects)).isEmpty();
        }
        assertThat(folder.resolve(SqliteStore.FILE_NAME + ".new")).doesNotExist();
    }

    @Test
    void networkSharesAreTold() {
        assertThat(StoreOpening.isNetworkShare(folder, "nfs4")).isTrue();
        assertThat(StoreOpening.isNetworkShare(folder, "CIFS")).isTrue();
        assertThat(StoreOpening.isNetworkShare(folder, "ext4")).isFalse();
        assertThat(StoreOpening.isNetworkShare(folder, "tmpfs")).isFalse();
    }

    @Test
    void aDocumentThatCannotBeReadIsCorruptionByName() throws SQLException {
        try (SqliteStore store = SqliteStore.open(folder)) {
            store.write(tx -> tx.insert(new Subject("s", 1, 7, "{}")));
            write(store, job("a", "s", false, Optional.empty()));
        }
        sql(folder, "UPDATE job SET spec = 'no JSON'");
        try (SqliteStore store = SqliteStore.open(folder)) {
            assertThatThrownBy(() -> store.read(view -> view.job("a")))
                    .hasMessageContaining("STORE_CORRUPT")
                    .hasMessageContaining("row (id = a) of table job");
            assertThat(store.read(JobStore.View::subjects)).hasSize(1);
        }
    }

    @Test
    void afterACommitThatFailedEverybodyHearsWhy() throws SQLException {
        SqliteStore.open(folder).close();
        Path file = folder.resolve(SqliteStore.FILE_NAME);
        Sql sql = new Sql(DriverManager.getConnection("jdbc:sqlite:" + file));
        StoreHook fails = new StoreHook() {
            @Override
            public void beforeCommit() {
                try {
                    sql.execute("ROLLBACK"); // so that there is nothing to commit
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
        try (SqliteStore store = new SqliteStore(file, sql, fails, 10, true)) {
            assertThatThrownBy(() -> store.write(JobStore.Transaction::nextIncarnation))
                    .hasMessageContaining("no transaction is active")
                    .hasMessageContaining("STORE_FAILED");
            assertThat(store.isOpen()).isFalse();
            assertThatThrownBy(() -> store.read(JobStore.View::subjects))
                    .isInstanceOf(RetryableException.class)
                    .hasMessageContaining("no transaction is active")
                    .hasMessageContaining("STORE_FAILED");
            assertThatThrownBy(() -> store.write(JobStore.Transaction::nextIncarnation))
                    .hasMessageContaining("no transaction is active");
        }
    }

    @Test
    void aClosedStoreRefuses() {
        SqliteStore store = SqliteStore.open(folder);
        store.close();
        store.close();
        assertThat(store.isOpen()).isFalse();
        assertThatThrownBy(() -> store.read(JobStore.View::subjects)).hasMessageContaining("STORE_CLOSED");
        assertThatThrownBy(() -> store.write(JobStore.Transaction::nextIncarnation))
                .hasMessageContaining("STORE_CLOSED");
    }
}
