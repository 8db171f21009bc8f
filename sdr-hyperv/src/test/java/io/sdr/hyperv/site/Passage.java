package io.sdr.hyperv.site;

import io.sdr.hyperv.access.DataPath;
import io.sdr.hyperv.transport.PowerShellTransport;

/** What lies between a process and the hosts: all that it asks of them, and does to their files, goes through it. */
interface Passage {
    /** Nothing lies between. */
    Passage FREE = new Passage() {
        @Override
        public PowerShellTransport over(PowerShellTransport way) {
            return way;
        }

        @Override
        public DataPath over(DataPath files) {
            return files;
        }
    };

    /** The way to a host, through this. */
    PowerShellTransport over(PowerShellTransport way);

    /** The files of a host, through this. */
    DataPath over(DataPath files);
}
