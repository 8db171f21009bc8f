package io.sdr.core.contract;

import io.sdr.testkit.contract.CatalogueContract;
import io.sdr.testkit.contract.SiteWorld;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The sample of the guide for authors of providers. */
class MyCatalogueTest extends CatalogueContract {
    @TempDir
    private Path folder;

    @Override
    protected SiteWorld newWorld() {
        return new MyWorld(folder);
    }
}
