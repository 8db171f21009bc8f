package io.sdr.hyperv.provider;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import io.sdr.api.SiteId;
import io.sdr.api.spi.DiskRef;
import io.sdr.hyperv.access.HostPath;
import io.sdr.hyperv.host.SiteHost;
import io.sdr.hyperv.host.SiteHosts;

/**
 * A site's own names of disk files: the path where all hosts share their volumes, the host's name and the path where they do not. A VM
 * that its cluster moves keeps its disks' names.
 */
final class Locators {
    private static final String SEPARATOR = "|";

    private final SiteHosts hosts;

    Locators(SiteHosts hosts) {
        this.hosts = hosts;
    }

    String locator(SiteHost host, HostPath path) {
        return hosts.shareVolumes() ? path.toString() : host.name() + SEPARATOR + path;
    }

    /**
     * Finds a disk's file.
     *
     * @throws InvalidRequestException code {@code FOREIGN_DISK} if the disk is of another site, {@code INVALID_PATH} or
     *     {@code UNKNOWN_HOST} if its locator is none of this one
     */
    DiskPlace find(DiskRef disk) {
        SiteId site = hosts.site();
        if (!disk.site().equals(site)) {
            throw new InvalidRequestException(Problem.of("FOREIGN_DISK")
                    .attempted("find disk " + disk.locator() + " at site " + site)
                    .state("it is a disk of site " + disk.site())
                    .remedy("name a disk of this site"));
        }
        int at = disk.locator().indexOf(SEPARATOR);
        return at < 0
                ? new DiskPlace(hosts.all().get(0), HostPath.of(disk.locator()))
                : new DiskPlace(
                        hosts.named(disk.locator().substring(0, at)),
                        HostPath.of(disk.locator().substring(at + SEPARATOR.length())));
    }
}
