package io.sdr.hyperv.blocks;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskFormatException;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.hyperv.disk.ParentFinder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Opens a disk file with its parents as one disk. A parent's file is known by what it says of itself before its own parents are
 * looked for, so the work grows with the length of the chain, whatever paths the files name. Thread-safe.
 *
 * @param <S> what a format reads from one file
 */
public final class DiskChain<S> {
    /** The most disks in a chain, the base included. */
    public static final int MOST = 64;

    private final ParentFinder parents;
    private final Links<S> links;

    /**
     * What a format knows of the files of a chain.
     *
     * @param <S> what it reads from one file
     */
    public interface Links<S> {
        /** Reads what a file says of itself, without changing it. */
        S read(StorageFile file, Rules rules);

        /** Gives the paths at which a file's parent may be, in the order in which they are tried; empty if it has no parent. */
        List<String> parentPaths(S link);

        /** Tells by what a file is another than the parent that a child names; empty if it is that one. */
        Optional<String> mismatch(S child, S parent);

        /** Refuses a parent that is the right one, and does not fit. */
        void checkFit(S child, S parent, Rules rules);

        /** Makes the exception for a parent that was not found. */
        DiskFormatException missing(S child, String found, Rules rules);

        /** Opens a disk over its parent; the parent stays the caller's if this throws. */
        BlockDisk open(S link, Optional<VirtualDisk> parent, Access access);
    }

    private record Link<S>(StorageFolder folder, String path, StorageFile storage, Rules rules, S read) {}

    /**
     * A chain that is open.
     *
     * @param disk the disk
     * @param read what was read from its own file
     * @param length how many disks are in the chain
     */
    public record Opened<S>(BlockDisk disk, S read, int length) {}

    public DiskChain(ParentFinder parents, Links<S> links) {
        this.parents = parents;
        this.links = links;
    }

    /** Opens a disk; its parents for reading. */
    public Opened<S> open(StorageFolder folder, String file, Access access) {
        Deque<Link<S>> chain = new ArrayDeque<>();
        Set<String> paths = new HashSet<>();
        Optional<VirtualDisk> above = Optional.empty();
        try {
            Link<S> top = read(folder, file, access);
            chain.push(top);
            paths.add(top.path());
            while (!links.parentPaths(chain.element().read()).isEmpty()) {
                Link<S> child = chain.element();
                Link<S> parent = parentOf(child);
                chain.push(parent);
                child.rules()
                        .require(
                                paths.add(parent.path()) && chain.size() <= MOST,
                                "PARENT_LOOP",
                                0,
                                "a chain of parents that comes back to " + parent.path() + " or has no end",
                                "at most " + MOST + " disks, each once");
            }
            int length = chain.size();
            while (chain.size() > 1) {
                above = Optional.of(links.open(chain.element().read(), above, Access.READ));
                chain.pop();
            }
            BlockDisk disk = links.open(top.read(), above, access);
            return new Opened<>(disk, top.read(), length);
        } catch (RuntimeException e) {
            above.ifPresent(VirtualDisk::close);
            chain.forEach(each -> each.storage().close());
            throw e;
        }
    }

    private Link<S> read(StorageFolder folder, String file, Access access) {
        String path = DiskFiles.path(folder, file);
        Rules rules = Rules.throwing(path);
        StorageFile storage = folder.open(file, access);
        try {
            return new Link<>(folder, path, storage, rules, links.read(storage, rules));
        } catch (RuntimeException e) {
            storage.close();
            throw e;
        }
    }

    /** Opens the first file at one of the paths that is the disk which the child names. */
    private Link<S> parentOf(Link<S> child) {
        List<String> others = new ArrayList<>();
        for (String path : links.parentPaths(child.read())) {
            Optional<ParentFinder.Place> place = parents.find(child.folder(), path);
            if (place.isEmpty()) {
                others.add(path + " is not there or not allowed");
                continue;
            }
            Link<S> found = read(place.get().folder(), place.get().file(), Access.READ);
            boolean taken = false;
            try {
                Optional<String> mismatch = links.mismatch(child.read(), found.read());
                if (mismatch.isEmpty()) {
                    links.checkFit(child.read(), found.read(), child.rules());
                    taken = true;
                    return found;
                }
                others.add(path + " has " + mismatch.get());
            } finally {
                if (!taken) {
                    found.storage().close();
                }
            }
        }
        throw links.missing(child.read(), String.join("; ", others), child.rules());
    }
}
