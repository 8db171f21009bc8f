package io.sdr.core.format;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFolder;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;

/**
 * The disk formats that are known. Which one a file has is told by its content: a name is only looked at where a file is to be
 * made. Immutable and thread-safe.
 */
public final class DiskFormats {
    private static final RawFormat RAW = new RawFormat();

    private final Map<String, DiskFormat> byName = new TreeMap<>();

    private DiskFormats(Iterable<DiskFormat> formats) {
        formats.forEach(each -> byName.putIfAbsent(each.name(), each));
    }

    /**
     * Gives those that {@link ServiceLoader} finds beside this class.
     *
     * @return the formats
     */
    public static DiskFormats installed() {
        return new DiskFormats(ServiceLoader.load(DiskFormat.class, DiskFormats.class.getClassLoader()));
    }

    /**
     * Gives some formats.
     *
     * @param formats the formats
     * @return these and no others
     */
    public static DiskFormats of(DiskFormat... formats) {
        return new DiskFormats(List.of(formats));
    }

    /**
     * Names the formats.
     *
     * @return their names, sorted
     */
    public Set<String> names() {
        return Collections.unmodifiableSet(byName.keySet());
    }

    /**
     * Looks for a format.
     *
     * @param name its name
     * @return the format; empty if it is not known
     */
    public Optional<DiskFormat> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /**
     * Gives a format.
     *
     * @param name its name
     * @return the format
     * @throws InvalidRequestException code {@code UNKNOWN_FORMAT} if it is not known
     */
    public DiskFormat named(String name) {
        return find(name)
                .orElseThrow(() -> new InvalidRequestException(Problem.of("UNKNOWN_FORMAT")
                        .attempted("use a disk of format '" + name + "'")
                        .state("only " + byName.keySet() + " are known")
                        .remedy("put the module with that format on the path")));
    }

    /**
     * Looks at a file's content.
     *
     * @param folder its folder
     * @param file its name
     * @return its format; raw if no other format says that it is its own
     * @throws StorageException if the file cannot be read
     */
    public DiskFormat of(StorageFolder folder, String file) {
        return byName.values().stream()
                .filter(each -> !each.name().equals(RAW.name()) && each.recognises(folder, file))
                .findFirst()
                .orElseGet(() -> find(RAW.name()).orElse(RAW));
    }

    /**
     * Guesses from a name which format a new file shall have.
     *
     * @param file the file's name
     * @return the format whose name is the ending; {@code avhdx} and {@code avhd} are Hyper-V's names of layers
     */
    public Optional<DiskFormat> byEnding(String file) {
        String ending = file.substring(file.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return find(ending.equals("avhdx") || ending.equals("avhd") ? ending.substring(1) : ending);
    }
}
