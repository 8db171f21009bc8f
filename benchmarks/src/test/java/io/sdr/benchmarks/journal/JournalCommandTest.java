package io.sdr.benchmarks.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.CorruptException;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.SiteRecovery;
import io.sdr.benchmarks.cli.UsageException;
import io.sdr.testkit.FolderSite;
import io.sdr.testkit.SiteOptions;
import io.sdr.testkit.VirtualTime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalCommandTest {
    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private String repair(Path replica) {
        out.reset();
        JournalCommand.run(List.of("repair", replica.toString()), new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8);
    }

    private Path replica() {
        VirtualTime time = new VirtualTime();
        try (FolderSite east = FolderSite.open(SiteOptions.named("east").time(time), folder.resolve("east"));
                FolderSite west = FolderSite.open(SiteOptions.named("west").time(time), folder.resolve("west"));
                SiteRecovery engine = SiteRecovery.builder()
                        .site(east)
                        .site(west)
                        .dataDirectory(folder.resolve("engine"))
                        .timekeeper(time)
                        .build()) {
            east.powerOn(east.createVm("sql", 300_000).id());
            engine.protect(ProtectionRequest.of("sql").from("east").to("west").as(new ItemId("vm")))
                    .await();
        }
        return folder.resolve("west").resolve("replicas").resolve("vm");
    }

    @Test
    void aWholeReplicaNeedsNothing() {
        assertThat(repair(replica())).contains("item vm").contains("nothing had to be repaired");
    }

    @Test
    void aDamagedManifestIsReplacedByTheOneBeforeAndThatIsSaid() throws IOException {
        Path replica = replica();
        Path newest;
        try (Stream<Path> files = Files.list(replica)) {
            newest = files.filter(file -> file.getFileName().toString().matches("manifest\\.\\d+"))
                    .max(Comparator.comparingLong(
                            file -> Long.parseLong(file.getFileName().toString().substring("manifest.".length()))))
                    .orElseThrow();
        }
        byte[] content = Files.readAllBytes(newest);
        content[content.length / 2] ^= 1;
        Files.write(newest, content);
        assertThatThrownBy(() -> repair(replica)).isInstanceOfSatisfying(CorruptException.class, e -> {
            assertThat(e.code()).isEqualTo("REPLICA_FELL_BACK");
            assertThat(e).hasMessageContaining("the last change of the replica");
            assertThat(e.problem().remedy()).isNotBlank().doesNotContain("cannot be reached");
        });
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("repaired: " + newest.getFileName() + " is damaged");
        assertThat(repair(replica)).contains("nothing had to be repaired");
    }

    @Test
    void whatIsNoReplicaIsRefused() {
        assertThatThrownBy(() -> repair(folder))
                .isInstanceOf(InvalidRequestException.class)
                .isNotInstanceOf(CorruptException.class)
                .hasMessageContaining("NO_REPLICA");
        assertThatThrownBy(() -> JournalCommand.run(List.of("repair"), System.out))
                .isInstanceOf(UsageException.class);
        assertThatThrownBy(() -> JournalCommand.run(List.of("mend", "x"), System.out))
                .isInstanceOf(UsageException.class);
    }
}
