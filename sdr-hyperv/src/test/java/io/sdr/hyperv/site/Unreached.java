package io.sdr.hyperv.site;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import io.sdr.api.spi.ForwardingFolder;
import io.sdr.api.spi.StorageFolder;
import io.sdr.hyperv.access.DataPath;
import io.sdr.hyperv.access.HostPath;
import io.sdr.testkit.MemoryFolder;

/** Ways to a host's files that were not set up well. */
final class Unreached {
    private static final HostPath VMS = HostPath.of("C:\\ClusterStorage\\Volume1\\VMs");

    private Unreached() {}

    private static boolean ofVms(HostPath folder) {
        return folder.below(VMS).isPresent();
    }

    /** The folder of VMs was forgotten. */
    static DataPath unmapped(DataPath files) {
        return folder -> {
            if (ofVms(folder)) {
                throw new InvalidRequestException(Problem.of("NO_DATA_PATH")
                        .attempted("reach " + folder)
                        .state("it lies outside")
                        .remedy("map it"));
            }
            return files.folder(folder);
        };
    }

    /** The folder of VMs is mapped to one that has something else, or nothing. */
    static DataPath anotherFolder(DataPath files) {
        return folder -> ofVms(folder) ? new MemoryFolder("empty") : files.folder(folder);
    }

    /** Nothing may be written. */
    static DataPath readOnly(DataPath files) {
        return folder -> new ReadOnly(files.folder(folder));
    }

    private static final class ReadOnly extends ForwardingFolder {
        ReadOnly(StorageFolder inner) {
            super(inner);
        }

        @Override
        public boolean mayWrite() {
            return false;
        }
    }
}
