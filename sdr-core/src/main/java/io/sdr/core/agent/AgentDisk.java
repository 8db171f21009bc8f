package io.sdr.core.agent;

import io.sdr.api.spi.DiskAccess;
import io.sdr.api.spi.VirtualDisk;

/**
 * A disk that an agent reaches.
 *
 * @param port the way to the agent
 * @param folder its folder there
 * @param file its main file
 * @param format its format
 */
record AgentDisk(AgentPort port, String folder, String file, String format) implements DiskAccess.InProcess {
    @Override
    public VirtualDisk open() {
        return port.open(this);
    }
}
