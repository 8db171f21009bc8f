import org.jspecify.annotations.NullMarked;

/** Hyper-V and Virtual Machine Manager as sites, and their disk formats. */
@NullMarked
module io.sdr.hyperv {
    requires transitive io.sdr.api;
    requires static org.jspecify;
    requires io.sdr.core;
    requires org.slf4j;
    requires tools.jackson.databind;
    requires static org.apache.sshd.osgi;

    exports io.sdr.hyperv.access;
    exports io.sdr.hyperv.disk;
    exports io.sdr.hyperv.site;
    exports io.sdr.hyperv.transport;
    exports io.sdr.hyperv.vhd;
    exports io.sdr.hyperv.vhdx;

    provides io.sdr.api.spi.DiskFormat with
            io.sdr.hyperv.vhd.VhdFormat,
            io.sdr.hyperv.vhdx.VhdxFormat;
    provides io.sdr.api.spi.ReplicationDriverFactory with
            io.sdr.hyperv.replication.HyperVReplicaDriverFactory;
}
