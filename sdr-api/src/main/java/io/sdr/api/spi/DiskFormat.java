package io.sdr.api.spi;

import io.sdr.api.CorruptException;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import java.util.List;
import java.util.Optional;

/**
 * A format of disk files; found by {@link java.util.ServiceLoader}. One disk may be several files in one folder (a raw disk has
 * a map beside it); the name is that of the main one. A layer's parent lies in the same folder. Stateless and thread-safe.
 */
public interface DiskFormat {
    /**
     * Names the format.
     *
     * @return a short name such as {@code raw}, also the usual ending of file names
     */
    String name();

    /**
     * Looks at the content, not at the name.
     *
     * @param folder the folder
     * @param file the file
     * @return whether this format can open it; at most one format but {@code raw} says yes
     */
    boolean recognises(StorageFolder folder, String file);

    /**
     * Opens a disk, with its parents if it is a layer. Parents are opened for reading.
     *
     * @param folder the folder
     * @param file the main file
     * @param access what for
     * @return the open disk
     * @throws StorageException if a file is missing or cannot be read
     * @throws io.sdr.api.CorruptException if a file is damaged; the message names it
     */
    VirtualDisk open(StorageFolder folder, String file, Access access);

    /**
     * Makes an empty disk: all zeros, taking next to no space. Durable on return.
     *
     * @param folder the folder
     * @param file the main file; must not exist
     * @param sizeBytes the size in bytes, above 0
     * @return the disk, open for writing
     */
    VirtualDisk create(StorageFolder folder, String file, long sizeBytes);

    /**
     * Makes a layer: reads come from the parent until written here. The parent must not change any more. Durable on return.
     *
     * @param folder the folder
     * @param file the new main file; must not exist
     * @param parent the parent's main file
     * @return the layer, open for writing
     */
    VirtualDisk createLayer(StorageFolder folder, String file, String parent);

    /**
     * Opens a disk for writing although layers lie over it: what they hold is about to be written into it. Whatever becomes of that, and
     * whenever it ends, the layers can be opened over the disk afterwards; each shows what it holds, and where it holds nothing
     * what the disk then does. By default nothing of that needs anything done.
     *
     * @param folder the folder
     * @param file the main file
     * @param layers the main files of all layers directly over it; nobody writes to them meanwhile
     * @return the open disk
     */
    default VirtualDisk openUnderLayers(StorageFolder folder, String file, List<String> layers) {
        return open(folder, file, Access.WRITE);
    }

    /**
     * Enlarges a disk that nobody has open and that has no layers over it; what is added reads as zeros. That large already is done.
     * After a crash in the middle the disk may not be openable until this is called again with the same size. Durable on return.
     *
     * @param folder the folder
     * @param file the main file
     * @param sizeBytes the new size in bytes
     * @throws io.sdr.api.OperationFailedException code {@code CANNOT_GROW} if the disk is a layer, is larger, or this format cannot
     *     do it: by default it cannot
     */
    default void grow(StorageFolder folder, String file, long sizeBytes) {
        throw new io.sdr.api.OperationFailedException(io.sdr.api.Problem.of("CANNOT_GROW")
                .attempted("enlarge " + folder.describe() + "/" + file + " to " + sizeBytes + " bytes")
                .state("format " + name() + " cannot do that; nothing was changed")
                .remedy("disable the protection and protect the VM again"));
    }

    /**
     * Names all files of a disk, parents not included.
     *
     * @param folder the folder
     * @param file the main file
     * @return the files that exist, the main one last
     */
    List<String> files(StorageFolder folder, String file);

    /**
     * Moves a disk to another folder of the same storage. May be called again after a crash in the middle; durable on return.
     *
     * @param folder where it is
     * @param file the main file
     * @param target where it shall be
     * @param newFile its main file's name there
     */
    void move(StorageFolder folder, String file, StorageFolder target, String newFile);

    /**
     * Deletes a disk's own files, main file last. Missing is done.
     *
     * @param folder the folder
     * @param file the main file
     */
    void delete(StorageFolder folder, String file);

    /**
     * Makes an empty disk of a given shape. Durable on return.
     *
     * @param folder the folder
     * @param file the main file; must not exist
     * @param shape size, type, sizes of blocks and sectors
     * @return the disk, open for writing
     * @throws InvalidRequestException if the format has no such disks; nothing was made
     */
    default VirtualDisk create(StorageFolder folder, String file, DiskShape shape) {
        if (shape.type() != DiskType.DYNAMIC
                || shape.blockBytes().isPresent()
                || shape.sectorBytes().isPresent()) {
            throw new InvalidRequestException(Problem.of("DISK_SHAPE")
                    .attempted("make the " + name() + " disk " + folder.describe() + "/" + file)
                    .state("the format offers no choice of type, block or sector size")
                    .remedy("leave them out"));
        }
        return create(folder, file, shape.sizeBytes());
    }

    /**
     * Rounds a size up to one that the format can have.
     *
     * @param sizeBytes the size in bytes
     * @return the smallest size that a disk of this format can have and that is no smaller
     */
    default long roundUp(long sizeBytes) {
        return sizeBytes;
    }

    /**
     * Tells what a file says of itself, without opening its parents and without changing it.
     *
     * @param folder the folder
     * @param file the main file
     * @return its description
     * @throws StorageException if a file is missing or cannot be read
     * @throws io.sdr.api.CorruptException if a file is damaged
     */
    default DiskDescription describe(StorageFolder folder, String file) {
        try (VirtualDisk disk = open(folder, file, Access.READ)) {
            return new DiskDescription(
                    name(),
                    DiskType.DYNAMIC,
                    disk.sizeBytes(),
                    0,
                    1,
                    "",
                    Optional.empty(),
                    false,
                    disk.ownRanges().bytes());
        }
    }

    /**
     * Holds a file against every structural rule of its format, without changing it; parents are not looked at. A log that waits to
     * be applied is no defect.
     *
     * @param folder the folder
     * @param file the main file
     * @return the rules that it breaks; empty for a sound file
     * @throws StorageException if a file is missing or cannot be read
     */
    default List<DiskDefect> check(StorageFolder folder, String file) {
        try {
            open(folder, file, Access.READ).close();
            return List.of();
        } catch (DiskFormatException e) {
            return List.of(e.defect());
        } catch (CorruptException e) {
            return List.of(new DiskDefect(e.code(), 0, e.problem().state(), "a sound file"));
        }
    }
}
