package io.sdr.core.agent;

import io.sdr.api.Problem;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A folder that is reached by {@link FolderCalls}. Thread-safe. */
class RemoteFolder implements StorageFolder {
    private static final int PIECE_BYTES = 256 << 10;

    private final Supplier<FolderCalls> calls;
    private final String place;
    private final String path;

    /**
     * Names a folder.
     *
     * @param calls gives the way to it
     * @param place where it is, for messages
     * @param path its name there
     */
    RemoteFolder(Supplier<FolderCalls> calls, String place, String path) {
        this.calls = calls;
        this.place = place;
        this.path = path;
    }

    String path() {
        return path;
    }

    String place() {
        return place;
    }

    private FolderCalls at() {
        return calls.get();
    }

    @Override
    public String describe() {
        return place + "/" + path;
    }

    @Override
    public StorageFolder child(String name) {
        return new RemoteFolder(calls, place, path + "/" + name);
    }

    @Override
    public List<String> children() {
        return at().children(path);
    }

    @Override
    public List<Entry> list() {
        return at().list(path);
    }

    @Override
    public Optional<Entry> find(String name) {
        return at().find(path, name);
    }

    @Override
    public StorageFile create(String name) {
        at().create(path, name);
        return new RemoteFile(name);
    }

    @Override
    public StorageFile open(String name, Access access) {
        if (find(name).isEmpty()) {
            throw new StorageException(Problem.of(StorageException.MISSING)
                    .attempted("open " + describe() + "/" + name)
                    .state("it is not there")
                    .remedy("bring it back, then run it again"));
        }
        return new RemoteFile(name);
    }

    @Override
    public boolean publish(String temporary, String name) {
        return at().publish(path, temporary, name);
    }

    @Override
    public void move(String name, StorageFolder target, String newName) {
        if (!(target instanceof RemoteFolder there) || !there.place.equals(place)) {
            throw new StorageException(Problem.of(StorageException.FAILED)
                    .attempted("move " + describe() + "/" + name + " to " + target.describe())
                    .state("they are of different storages; nothing was changed")
                    .remedy("name a folder of the same agent"));
        }
        at().move(path, name, there.path, newName);
    }

    @Override
    public boolean delete(String name) {
        return at().delete(path, name);
    }

    @Override
    public boolean deleteChild(String name) {
        return at().deleteChild(path, name);
    }

    @Override
    public void force() {
        at().force(path);
    }

    @Override
    public long freeBytes() {
        return at().freeBytes(path);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RemoteFolder folder && folder.place.equals(place) && folder.path.equals(path);
    }

    @Override
    public int hashCode() {
        return describe().hashCode();
    }

    @Override
    public String toString() {
        return describe();
    }

    private final class RemoteFile implements StorageFile {
        private final String name;

        RemoteFile(String name) {
            this.name = name;
        }

        @Override
        public long size() {
            return at().size(path, name);
        }

        @Override
        public int read(long position, ByteBuffer into) {
            int total = 0;
            while (into.hasRemaining()) {
                byte[] bytes = at().read(path, name, position + total, Math.min(PIECE_BYTES, into.remaining()));
                if (bytes.length == 0 || bytes.length > into.remaining()) {
                    break;
                }
                into.put(bytes);
                total += bytes.length;
            }
            return total;
        }

        @Override
        public void write(long position, ByteBuffer from) {
            long at = position;
            while (from.hasRemaining()) {
                byte[] piece = new byte[Math.min(PIECE_BYTES, from.remaining())];
                from.get(piece);
                at().write(path, name, at, piece);
                at += piece.length;
            }
        }

        @Override
        public void setSize(long size) {
            at().setSize(path, name, size);
        }

        @Override
        public void force() {
            at().forceFile(path, name);
        }

        @Override
        public void close() {
            // nothing is open between two calls
        }
    }
}
