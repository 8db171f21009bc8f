import org.jspecify.annotations.NullMarked;

/** In-memory sites, faults, clock and contract suites for tests of runbooks and providers. */
@NullMarked
module io.sdr.testkit {
    requires transitive io.sdr.api;
    requires static org.jspecify;
    requires static transitive org.junit.jupiter.api;

    exports io.sdr.testkit;
    exports io.sdr.testkit.contract;
    exports io.sdr.testkit.guest;
    exports io.sdr.testkit.junit;

    uses io.sdr.api.spi.DiskFormat;
    uses io.sdr.api.spi.ReplicationDriverFactory;
}
