import org.jspecify.annotations.NullMarked;

/** Hyper-V and Virtual Machine Manager as sites. */
@NullMarked
module io.sdr.hyperv {
    requires transitive io.sdr.api;
    requires static org.jspecify;
    requires io.sdr.core;
}
