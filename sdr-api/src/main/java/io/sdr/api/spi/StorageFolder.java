package io.sdr.api.spi;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A folder of files beside the disks: all that replica, catalogue and disk formats touch. Names are single path segments of
 * 1 to 255 characters without separators. Thread-safe.
 */
public interface StorageFolder {
    /**
     * A file in the folder.
     *
     * @param name its name
     * @param sizeBytes its size in bytes
     * @param modified when it was last written
     */
    record Entry(String name, long sizeBytes, Instant modified) {}

    /**
     * Names the folder for messages.
     *
     * @return its path, or another name that a person can follow
     */
    String describe();

    /**
     * Gives a folder in this one. It comes to be when something is first written to it.
     *
     * @param name its name
     * @return the folder
     */
    StorageFolder child(String name);

    /**
     * Lists the folders in this one.
     *
     * @return their names, sorted
     */
    List<String> children();

    /**
     * Lists the files.
     *
     * @return the files, sorted by name; empty if the folder does not exist
     */
    List<Entry> list();

    /**
     * Looks for one file.
     *
     * @param name its name
     * @return the file, or empty
     */
    Optional<Entry> find(String name);

    /**
     * Makes a new, empty file. Its name is durable after {@link #force}.
     *
     * @param name its name
     * @return the open file
     * @throws StorageException if it exists or cannot be made
     */
    StorageFile create(String name);

    /**
     * Opens a file.
     *
     * @param name its name
     * @param access what for
     * @return the open file
     * @throws StorageException code {@link StorageException#MISSING} if it is not there
     */
    StorageFile open(String name, Access access);

    /**
     * Gives a file another name in one step, unless that name exists: the one act by which something is decided. Durable after
     * {@link #force}. The caller forces the content before.
     *
     * @param temporary the present name
     * @param name the new name
     * @return false if the new name exists; then nothing was changed
     */
    boolean publish(String temporary, String name);

    /**
     * Moves a file to another folder of the same storage, unless the name exists there. Durable after {@link #force} of both.
     *
     * @param name the present name
     * @param target the other folder
     * @param newName the name there
     * @throws StorageException if the file is missing, the new name exists, or the folders are of different storages
     */
    void move(String name, StorageFolder target, String newName);

    /**
     * Deletes a file. Durable after {@link #force}.
     *
     * @param name its name
     * @return false if it was not there
     */
    boolean delete(String name);

    /**
     * Deletes a folder in this one if it is empty.
     *
     * @param name its name
     * @return false if it was not there or not empty
     */
    boolean deleteChild(String name);

    /** Makes the names in this folder durable. */
    void force();

    /**
     * Tells the room.
     *
     * @return free bytes
     */
    long freeBytes();

    /**
     * Tells, without changing anything, whether this process may make files here. It may still be refused when it tries.
     *
     * @return false only where that is known
     */
    default boolean mayWrite() {
        return true;
    }
}
