package io.sdr.hyperv.vhdx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskFormatException;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.hyperv.disk.ParentFinder;
import io.sdr.testkit.MemoryFolder;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every image of others gives the content that is known of it, or is refused. */
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

    private static VhdxFormat format(MemoryFolder folder) {
        return VhdxFormat.withParents(ParentFinder.byNameIn(folder));
    }

    @ParameterizedTest
    @MethodSource("sound")
    void soundImagesReadAsKnown(Corpus image) {
        MemoryFolder folder = folder(image);
        assertThat(format(folder).recognises(folder, image.file())).isTrue();
        try (VirtualDisk disk = format(folder).open(folder, image.file(), Access.READ)) {
            assertThat(disk.sizeBytes()).isEqualTo(image.sizeBytes());
            assertThat(Corpus.digest(disk)).isEqualTo(image.extentsSha256());
        }
        assertThat(folder.openFiles()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void malformedImagesAreRefused(Corpus image) {
        MemoryFolder folder = folder(image);
        assertThatThrownBy(() -> format(folder).open(folder, image.file(), Access.READ))
                .isInstanceOfSatisfying(DiskFormatException.class, e -> {
                    assertThat(e.file()).isNotEmpty();
                    assertThat(e.expected()).isNotEmpty();
                });
        assertThat(folder.openFiles()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("either")
    void doubtfulImagesReadAsKnownOrAreRefused(Corpus image) {
        MemoryFolder folder = folder(image);
        try (VirtualDisk disk = format(folder).open(folder, image.file(), Access.READ)) {
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
        VhdxFormat format = format(folder);
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
