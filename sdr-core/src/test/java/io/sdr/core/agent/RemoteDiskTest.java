package io.sdr.core.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sdr.api.SdrException;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.ForwardingDisk;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.format.DiskFormats;
import io.sdr.core.format.RawFormat;
import io.sdr.core.sync.wire.LinkOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk at an agent is what it is there. */
class RemoteDiskTest {
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final int SIZE = 3 * 4096;

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @TempDir
    private Path temp;

    private Path root;
    private SyncAgent agent;
    private AgentPort port;

    /** Raw disks whose guests see sectors of 4 KiB. */
    private static final class LargeSectors implements DiskFormat {
        private final RawFormat raw = new RawFormat();

        @Override
        public String name() {
            return "large";
        }

        @Override
        public boolean recognises(StorageFolder folder, String file) {
            return false;
        }

        @Override
        public VirtualDisk open(StorageFolder folder, String file, Access access) {
            return new LargeSectorDisk(raw.open(folder, file, access));
        }

        @Override
        public VirtualDisk create(StorageFolder folder, String file, long sizeBytes) {
            return raw.create(folder, file, sizeBytes);
        }

        @Override
        public VirtualDisk createLayer(StorageFolder folder, String file, String parent) {
            return raw.createLayer(folder, file, parent);
        }

        @Override
        public List<String> files(StorageFolder folder, String file) {
            return raw.files(folder, file);
        }

        @Override
        public void move(StorageFolder folder, String file, StorageFolder target, String newFile) {
            raw.move(folder, file, target, newFile);
        }

        @Override
        public void delete(StorageFolder folder, String file) {
            raw.delete(folder, file);
        }
    }

    private static final class LargeSectorDisk extends ForwardingDisk {
        LargeSectorDisk(VirtualDisk disk) {
            super(disk);
        }

        @Override
        public OptionalInt sectorBytes() {
            return OptionalInt.of(4096);
        }
    }

    @BeforeEach
    void open() throws IOException {
        root = Files.createDirectories(temp.resolve("root")).toRealPath();
        Files.write(root.resolve("disk"), new byte[SIZE]);
        TestCertificates certificates = AgentDriverWorld.certificates(temp);
        agent = SyncAgent.start(
                new AgentConfiguration(
                        "127.0.0.1",
                        0,
                        certificates.identity("east"),
                        Set.of(TestCertificates.principal("engine")),
                        Set.of(),
                        Map.of("site", root),
                        Map.of(),
                        DEADLINE),
                new AgentOptions().inFormats(DiskFormats.of(new RawFormat(), new LargeSectors())));
        LinkOptions links = new LinkOptions(threads, DEADLINE);
        port = new AgentPort(
                "the agent",
                () -> AgentClient.connect(
                        "localhost", agent.port(), certificates.identity("engine"), links, subject -> true),
                "localhost",
                agent.port(),
                new SecureRandom());
    }

    @AfterEach
    void close() {
        port.close();
        agent.close();
        threads.shutdown();
    }

    /** Else a replica of it is made with another sector, and the guest does not find its file systems. */
    @Test
    void theGuestsSectorIsTold() {
        try (VirtualDisk large = port.disk("site", "disk", "large").open();
                VirtualDisk raw = port.disk("site", "disk", "raw").open()) {
            assertThat(large.sizeBytes()).isEqualTo(SIZE);
            assertThat(large.sectorBytes()).hasValue(4096);
            assertThat(raw.sectorBytes()).isEmpty();
        }
    }

    private static String refused(Runnable asking) {
        SdrException e = catchThrowableOfType(SdrException.class, asking::run);
        return e == null ? "nothing" : e.code();
    }

    /** A root is all that a controller has, whatever links somebody put there. */
    @Test
    void linksInFoldersLeadNowhereElse() throws IOException {
        Path outside = Files.createDirectory(temp.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "secret");
        Files.createSymbolicLink(root.resolve("leak"), outside.resolve("secret"));
        Files.createSymbolicLink(root.resolve("alias"), root.resolve("disk"));
        StorageFolder folder = port.folder("site");
        assertThat(refused(() -> read(folder, "leak"))).isEqualTo("UNKNOWN_FOLDER");
        assertThat(refused(() -> {
                    try (StorageFile file = folder.open("leak", Access.WRITE)) {
                        file.write(0, ByteBuffer.wrap(new byte[] {1}));
                    }
                }))
                .isEqualTo("UNKNOWN_FOLDER");
        assertThat(outside.resolve("secret")).hasContent("secret");
        read(folder, "alias");
    }

    private static void read(StorageFolder folder, String name) {
        try (StorageFile file = folder.open(name, Access.READ)) {
            assertThat(file.read(0, ByteBuffer.allocate(6))).isEqualTo(6);
        }
    }

    @Test
    void linksToParentsLeadNowhereElse() throws IOException {
        LocalFolder outside = LocalFolder.of(temp.resolve("outside"));
        RawFormat raw = new RawFormat();
        raw.create(outside, "base", SIZE).close();
        raw.createLayer(outside, "layer", "base").close();
        for (String each : raw.files(outside, "layer")) {
            Files.move(outside.path().resolve(each), root.resolve(each));
        }
        for (String each : raw.files(outside, "base")) {
            Files.createSymbolicLink(root.resolve(each), outside.path().resolve(each));
        }
        raw.open(LocalFolder.of(root), "layer", Access.READ).close();
        assertThat(refused(() -> port.disk("site", "layer", "raw").open().close()))
                .isEqualTo("UNKNOWN_FOLDER");
    }
}
