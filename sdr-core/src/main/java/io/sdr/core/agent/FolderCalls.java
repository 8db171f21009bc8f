package io.sdr.core.agent;

import io.sdr.api.spi.StorageFolder;
import java.util.List;
import java.util.Optional;

/**
 * A {@link StorageFolder} call by call: folders and files by their names, and nothing open between two calls. What each does is said
 * there.
 */
public interface FolderCalls {
    /** Lists folders. */
    List<String> children(String folder);

    /** Lists files. */
    List<StorageFolder.Entry> list(String folder);

    /** Finds a file. */
    Optional<StorageFolder.Entry> find(String folder, String name);

    /** Makes an empty file that does not exist. */
    void create(String folder, String name);

    /** Gives the size of a file. */
    long size(String folder, String name);

    /** Reads up to so many bytes of a file. */
    byte[] read(String folder, String name, long position, int length);

    /** Writes into a file that exists. */
    void write(String folder, String name, long position, byte[] bytes);

    /** Cuts or lengthens a file. */
    void setSize(String folder, String name, long size);

    /** Makes the content of a file durable. */
    void forceFile(String folder, String name);

    /** Gives a file another name. */
    boolean publish(String folder, String temporary, String name);

    /** Moves a file. */
    void move(String folder, String name, String target, String newName);

    /** Deletes a file. */
    boolean delete(String folder, String name);

    /** Deletes a folder in a folder. */
    boolean deleteChild(String folder, String name);

    /** Makes names durable. */
    void force(String folder);

    /** Tells the room. */
    long freeBytes(String folder);
}
