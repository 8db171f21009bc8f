package io.sdr.core.replication;

import io.sdr.api.spi.ReplicaLink;
import io.sdr.api.spi.ReplicationDriver;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.StorageFolder;

/**
 * A replica folder beside which another process can run the driver. It can be read and written from here, too, file by file, which
 * is for little.
 */
public interface HostedFolder extends StorageFolder {
    /**
     * Gives a driver that runs beside this folder, so that the data of replica and disks does not come here.
     *
     * @param link the direction that it is called for, and no other
     * @param source the site that is read
     * @param target the site whose replica is written
     * @return the driver; a call whose answer was lost throws {@link io.sdr.api.RetryableException}, and may be made again at once, since
     *     there is never more than one at work on a folder
     */
    ReplicationDriver driver(ReplicaLink link, SiteProvider source, SiteProvider target);
}
