package io.sdr.testkit;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import io.sdr.api.spi.DiskFormat;
import java.util.Optional;
import java.util.ServiceLoader;

/** Finds the disk formats that are on the path. */
final class Formats {
    private static final String DEFAULT = "raw";

    private final Optional<DiskFormat> given;

    Formats(Optional<DiskFormat> given) {
        this.given = given;
    }

    DiskFormat ofNewDisks() {
        return given.orElseGet(() -> named(DEFAULT));
    }

    DiskFormat named(String name) {
        return find(name)
                .orElseThrow(() -> new InvalidRequestException(Problem.of("UNKNOWN_FORMAT")
                        .attempted("open a disk of format '" + name + "'")
                        .state("no such DiskFormat is on the path")
                        .remedy("put the module with it on the path: raw is in sdr-core")));
    }

    Optional<DiskFormat> find(String name) {
        if (given.isPresent() && given.get().name().equals(name)) {
            return given;
        }
        Optional<DiskFormat> found = search(name, Formats.class.getClassLoader());
        return found.isPresent() ? found : search(name, Thread.currentThread().getContextClassLoader());
    }

    private static Optional<DiskFormat> search(String name, ClassLoader loader) {
        for (DiskFormat format : ServiceLoader.load(DiskFormat.class, loader)) {
            if (format.name().equals(name)) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }
}
