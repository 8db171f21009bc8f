package io.sdr.core.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import io.sdr.api.SdrException;
import io.sdr.api.spi.ForwardingFolder;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.StorageException;
import io.sdr.core.sync.FaultyFolder.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing but a whole image ever has the target's name; formats other than raw are tried where they are. */
class ImageConversionTest {
    private static final int SIZE = (3 << 20) + 513;

    @TempDir
    Path temp;

    private Path a;
    private Path b;
    private Path part;

    @BeforeEach
    void image() throws IOException {
        temp = temp.toRealPath();
        a = temp.resolve("a.img");
        b = temp.resolve("b.img");
        part = temp.resolve("b.img.sdr-part");
        byte[] content = new byte[SIZE];
        new Random(11).nextBytes(content);
        java.util.Arrays.fill(content, 1 << 20, 2 << 20, (byte) 0);
        Files.write(a, content);
    }

    @Test
    void theCopyIsEqualAndNothingElseIsLeft() throws IOException {
        Files.writeString(part, "of an attempt that died");
        InPlaceSync.Outcome outcome =
                ImageConversion.of(a, b, "raw").verifying().run();
        assertThat(Files.mismatch(a, b)).isEqualTo(-1);
        assertThat(part).doesNotExist();
        assertThat(outcome.digest()).isPresent();
        assertThat(outcome.counters().bytesMoved()).isEqualTo(SIZE - (1 << 20));
        assertThat(outcome.warnings()).isEmpty();
    }

    @Test
    void aFullDiskLeavesNoTarget() {
        Faults faults = Faults.fullAfter("b.img.sdr-part", 3);
        assertThatThrownBy(() -> ImageConversion.of(a, b, "raw", faults::folder).run())
                .isInstanceOf(StorageException.class);
        assertThat(b).doesNotExist();
        assertThat(part).doesNotExist();
    }

    @Test
    void aTargetThatWasThereStaysUntilTheEnd() throws IOException {
        Files.writeString(b, "mine");
        Files.writeString(temp.resolve("b.img.sdr-sync"), "torn");
        assertThatThrownBy(() -> ImageConversion.of(a, b, "raw").run())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("[TARGET_EXISTS]");
        Faults faults = Faults.fullAfter("b.img.sdr-part", 3);
        assertThatThrownBy(() -> ImageConversion.of(a, b, "raw", faults::folder)
                        .overwriting()
                        .run())
                .isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> ImageConversion.of(a, b, "raw")
                        .overwriting()
                        .cancelledBy(() -> true)
                        .run())
                .isInstanceOf(SyncCancelledException.class);
        assertThat(b).hasContent("mine");
        assertThat(temp.resolve("b.img.sdr-sync")).exists();

        ImageConversion.of(a, b, "raw").overwriting().run();
        assertThat(Files.mismatch(a, b)).isEqualTo(-1);
        assertThat(temp.resolve("b.img.sdr-sync")).doesNotExist();
    }

    @Test
    void whatCameToBeMeanwhileUnderTheTargetsNameStays() throws IOException {
        Faults faults = Faults.doingAfter("a.img", 2, () -> {
            try {
                Files.writeString(b, "somebody else's");
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        assertThatThrownBy(() -> ImageConversion.of(a, b, "raw", faults::folder).run())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("[TARGET_EXISTS]");
        assertThat(b).hasContent("somebody else's");
        assertThat(part).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aTargetWhosePlaceCannotBeTakenIsAsItWas(boolean throwing) throws IOException {
        Files.writeString(b, "mine");
        ImageConversion conversion = ImageConversion.of(
                        a, b, "raw", path -> new ForwardingFolder(LocalFolder.of(path)) {
                            @Override
                            public boolean publish(String temporary, String name) {
                                if (throwing) {
                                    throw new StorageException(Problem.of(StorageException.FAILED)
                                            .attempted("publish " + name)
                                            .state("a file system without links"));
                                }
                                return false;
                            }
                        })
                .overwriting();
        assertThatThrownBy(conversion::run).isInstanceOf(SdrException.class);
        assertThat(b).hasContent("mine");
        try (Stream<Path> all = Files.list(temp)) {
            assertThat(all).containsExactlyInAnyOrder(a, b);
        }
    }

    @Test
    void theSourceIsNoPartOfAnAttemptThatDied() throws IOException {
        Files.move(a, part);
        assertThatThrownBy(() -> ImageConversion.of(part, b, "raw").run())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("[SAME_FILE]");
        assertThat(part).exists();
    }

    @Test
    void aSourceThatChangesMeanwhileIsTold() {
        Faults faults = Faults.doingAfter("a.img", 2, () -> {
            try {
                Files.writeString(a, "x", java.nio.file.StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        assertThat(ImageConversion.of(a, b, "raw", faults::folder).run().warnings())
                .singleElement()
                .asString()
                .contains("written to meanwhile");
    }

    @Test
    void anUnknownFormatIsRefused() {
        assertThatThrownBy(() -> ImageConversion.of(a, b, "qcow2"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("[UNKNOWN_FORMAT]");
    }
}
