package io.sdr.hyperv.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskDefect;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.DiskFormatException;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.hyperv.disk.ParentFinder;
import io.sdr.hyperv.vhd.VhdFormat;
import io.sdr.hyperv.vhdx.VhdxFormat;
import io.sdr.testkit.MemoryFolder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every image of others gives the content that is known of it, or is refused for the defect that it was made with. */
class CorpusTest {
    static List<Corpus> sound() {
        return Corpus.all().stream().filter(each -> each.expect().equals("ok")).toList();
    }

    static List<Corpus> malformed() {
        return Corpus.all().stream()
                .filter(each -> each.expect().equals("malformed"))
                .toList();
    }

    static List<Corpus> either() {
        return Corpus.all().stream()
                .filter(each -> each.expect().equals("either"))
                .toList();
    }

    static List<Corpus> withLog() {
        return sound().stream()
                .filter(each -> each.logState().equals("replay-needed"))
                .toList();
    }

    private static MemoryFolder folder(Corpus image) {
        MemoryFolder folder = new MemoryFolder();
        Corpus.expand(image.file(), folder);
        return folder;
    }

    private static DiskFormat format(Corpus image, MemoryFolder folder) {
        return image.file().endsWith(".vhd")
                ? VhdFormat.withParents(ParentFinder.byNameIn(folder))
                : VhdxFormat.withParents(ParentFinder.byNameIn(folder));
    }

    @Test
    void theCorpusIsWhole() {
        assertThat(Corpus.all()).hasSize(205);
    }

    @ParameterizedTest
    @MethodSource("sound")
    void soundImagesReadAsKnown(Corpus image) {
        MemoryFolder folder = folder(image);
        assertThat(format(image, folder).recognises(folder, image.file())).isTrue();
        try (VirtualDisk disk = format(image, folder).open(folder, image.file(), Access.READ)) {
            assertThat(disk.sizeBytes()).isEqualTo(image.sizeBytes());
            assertThat(Corpus.digest(disk)).isEqualTo(image.extentsSha256());
        }
        List<String> broken = format(image, folder).check(folder, image.file()).stream()
                .map(DiskDefect::rule)
                .toList();
        boolean oneHeader = image.file().equals("dyn-header1-badcrc.vhdx");
        assertThat(broken).isEqualTo(oneHeader ? List.of("HEADER_CHECKSUM") : List.of());
        assertThat(folder.openFiles()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void malformedImagesAreRefusedForTheirDefect(Corpus image) {
        MemoryFolder folder = folder(image);
        assertThatThrownBy(() -> format(image, folder).open(folder, image.file(), Access.READ))
                .isInstanceOfSatisfying(DiskFormatException.class, e -> {
                    assertThat(e.rule()).isEqualTo(image.rule());
                    assertThat(e.file()).isNotEmpty();
                    assertThat(e.expected()).isNotEmpty();
                });
        assertThat(folder.openFiles()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("either")
    void doubtfulImagesReadAsKnownOrAreRefused(Corpus image) {
        MemoryFolder folder = folder(image);
        try (VirtualDisk disk = format(image, folder).open(folder, image.file(), Access.READ)) {
            assertThat(Corpus.digest(disk)).isEqualTo(image.extentsSha256());
        } catch (DiskFormatException e) {
            assertThat(e.expected()).isNotEmpty();
        }
        assertThat(folder.openFiles()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("withLog")
    void openingForWritingAppliesTheLog(Corpus image) {
        MemoryFolder folder = folder(image);
        DiskFormat format = format(image, folder);
        assertThat(format.describe(folder, image.file()).logDirty()).isTrue();
        format.open(folder, image.file(), Access.READ).close();
        assertThat(format.describe(folder, image.file()).logDirty())
                .as("reading leaves the file alone")
                .isTrue();
        format.open(folder, image.file(), Access.WRITE).close();
        assertThat(format.describe(folder, image.file()).logDirty()).isFalse();
        try (VirtualDisk disk = format.open(folder, image.file(), Access.READ)) {
            assertThat(Corpus.digest(disk)).isEqualTo(image.extentsSha256());
        }
    }
}
