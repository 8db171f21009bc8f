import org.jspecify.annotations.NullMarked;

/** The engine: state machine, jobs, operations, replication, sync and store. */
@NullMarked
module io.sdr.core {
    requires transitive io.sdr.api;
    requires static org.jspecify;
    requires java.sql;
    requires org.slf4j;
    requires tools.jackson.databind;

    exports io.sdr.core.endpoint;

    uses io.sdr.api.spi.DiskFormat;
    uses io.sdr.api.spi.ReplicationDriverFactory;

    provides io.sdr.api.EngineProvider with
            io.sdr.core.engine.CoreEngineProvider;
    provides io.sdr.api.spi.DiskFormat with
            io.sdr.core.format.RawFormat;
    provides io.sdr.api.spi.ReplicationDriverFactory with
            io.sdr.core.replication.SdrReplicationDriverFactory;
}
