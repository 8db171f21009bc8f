package io.sdr.core.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sdr.api.CorruptException;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.Job;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import io.sdr.api.SiteRecovery;
import io.sdr.core.store.SqliteStore;
import io.sdr.testkit.InMemorySite;
import io.sdr.testkit.MemoryFolder;
import io.sdr.testkit.SiteOptions;
import io.sdr.testkit.VirtualTime;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that cannot be used is refused by name with a remedy, and its file is left as it is. */
class BadStoreTest {
    private static final ItemId ITEM = new ItemId("sql-01");
    private static final int DAMAGES = Boolean.getBoolean("sdr.stress") ? 4000 : 150;

    @TempDir
    private Path folder;

    private final VirtualTime time = new VirtualTime();
    private InMemorySite east;
    private InMemorySite west;
    private Path data;
    private Path file;

    @BeforeEach
    void open() {
        east = InMemorySite.open(SiteOptions.named("east").time(time), new MemoryFolder("east:"));
        west = InMemorySite.open(SiteOptions.named("west").time(time), new MemoryFolder("west:"));
        data = folder.resolve("data");
        file = data.resolve(SqliteStore.FILE_NAME);
    }

    @AfterEach
    void close() {
        east.close();
        west.close();
    }

    private SiteRecovery engine() {
        return SiteRecovery.builder()
                .site(east)
                .site(west)
                .dataDirectory(data)
                .withoutScheduler()
                .timekeeper(time)
                .build();
    }

    /** A store with an item and the history of its job. */
    private void store() {
        east.powerOn(east.createVm("sql", 100_000).id());
        try (SiteRecovery engine = engine()) {
            engine.protect(ProtectionRequest.of("sql").from("east").to("west").as(ITEM))
                    .await();
        }
    }

    private void refused(Class<? extends SdrException> type, String code) throws IOException {
        String before = content();
        SdrException refusal = catchThrowableOfType(SdrException.class, () -> engine().close());
        assertThat(refusal).as(code).isNotNull().isInstanceOf(type);
        assertThat(refusal.code()).isEqualTo(code);
        assertThat(refusal.getMessage()).contains(data.toString());
        assertThat(refusal.problem().remedy()).isNotBlank();
        assertThat(content()).as("the file is left as it is").isEqualTo(before);
    }

    private String content() throws IOException {
        return Files.isRegularFile(file) ? hex(Files.readAllBytes(file)) : "no file";
    }

    private static String hex(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return bytes.length + " bytes, crc " + Long.toHexString(crc.getValue());
    }

    // ---- locked

    @Test
    void lockedByAnotherEngine() {
        store();
        try (SiteRecovery first = engine()) {
            RetryableException refusal = catchThrowableOfType(RetryableException.class, this::engine);
            assertThat(refusal.code()).isEqualTo("STORE_LOCKED");
            assertThat(refusal.getMessage()).contains(file.toString(), "another engine");
            assertThat(first.items()).hasSize(1);
        }
        try (SiteRecovery next = engine()) {
            assertThat(next.items()).hasSize(1);
        }
    }

    /** Holds a store until its input ends: run as a process of its own. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws IOException {
            try (SqliteStore store = SqliteStore.open(Path.of(arguments[0]))) {
                System.out.println("open " + store.isOpen());
                int unused = System.in.read();
            }
        }
    }

    @Test
    void lockedByAnotherProcess() throws Exception {
        store();
        Process holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        data.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(said.readLine()).isEqualTo("open true");
            refused(RetryableException.class, "STORE_LOCKED");
        } finally {
            holder.getOutputStream().close();
        }
        assertThat(holder.waitFor()).isZero();
        try (SiteRecovery next = engine()) {
            assertThat(next.items()).hasSize(1);
        }
    }

    // ---- newer

    @Test
    void newer() throws Exception {
        store();
        try (Connection sqlite = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = sqlite.createStatement()) {
            statement.execute("PRAGMA user_version = 1000");
        }
        refused(InvalidRequestException.class, "STORE_NEWER");
        assertThat(catchThrowable(this::engine)).hasMessageContaining("1000").hasMessageContaining("newer");
    }

    // ---- corrupt

    @Test
    void notAStore() throws Exception {
        Files.createDirectories(data);
        Files.writeString(file, "this is no database\n".repeat(500));
        refused(CorruptException.class, "STORE_CORRUPT");
        Files.write(file, new byte[0]);
        refused(CorruptException.class, "STORE_CORRUPT");
        Files.write(file, new byte[8192]);
        refused(CorruptException.class, "STORE_CORRUPT");
        Files.delete(file);
        otherApplication();
        refused(CorruptException.class, "STORE_CORRUPT");
        assertThat(data).as("nothing beside it").isDirectoryNotContaining(each -> !each.equals(file));
    }

    private void otherApplication() throws SQLException {
        try (Connection sqlite = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = sqlite.createStatement()) {
            statement.execute("CREATE TABLE cookies (name TEXT)");
            statement.execute("INSERT INTO cookies VALUES ('oat')");
        }
    }

    /** All that a caller can ask of the store. */
    private static List<String> content(SiteRecovery engine) {
        List<String> all = new ArrayList<>();
        for (ReplicatedItem item : engine.items()) {
            all.add(item.toString());
            for (Job job : engine.jobs(item, Optional.empty(), 100)) {
                all.add(job.id() + " " + job.kind() + " " + job.status() + " " + job.prompts());
                job.steps().forEach(step -> all.add(step.toString()));
                all.add(job.report().toString());
            }
        }
        all.add("open: " + engine.openJobs().size());
        return all;
    }

    /** Damage anywhere is found by a clear error, or changes nothing of what can be read: there is no silent difference. */
    @Test
    void damaged() throws Exception {
        store();
        byte[] whole = Files.readAllBytes(file);
        List<String> expected;
        try (SiteRecovery engine = engine()) {
            expected = content(engine);
        }
        assertThat(expected).hasSizeGreaterThan(5);
        long seed = 20260101;
        SplittableRandom random = new SplittableRandom(seed);
        int found = 0;
        for (int i = 0; i < DAMAGES; i++) {
            byte[] damaged = whole.clone();
            int at = i < 100 ? i : random.nextInt(whole.length);
            while (i >= 100 && whole[at] == 0) {
                at = random.nextInt(whole.length); // most of a small store is room that nothing uses
            }
            int length = i < 100 ? 1 : 1 + random.nextInt(600);
            for (int k = at; k < Math.min(whole.length, at + length); k++) {
                damaged[k] ^= (byte) (1 + random.nextInt(255));
            }
            Files.write(file, damaged);
            String where = "seed " + seed + ", " + length + " bytes at " + at;
            boolean opened = false;
            try (SiteRecovery engine = engine()) {
                opened = true;
                assertThat(content(engine)).as("silent difference: " + where).isEqualTo(expected);
            } catch (CorruptException | InvalidRequestException e) {
                found++;
                assertThat(e.code()).as(where).isIn("STORE_CORRUPT", "STORE_NEWER");
                assertThat(e.getMessage()).as(where).contains(file.toString());
                assertThat(e.problem().remedy()).as(where).isNotBlank();
                if (!opened) {
                    assertThat(content()).as(where + ": left as it is").isEqualTo(hex(damaged));
                }
            }
        }
        System.out.println("damaged stores: " + found + " of " + DAMAGES + " found, the others read the same");
        assertThat(found).isGreaterThan(90);
    }

    @Test
    void cutOff() throws Exception {
        store();
        byte[] whole = Files.readAllBytes(file);
        for (int length : new int[] {1, 50, 100, 4095, 4096, 4097, whole.length / 2, whole.length - 1}) {
            byte[] cut = java.util.Arrays.copyOf(whole, length);
            Files.write(file, cut);
            refused(CorruptException.class, "STORE_CORRUPT");
        }
    }

    // ---- places

    @Test
    void theDataDirectoryIsAFile() throws Exception {
        Files.writeString(data, "a file");
        refused(InvalidRequestException.class, "STORE_UNUSABLE");
        assertThat(data).hasContent("a file");
    }

    @Test
    void theDatabaseIsAFolder() throws Exception {
        Files.createDirectories(file.resolve("something"));
        refused(InvalidRequestException.class, "STORE_UNUSABLE");
        assertThat(file.resolve("something")).isDirectory();
    }
}
