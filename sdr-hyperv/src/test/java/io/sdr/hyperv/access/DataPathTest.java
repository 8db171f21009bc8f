package io.sdr.hyperv.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.InvalidRequestException;
import io.sdr.testkit.MemoryFolder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataPathTest {
    @Test
    void pathsAreThoseOfWindows() {
        HostPath disk = HostPath.of("D:\\VMs\\web 01\\web.vhdx");
        assertThat(disk.name()).isEqualTo("web.vhdx");
        assertThat(disk.parent()).hasToString("D:\\VMs\\web 01").isEqualTo(HostPath.of("d:/vms/WEB 01/"));
        assertThat(disk.parent()).hasSameHashCodeAs(HostPath.of("d:/vms/WEB 01/"));
        assertThat(disk.below(HostPath.of("d:\\vms"))).isEqualTo(Optional.of(List.of("web 01", "web.vhdx")));
        assertThat(disk.below(HostPath.of("D:\\VM"))).isEmpty();
        assertThat(disk.below(HostPath.of("E:\\VMs"))).isEmpty();
        assertThat(HostPath.of("D:\\")).hasToString("D:\\").isEqualTo(HostPath.of("d:"));
        assertThat(HostPath.of("\\\\fs\\vms\\a").parent()).hasToString("\\\\fs\\vms\\");
        assertThat(HostPath.of("\\\\?\\Volume{0b5d2f3a-1111-2222-3333-444455556666}\\a")
                        .name())
                .isEqualTo("a");
        assertThat(HostPath.of("C:\\ClusterStorage\\Volume1").child("x")).hasToString("C:\\ClusterStorage\\Volume1\\x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "D:VMs",
                "VMs\\a",
                "\\VMs",
                "D:\\a\\..\\b",
                "D:\\a.\\b",
                "D:\\a*",
                "D:\\a:b",
                "\\\\fs",
                "D:\\a\nb"
            })
    void otherPathsAreRefused(String text) {
        assertThatThrownBy(() -> HostPath.of(text))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("INVALID_PATH");
    }

    @Test
    void nothingIsAboveADrive() {
        assertThatThrownBy(() -> HostPath.of("D:\\").parent()).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> HostPath.of("D:\\").child("a\\b")).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void theDeepestMappingHoldsAndWhatNoneHoldsIsRefused() {
        MemoryFolder drive = new MemoryFolder("drive");
        MemoryFolder vms = new MemoryFolder("vms");
        FolderMapping files = FolderMapping.of(HostPath.of("D:\\"), drive).and(HostPath.of("D:\\VMs"), vms);
        files.folder(HostPath.of("D:\\sdr\\x")).create("one").close();
        files.folder(HostPath.of("d:\\vms\\web")).create("two").close();
        assertThat(drive.child("sdr").child("x").find("one")).isPresent();
        assertThat(vms.child("web").find("two")).isPresent();
        assertThatThrownBy(() -> files.folder(HostPath.of("E:\\VMs")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("NO_DATA_PATH")
                .hasMessageContaining("D:\\VMs");
    }
}
