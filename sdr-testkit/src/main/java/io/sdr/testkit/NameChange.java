package io.sdr.testkit;

import java.util.Map;

/** A change of a folder's names that was not forced yet. It knows its file, so that changes may be lost on their own. */
sealed interface NameChange {
    /** A file came to be, or came in. */
    record Put(String name, MemoryFile file) implements NameChange {}

    /** A file was deleted. */
    record Removed(String name, MemoryFile file) implements NameChange {}

    /** A file was given another name by a link and an unlink. */
    record Published(String temporary, String name, MemoryFile file) implements NameChange {}

    /** A file moved to another folder, here its old place. */
    record MovedOut(String name, MemoryFile file, Move move) implements NameChange {}

    /** A file moved from another folder, here its new place. */
    record MovedIn(String name, MemoryFile file, Move move) implements NameChange {}

    /** Ties the two ends of a move together: a crash keeps both or none. */
    final class Move {
        boolean arrivalForced;
    }

    default void applyTo(Map<String, MemoryFile> names) {
        if (this instanceof Put put) {
            names.put(put.name(), put.file());
        } else if (this instanceof MovedIn in) {
            names.put(in.name(), in.file());
        } else if (this instanceof Removed removed) {
            names.remove(removed.name(), removed.file());
        } else if (this instanceof MovedOut out) {
            names.remove(out.name(), out.file());
        } else if (this instanceof Published published) {
            names.put(published.name(), published.file());
            names.remove(published.temporary(), published.file());
        }
    }
}
