package io.sdr.core.contract;

import io.sdr.core.format.RawFormat;
import io.sdr.testkit.contract.SimulatedSiteWorld;
import io.sdr.testkit.contract.SiteWorld;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The sites that the suites run on. */
enum SiteKind {
    IN_MEMORY {
        @Override
        SiteWorld open(Path folder) {
            return SimulatedSiteWorld.inMemory(new RawFormat());
        }
    },
    IN_FOLDER {
        @Override
        SiteWorld open(Path folder) {
            try {
                return SimulatedSiteWorld.inFolder(new RawFormat(), Files.createTempDirectory(folder, "site"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    abstract SiteWorld open(Path folder);
}
