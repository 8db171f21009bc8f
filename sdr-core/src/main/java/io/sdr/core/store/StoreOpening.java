package io.sdr.core.store;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import io.sdr.api.SdrException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens a store: place, lock, integrity, version, migration, end of old leases; in this order. */
final class StoreOpening {
    private static final Logger LOG = LoggerFactory.getLogger(StoreOpening.class);

    /** Types of file systems, as the operating system names them, on which locks and forced writes cannot be trusted. */
    private static final Set<String> NETWORK = Set.of(
            "nfs",
            "nfs3",
            "nfs4",
            "cifs",
            "smb",
            "smb2",
            "smb3",
            "smbfs",
            "afpfs",
            "afs",
            "webdav",
            "davfs",
            "fuse.sshfs",
            "fuse.davfs2",
            "ncpfs");

    private static final int COMMITS_PER_CHECKPOINT = 500;
    private static final long EVENTS_KEPT = 100_000;

    private final Path folder;
    private final Path file;
    private List<List<String>> migrations = Schema.MIGRATIONS;
    private StoreHook hook = StoreHook.NONE;
    private int commitsPerCheckpoint = COMMITS_PER_CHECKPOINT;
    private boolean forces = true;
    private boolean checksums = true;

    StoreOpening(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
        this.file = this.folder.resolve(SqliteStore.FILE_NAME);
    }

    StoreOpening migrations(List<List<String>> value) {
        migrations = value;
        return this;
    }

    StoreOpening hook(StoreHook value, int commits) {
        hook = value;
        commitsPerCheckpoint = commits;
        return this;
    }

    /** For tests that simulate the disk themselves: commits are written, but nothing waits for the disk. */
    StoreOpening withoutForcing() {
        forces = false;
        return this;
    }

    /** For tests that must notice: rows are taken as they are found. */
    StoreOpening withoutChecksums() {
        checksums = false;
        return this;
    }

    SqliteStore open() {
        preparePlace();
        if (Files.notExists(file)) {
            create();
        }
        Sql sql = connect(file);
        boolean opened = false;
        try {
            checkKind(sql);
            lock(sql);
            checkContent(sql);
            migrate(sql);
            takeOver(sql);
            opened = true;
            return new SqliteStore(file, sql, hook, commitsPerCheckpoint, checksums);
        } catch (SQLException e) {
            throw unopened(e);
        } finally {
            if (!opened) {
                closeQuietly(sql);
            }
        }
    }

    private void preparePlace() {
        try {
            Files.createDirectories(folder);
            String type = Files.getFileStore(folder).type();
            if (isNetworkShare(folder, type)) {
                throw new InvalidRequestException(
                        Problem.of("STORE_ON_NETWORK_SHARE")
                                .attempted("open the store " + file)
                                .state("it lies on a network share (" + type + "); nothing was changed")
                                .remedy(
                                        "use a folder on a local disk: locks and forced writes cannot be trusted over a network"));
            }
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    static boolean isNetworkShare(Path path, String type) {
        Path root = path.getRoot();
        boolean unc = root != null
                && (root.toString().startsWith("\\\\") || root.toString().startsWith("//"));
        return unc || NETWORK.contains(type.toLowerCase(Locale.ROOT));
    }

    private SdrException unusable(Exception e) {
        return new InvalidRequestException(
                Problem.of("STORE_UNUSABLE")
                        .attempted("open the store " + file)
                        .state(String.valueOf(e))
                        .remedy("name a folder that exists or can be made, and that this user may write"),
                e);
    }

    /** A new store is made whole under another name and then renamed: a crash leaves none or a whole one. */
    private void create() {
        Path made = folder.resolve(SqliteStore.FILE_NAME + ".new");
        try {
            Files.deleteIfExists(made);
            Files.deleteIfExists(folder.resolve(made.getFileName() + "-wal"));
            Files.deleteIfExists(folder.resolve(made.getFileName() + "-journal"));
            try (Sql sql = connect(made)) {
                sql.execute("PRAGMA journal_mode = WAL");
                sql.execute("PRAGMA application_id = " + Schema.APPLICATION_ID);
                migrate(sql);
            }
            force(made, StandardOpenOption.WRITE);
            publish(made);
            if (!isWindows()) {
                force(folder, StandardOpenOption.READ);
            }
        } catch (SQLException e) {
            throw StoreErrors.of(made, "create", e);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    private void publish(Path made) throws IOException {
        try {
            Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(made, file);
        }
    }

    private static void force(Path path, StandardOpenOption option) throws IOException {
        try (FileChannel channel = FileChannel.open(path, option)) {
            channel.force(true);
        }
    }

    private static boolean isWindows() {
        return System.getProperty("os.name", "").startsWith("Windows");
    }

    private Sql connect(Path path) {
        String url = "jdbc:sqlite:" + path.toUri().toString().replaceFirst("^file:///", "file:/");
        Sql sql;
        try {
            if (DriverManager.drivers().noneMatch(each -> accepts(each, url))) {
                throw new InvalidRequestException(Problem.of("NO_DATABASE_DRIVER")
                        .attempted("open the store " + path)
                        .state("there is no driver for SQLite on the class path or module path")
                        .remedy("add the artefact org.xerial:sqlite-jdbc"));
            }
            sql = new Sql(DriverManager.getConnection(url));
        } catch (SQLException e) {
            throw StoreErrors.of(path, "open", e);
        }
        try {
            sql.execute("PRAGMA busy_timeout = 0");
            sql.execute("PRAGMA locking_mode = EXCLUSIVE");
            sql.execute("PRAGMA synchronous = " + (forces ? "FULL" : "OFF"));
            sql.execute("PRAGMA fullfsync = ON");
            sql.execute("PRAGMA checkpoint_fullfsync = ON");
            sql.execute("PRAGMA foreign_keys = ON");
            sql.execute("PRAGMA trusted_schema = OFF");
            sql.execute("PRAGMA cell_size_check = ON");
            sql.execute("PRAGMA mmap_size = 0");
            return sql;
        } catch (SQLException e) {
            closeQuietly(sql);
            throw unopened(e);
        }
    }

    /** A file that may be written and refuses it, or whose tables or format are not what SQLite says of it, is damaged. */
    private SdrException unopened(SQLException e) {
        boolean forbidsWrites = StoreErrors.isReadOnly(e) && Files.isWritable(file) && Files.isWritable(folder);
        return forbidsWrites || StoreErrors.isGeneral(e)
                ? StoreErrors.corrupt(file, String.valueOf(e.getMessage()), e)
                : StoreErrors.of(file, "open", e);
    }

    private static boolean accepts(java.sql.Driver driver, String url) {
        try {
            return driver.acceptsURL(url);
        } catch (SQLException e) {
            return false;
        }
    }

    /** The first write takes the lock, and it stays until the connection is closed. */
    private void lock(Sql sql) throws SQLException {
        sql.execute("BEGIN EXCLUSIVE");
        sql.execute("COMMIT");
        String mode = sql.text("PRAGMA journal_mode = WAL");
        if (!mode.equalsIgnoreCase("wal")) {
            throw StoreErrors.corrupt(file, "its journal mode is '" + mode + "' and cannot be changed to WAL");
        }
        sql.execute("PRAGMA wal_autocheckpoint = 0");
    }

    /** Before anything is written: what is not a store of ours, or a newer one, stays as it is. */
    private void checkKind(Sql sql) throws SQLException {
        long application = sql.number("PRAGMA application_id");
        if (application != Schema.APPLICATION_ID) {
            throw StoreErrors.corrupt(file, "it is not a store of sdr (application id " + application + ")");
        }
        long version = sql.number("PRAGMA user_version");
        if (version > migrations.size()) {
            throw new InvalidRequestException(Problem.of("STORE_NEWER")
                    .attempted("open the store " + file)
                    .state("its version " + version + " is newer than " + migrations.size()
                            + ", the newest that this sdr knows; nothing was changed")
                    .remedy("use the sdr that wrote it, or a newer one"));
        }
    }

    private void checkContent(Sql sql) throws SQLException {
        long version = sql.number("PRAGMA user_version");
        if (version < 1) {
            throw StoreErrors.corrupt(file, "its version is " + version);
        }
        if (!tables(sql).equals(tablesOf(version))) {
            throw StoreErrors.corrupt(file, "its tables are not those of version " + version);
        }
        String integrity = sql.text("PRAGMA integrity_check(1)");
        if (!integrity.equals("ok")) {
            throw StoreErrors.corrupt(file, integrity);
        }
        if (!sql.list("PRAGMA foreign_key_check", row -> row.getString(1)).isEmpty()) {
            throw StoreErrors.corrupt(file, "rows name others that are missing");
        }
    }

    private static List<String> tables(Sql sql) throws SQLException {
        return sql.list(
                "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name",
                row -> row.getString(1) + " " + row.getString(2) + " " + row.getString(3) + " " + row.getString(4));
    }

    /** What a store of a version has, as the database itself writes it down. */
    private List<String> tablesOf(long version) throws SQLException {
        try (Sql empty = new Sql(DriverManager.getConnection("jdbc:sqlite::memory:"))) {
            for (List<String> each : migrations.subList(0, (int) version)) {
                for (String statement : each) {
                    empty.execute(statement);
                }
            }
            return tables(empty);
        }
    }

    private void migrate(Sql sql) throws SQLException {
        for (long version = sql.number("PRAGMA user_version"); version < migrations.size(); version++) {
            if (version > 0) {
                LOG.info("store {}: from version {} to {}", file, version, version + 1);
            }
            sql.execute("BEGIN IMMEDIATE");
            for (String statement : migrations.get((int) version)) {
                sql.execute(statement);
            }
            sql.execute("PRAGMA user_version = " + (version + 1));
            sql.execute("COMMIT");
        }
    }

    /** Nobody else has the store: leases of earlier engines end here. Old events go. */
    private void takeOver(Sql sql) throws SQLException {
        sql.execute("BEGIN IMMEDIATE");
        SqlTransaction tx = new SqlTransaction(file, sql, checksums);
        try {
            tx.checkRows();
            tx.endLeases();
            tx.keepEvents(EVENTS_KEPT);
        } catch (SdrException e) {
            if (tx.failure().isPresent()) {
                throw tx.failure().get();
            }
            throw e;
        }
        sql.execute("COMMIT");
    }

    private void closeQuietly(Sql sql) {
        try {
            sql.close();
        } catch (SQLException e) {
            LOG.debug("closing {}", file, e);
        }
    }
}
