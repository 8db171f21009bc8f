package io.sdr.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.JobId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplicaFilesTest {
    private static final JobId JOB = new JobId("job.1");

    @Test
    void layersHaveTheEndingOfTheirFormat() {
        assertThat(ReplicaFiles.runName(JOB, 3, 0, "vhdx")).isEqualTo("layer.job.1.3.d0.run.vhdx");
        assertThat(ReplicaFiles.overName(JOB, 3, 0, "vhdx")).isEqualTo("layer.job.1.3.d0.over.vhdx");
    }

    /** A hypervisor's own layer over a run layer holds what the VM writes while a checkpoint stands: nobody here deletes it. */
    @ParameterizedTest
    @CsvSource({
        "layer.job.1.3.d0.run.vhdx, true",
        "layer.job.1.3.d0.run.raw.map, true",
        "layer.job.1.3.d0.over, true",
        "redo.4.d0.seg, true",
        "undo.4-3.d0.seg, true",
        "layer.job.1.3.d0.run_0B5D2F3A-1111-2222-3333-444455556666.avhdx, false",
        "layer.job.1.3.d0.run_0B5D2F3A-1111-2222-3333-444455556666.avhdx.rct, false",
        "d0.base.vhdx, false",
        "kept.job.1.3.d0.vhdx, false",
        "layer.txt, false"
    })
    void onlyWhatAManifestNamesIsOurs(String name, boolean ours) {
        assertThat(ReplicaFiles.isOurs(name)).isEqualTo(ours);
    }
}
