package io.sdr.testkit;

import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.LocalFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A simulated site in a folder, with real disk image files. Beside each disk lies the map of what was ever written, so nobody
 * reads a disk to find its holes. The folder survives a restart; one process uses it at a time.
 *
 * <pre>{@code
 * FolderSite east = FolderSite.open(SiteOptions.named("east"), folder);
 * VmDescription vm = east.importVm("sql-01", DiskImage.of(image));
 * }</pre>
 */
public final class FolderSite extends SimulatedSite {
    private final Path folder;

    private FolderSite(SiteOptions options, Path folder) {
        super(options, LocalFolder.of(folder));
        this.folder = folder;
    }

    /**
     * Opens a site on what a folder holds; an empty or missing folder is a new site.
     *
     * @param options name, clock, clouds
     * @param folder the folder
     * @return the site
     */
    public static FolderSite open(SiteOptions options, Path folder) {
        try {
            return new FolderSite(options, Files.createDirectories(folder).toRealPath());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use the folder " + folder + " of site " + options.id(), e);
        }
    }

    /**
     * Gives the site's folder.
     *
     * @return the path, links followed
     */
    public Path folder() {
        return folder;
    }

    /**
     * Gives the file of a disk.
     *
     * @param disk a disk of this site
     * @return its main file
     */
    public Path file(DiskRef disk) {
        if (!disk.site().equals(id())) {
            throw new IllegalArgumentException("disk " + disk.locator() + " is of site " + disk.site());
        }
        Path file = folder;
        for (String part : disk.locator().split("/", -1)) {
            file = file.resolve(part);
        }
        return file;
    }

    @Override
    void check(DiskImage image) {
        if (!(image instanceof FileImage file)) {
            return;
        }
        try {
            if (file.path().toRealPath().startsWith(folder)) {
                throw SiteState.invalid(
                        "IMAGE_IN_SITE",
                        "import " + image.describe(),
                        "it lies in the folder of site " + id() + " itself",
                        "name a file outside of " + folder);
            }
        } catch (IOException e) {
            // opening it tells what is wrong
        }
    }
}
