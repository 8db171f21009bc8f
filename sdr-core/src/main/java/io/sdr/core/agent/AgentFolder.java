package io.sdr.core.agent;

import io.sdr.api.spi.ReplicaLink;
import io.sdr.api.spi.ReplicationDriver;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.StorageFolder;
import io.sdr.core.replication.HostedFolder;

/** A folder at an agent, which runs the driver beside it. */
final class AgentFolder extends RemoteFolder implements HostedFolder {
    private final AgentPort port;

    AgentFolder(AgentPort port, String path) {
        super(port::folders, port.describe(), path);
        this.port = port;
    }

    AgentPort port() {
        return port;
    }

    @Override
    public StorageFolder child(String name) {
        return new AgentFolder(port, path() + "/" + name);
    }

    @Override
    public ReplicationDriver driver(ReplicaLink link, SiteProvider source, SiteProvider target) {
        return new HostedDriver(port, link, source, target).driver();
    }
}
