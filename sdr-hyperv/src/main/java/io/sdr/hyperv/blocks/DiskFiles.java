package io.sdr.hyperv.blocks;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskDefect;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.DiskFormatException;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Disks that are one file each: made under another name and published whole, moved, deleted. */
public final class DiskFiles {
    private static final String NEW = ".new";

    private DiskFiles() {}

    public static String path(StorageFolder folder, String file) {
        return folder.describe() + "/" + file;
    }

    /** Makes a file; its name comes to be when its content is durable. */
    public static void make(StorageFolder folder, String file, Consumer<StorageFile> content) {
        if (folder.find(file).isPresent()) {
            throw exists(folder, file);
        }
        folder.delete(file + NEW); // of an attempt that died
        try (StorageFile made = folder.create(file + NEW)) {
            content.accept(made);
        }
        folder.force();
        if (!folder.publish(file + NEW, file)) {
            throw exists(folder, file);
        }
        folder.force();
    }

    private static StorageException exists(StorageFolder folder, String file) {
        return new StorageException(Problem.of(StorageException.FAILED)
                .attempted("make " + path(folder, file))
                .state("a file of that name exists")
                .remedy("choose another name, or delete the file"));
    }

    /** Reads a file as far as its defects allow, and gives them. */
    public static List<DiskDefect> check(StorageFolder folder, String file, BiConsumer<StorageFile, Rules> structure) {
        Rules rules = Rules.collecting(path(folder, file));
        try (StorageFile storage = folder.open(file, Access.READ)) {
            structure.accept(storage, rules);
            return rules.defects();
        } catch (DiskFormatException e) {
            List<DiskDefect> all = new ArrayList<>(rules.defects());
            all.add(e.defect());
            return List.copyOf(all);
        }
    }

    /** Enlarges a disk that is no layer, through the disk itself. */
    public static void grow(DiskFormat format, StorageFolder folder, String file, long sizeBytes) {
        if (format.describe(folder, file).parent().isPresent()) {
            throw cannotGrow(folder, file, sizeBytes, "it is a layer");
        }
        try (VirtualDisk disk = format.open(folder, file, Access.WRITE)) {
            disk.grow(sizeBytes);
        } catch (InvalidRequestException e) {
            throw cannotGrow(folder, file, sizeBytes, e.problem().state());
        }
    }

    private static OperationFailedException cannotGrow(
            StorageFolder folder, String file, long sizeBytes, String state) {
        return new OperationFailedException(Problem.of("CANNOT_GROW")
                .attempted("enlarge " + path(folder, file) + " to " + sizeBytes + " bytes")
                .state(state)
                .remedy("choose another size, or copy the disk into a larger one"));
    }

    /** Gives the files of a disk that are there, the main one last. */
    public static List<String> existing(StorageFolder folder, String file) {
        return Stream.of(file + NEW, file)
                .filter(name -> folder.find(name).isPresent())
                .toList();
    }

    /** Moves a disk; may be done again after a crash. */
    public static void move(StorageFolder folder, String file, StorageFolder target, String newFile) {
        boolean here = folder.find(file).isPresent();
        boolean there = target.find(newFile).isPresent();
        if (here && folder.equals(target) && file.equals(newFile)) {
            return;
        }
        if (here && there) {
            throw exists(target, newFile);
        }
        if (!here && !there) {
            throw new StorageException(Problem.of(StorageException.MISSING)
                    .attempted("move " + path(folder, file))
                    .state("it is neither here nor there")
                    .remedy("look for the file"));
        }
        if (here) {
            folder.move(file, target, newFile);
        }
        target.force();
        folder.force();
    }

    /** Deletes a disk; missing is done. */
    public static void delete(StorageFolder folder, String file) {
        boolean beginning = folder.delete(file + NEW);
        boolean disk = folder.delete(file);
        if (beginning || disk) {
            folder.force();
        }
    }
}
