package io.sdr.core.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.ProgressListener;
import io.sdr.testkit.DiskImage;
import io.sdr.testkit.FolderSite;
import io.sdr.testkit.SiteOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** An image that cannot be imported, or goes bad half-way: named, with a remedy, and the site is as before. */
class BadImageTest {
    private static final int SIZE = 3 << 20;

    @TempDir
    private Path folder;

    private FolderSite site;
    private Path image;

    @BeforeEach
    void open() throws IOException {
        byte[] content = new byte[SIZE];
        new Random(1).nextBytes(content);
        image = Files.write(folder.resolve("disk.img"), content);
        site = FolderSite.open(SiteOptions.named("east"), folder.resolve("east"));
        site.importVm("other", DiskImage.of(image));
    }

    @AfterEach
    void close() {
        site.close();
    }

    /** Everything but the counter of VMs: a number that was taken is not used again. */
    private SortedMap<String, String> everything() {
        SortedMap<String, String> files = Contents.of(LocalFolder.of(site.folder()));
        files.keySet().removeIf(name -> name.startsWith("/site"));
        return files;
    }

    private void refused(String code, DiskImage bad, ProgressListener progress) {
        SortedMap<String, String> before = everything();
        InvalidRequestException refusal = catchThrowableOfType(
                InvalidRequestException.class, () -> site.importVm("sql", Optional.empty(), List.of(bad), progress));
        assertThat(refusal).as(code).isNotNull();
        assertThat(refusal.code()).isEqualTo(code);
        assertThat(refusal.getMessage()).contains(bad.describe());
        assertThat(refusal.problem().remedy()).isNotBlank();
        assertThat(everything()).isEqualTo(before);
        assertThat(site.allVms()).hasSize(1);
        site.importVm("sql", DiskImage.of(image)); // and nothing is in the way
    }

    @ParameterizedTest
    @CsvSource({"IMAGE_MISSING,none.img", "IMAGE_NOT_A_FILE,.", "IMAGE_EMPTY,empty.img", "IMAGE_MISSING,dangling.img"})
    void isNoImage(String code, String name) throws IOException {
        Files.createFile(folder.resolve("empty.img"));
        Files.createSymbolicLink(folder.resolve("dangling.img"), folder.resolve("none.img"));
        refused(code, DiskImage.of(folder.resolve(name)), ProgressListener.NONE);
    }

    /** When a scripted image fails. */
    enum When {
        OPENED,
        ASKED_FOR_ITS_SIZE,
        READ_FIRST,
        READ_HALF_WAY,
        READ_AT_ITS_END,
        ASKED_FOR_ITS_SIZE_AGAIN
    }

    /** Cannot be read, from some moment on; what a file does whose disk dies. */
    private final class FailingImage implements DiskImage {
        private final When when;
        private int sizes;

        FailingImage(When when) {
            this.when = when;
        }

        @Override
        public String describe() {
            return image.toString();
        }

        private void failIf(boolean now) {
            if (now) {
                throw new UncheckedIOException(new IOException("Input/output error"));
            }
        }

        @Override
        public Content open() {
            failIf(when == When.OPENED);
            Content real = DiskImage.of(image).open();
            return new Content() {
                @Override
                public long size() {
                    sizes++;
                    failIf(when == When.ASKED_FOR_ITS_SIZE || (when == When.ASKED_FOR_ITS_SIZE_AGAIN && sizes > 1));
                    return real.size();
                }

                @Override
                public void read(long position, ByteBuffer into) {
                    failIf(when == When.READ_FIRST
                            || (when == When.READ_HALF_WAY && position >= SIZE / 2)
                            || (when == When.READ_AT_ITS_END && position + into.remaining() >= SIZE));
                    real.read(position, into);
                }

                @Override
                public void close() {
                    real.close();
                }
            };
        }
    }

    @ParameterizedTest
    @EnumSource(When.class)
    void cannotBeRead(When when) {
        refused(
                when == When.OPENED ? "IMAGE_UNREADABLE" : "IMAGE_CHANGED",
                new FailingImage(when),
                ProgressListener.NONE);
    }

    private void truncate(long size) {
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.WRITE)) {
            file.truncate(size);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "1048577", "2097152", "3145727"})
    void isCutHalfWay(long left) throws IOException {
        byte[] whole = Files.readAllBytes(image);
        SortedMap<String, String> before = everything();
        InvalidRequestException refusal = catchThrowableOfType(
                InvalidRequestException.class,
                () -> site.importVm("sql", Optional.empty(), List.of(DiskImage.of(image)), (done, total) -> {
                    if (done == 2 << 20) {
                        truncate(left);
                    }
                }));
        assertThat(refusal).isNotNull();
        assertThat(refusal.code()).isEqualTo("IMAGE_CHANGED");
        assertThat(refusal.getMessage()).contains(image.toString());
        assertThat(everything()).isEqualTo(before);
        Files.write(image, whole);
        site.importVm("sql", DiskImage.of(image));
    }

    @Test
    void growsHalfWay() throws IOException {
        byte[] more = new byte[100];
        refused("IMAGE_CHANGED", DiskImage.of(image), (done, total) -> {
            try {
                if (Files.size(image) == SIZE) {
                    Files.write(image, more, StandardOpenOption.APPEND);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Whatever else goes wrong while it is imported, nothing stays behind. */
    @Test
    void aListenerThatThrowsLeavesNothing() {
        SortedMap<String, String> before = everything();
        IllegalStateException thrown = catchThrowableOfType(
                IllegalStateException.class,
                () -> site.importVm("sql", Optional.empty(), List.of(DiskImage.of(image)), (done, total) -> {
                    throw new IllegalStateException("listener");
                }));
        assertThat(thrown).isNotNull();
        assertThat(everything()).isEqualTo(before);
    }
}
