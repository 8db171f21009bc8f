package io.sdr.core.replication;

import io.sdr.api.spi.DiskFormat;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The disk formats that are known, by name. */
final class Formats {
    private final Map<String, DiskFormat> byName = new TreeMap<>();

    private Formats(Iterable<DiskFormat> formats) {
        formats.forEach(each -> byName.putIfAbsent(each.name(), each));
    }

    /** Those that {@link ServiceLoader} finds beside this class. */
    static Formats installed() {
        return new Formats(ServiceLoader.load(DiskFormat.class, Formats.class.getClassLoader()));
    }

    static Formats of(DiskFormat... formats) {
        return new Formats(List.of(formats));
    }

    DiskFormat named(String name) {
        DiskFormat format = byName.get(name);
        if (format == null) {
            throw Trouble.invalid(
                    "UNKNOWN_FORMAT",
                    "open a disk of format '" + name + "'",
                    "only " + byName.keySet() + " are known",
                    "put the module with that format on the path");
        }
        return format;
    }
}
