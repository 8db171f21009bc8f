package io.sdr.hyperv.provider;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import io.sdr.api.spi.DiskFormat;
import io.sdr.hyperv.vhd.VhdFormat;
import io.sdr.hyperv.vhdx.VhdxFormat;
import java.util.List;
import java.util.Optional;

/** The formats of Hyper-V's disks. */
final class Formats {
    private static final List<DiskFormat> ALL = List.of(new VhdxFormat(), new VhdFormat());

    private Formats() {}

    static Optional<DiskFormat> find(String name) {
        return ALL.stream().filter(each -> each.name().equals(name)).findFirst();
    }

    static DiskFormat named(String name) {
        return find(name)
                .orElseThrow(() -> new InvalidRequestException(Problem.of("UNKNOWN_FORMAT")
                        .attempted("open a disk of format '" + name + "' on a Hyper-V host")
                        .state("Hyper-V has only vhdx and vhd")
                        .remedy("name a disk of such a format")));
    }
}
