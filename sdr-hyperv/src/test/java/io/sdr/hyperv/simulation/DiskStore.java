package io.sdr.hyperv.simulation;

import io.sdr.api.SdrException;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskDescription;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.DiskShape;
import io.sdr.api.spi.DiskType;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.hyperv.vhd.VhdFormat;
import io.sdr.hyperv.vhdx.VhdxFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The disk files of a host: real VHDX and VHD files, made and changed as the cmdlets for virtual disks do it. */
final class DiskStore {
    private static final int PIECE = 1 << 20;

    private final WindowsFiles files;
    private final Map<Path, String> parents = new HashMap<>();

    DiskStore(WindowsFiles files) {
        this.files = files;
    }

    /** Says where the parent of a disk lies. */
    void setParent(String path, String parent) {
        if (!exists(parent)) {
            create(parent, look(path).sizeBytes(), 0, 0);
        }
        parents.put(files.real(path), parent);
    }

    boolean exists(String path) {
        return Files.isRegularFile(files.real(path));
    }

    boolean isOpen(String path) {
        return OpenFiles.isOpen(files.real(path));
    }

    /** Fails if the file is not there. */
    DiskFacts look(String path) {
        Path real = there(path, "Get-VHD");
        DiskFormat format = format(path);
        DiskDescription found = reading(path, () -> format.describe(folder(path), name(path)));
        boolean fixed = found.type() == DiskType.FIXED;
        String type = found.type().name();
        try {
            return new DiskFacts(
                    path,
                    format.name().toUpperCase(Locale.ROOT),
                    type.charAt(0) + type.substring(1).toLowerCase(Locale.ROOT),
                    found.virtualSizeBytes(),
                    Files.size(real),
                    fixed ? 0 : found.blockSizeBytes(),
                    found.logicalSectorBytes(),
                    Optional.ofNullable(parents.get(real))
                            .or(() -> found.parent().map(parent -> absolute(path, parent)))
                            .orElse(""),
                    found.diskId().toUpperCase(Locale.ROOT));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String absolute(String child, String parent) {
        return parent.startsWith(".\\") ? WindowsFiles.beside(child, parent.substring(2)) : parent;
    }

    /** The file and all below it, down to the base. */
    List<String> chain(String path) {
        List<String> chain = new ArrayList<>();
        for (String at = path; !at.isEmpty(); at = look(at).parent()) {
            chain.add(at);
        }
        return chain;
    }

    void create(String path, long sizeBytes, int blockBytes, int sectorBytes) {
        makeFolder(path);
        DiskShape shape = DiskShape.of(sizeBytes);
        if (blockBytes > 0) {
            shape = shape.blockBytes(blockBytes).sectorBytes(sectorBytes);
        }
        formatOf(path).create(folder(path), name(path), shape).close();
    }

    void createLayer(String path, String parent) {
        there(parent, "New-VHD");
        makeFolder(path);
        if (!WindowsFiles.beside(path, name(parent)).equalsIgnoreCase(parent)) {
            throw new AssertionError("the simulation has layers beside their parents only: " + path + ", " + parent);
        }
        format(parent).createLayer(folder(path), name(path), name(parent)).close();
    }

    void grow(String path, long sizeBytes) {
        notOpen(path, "Resize-VHD");
        try (VirtualDisk disk = open(path, Access.WRITE)) {
            disk.grow(sizeBytes);
        }
    }

    void move(String path, String target) {
        makeFolder(target);
        try {
            Files.move(files.real(path), files.real(target));
        } catch (IOException e) {
            throw HostError.dotNet("IOException", HostError.FILE_EXISTS, e.toString());
        }
    }

    void delete(String path) {
        try {
            Files.deleteIfExists(files.real(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    VirtualDisk open(String path, Access access) {
        there(path, "Open");
        return reading(path, () -> format(path).open(folder(path), name(path), access));
    }

    /** Fails while somebody outside the simulation has the file open. */
    void notOpen(String path, String command) {
        if (isOpen(path)) {
            throw HostError.inUse(command, path + " is used by another process");
        }
    }

    /**
     * Folds a layer into its parent, and gives the layers over it the parent in its place, by their names as they are.
     *
     * @param above the layers over the one that goes, the next one first
     */
    void fold(String layer, String parent, List<String> above) {
        List<Map<Long, byte[]>> contents = new ArrayList<>();
        above.forEach(each -> contents.add(own(each)));
        copy(own(layer), parent, layer);
        delete(layer);
        String below = parent;
        for (int i = 0; i < above.size(); i++) {
            delete(above.get(i));
            createLayer(above.get(i), below);
            write(above.get(i), contents.get(i));
            below = above.get(i);
        }
    }

    private void copy(Map<Long, byte[]> content, String parent, String layer) {
        try (VirtualDisk disk = format(parent).openUnderLayers(folder(parent), name(parent), List.of(name(layer)))) {
            content.forEach((offset, bytes) -> disk.write(offset, ByteBuffer.wrap(bytes)));
            disk.flush();
        }
    }

    void write(String path, Map<Long, byte[]> content) {
        try (VirtualDisk disk = open(path, Access.WRITE)) {
            content.forEach((offset, bytes) -> disk.write(offset, ByteBuffer.wrap(bytes)));
            disk.flush();
        }
    }

    /** What a layer itself holds. */
    private Map<Long, byte[]> own(String path) {
        try (VirtualDisk disk = open(path, Access.READ)) {
            return read(disk, disk.ownRanges());
        }
    }

    /** What a disk holds in some ranges, in pieces by their offsets. Disks of tests are small. */
    Map<Long, byte[]> read(String path, RangeSet ranges) {
        try (VirtualDisk disk = open(path, Access.READ)) {
            return read(disk, ranges);
        }
    }

    private static Map<Long, byte[]> read(VirtualDisk disk, RangeSet ranges) {
        Map<Long, byte[]> content = new TreeMap<>();
        ranges.forEach((offset, length) -> {
            for (long at = offset; at < offset + length; at += PIECE) {
                byte[] bytes = new byte[(int) Math.min(PIECE, offset + length - at)];
                disk.read(at, ByteBuffer.wrap(bytes));
                content.put(at, bytes);
            }
        });
        return content;
    }

    private Path there(String path, String command) {
        Path real = files.real(path);
        if (!Files.isRegularFile(real)) {
            // Hyper-V's cmdlets for disks take a missing file for a wrong parameter.
            throw HostError.cmdlet("InvalidParameter", "InvalidArgument", HostError.FAILED, command, "no file " + path);
        }
        return real;
    }

    private void makeFolder(String path) {
        try {
            Files.createDirectories(files.real(path).getParent());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A damaged file, or a chain that does not fit any more, is an error of the cmdlet. */
    private static <T> T reading(String path, Supplier<T> action) {
        try {
            return action.get();
        } catch (SdrException damaged) {
            throw HostError.cmdlet(
                    "OperationFailed", "NotSpecified", 0xC03A_0005, "Get-VHD", path + ": " + damaged.getMessage());
        }
    }

    private DiskFormat format(String path) {
        DiskFormat vhdx = new VhdxFormat();
        return vhdx.recognises(folder(path), name(path)) ? vhdx : new VhdFormat();
    }

    private static DiskFormat formatOf(String path) {
        return path.toLowerCase(Locale.ROOT).endsWith("vhdx") ? new VhdxFormat() : new VhdFormat();
    }

    private StorageFolder folder(String path) {
        return LocalFolder.of(files.real(path).getParent());
    }

    private String name(String path) {
        return String.valueOf(files.real(path).getFileName());
    }
}
