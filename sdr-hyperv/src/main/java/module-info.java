import org.jspecify.annotations.NullMarked;

/** Hyper-V and Virtual Machine Manager as sites. */
@NullMarked
module io.sdr.hyperv {
    requires transitive io.sdr.api;
    requires static org.jspecify;
    requires io.sdr.core;
    requires org.slf4j;
    requires tools.jackson.databind;
    requires static org.apache.sshd.osgi;

    exports io.sdr.hyperv.powershell;
}
