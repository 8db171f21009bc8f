package io.sdr.api.spi;

import io.sdr.api.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A storage folder that is a folder of a local file system. Everything durable is forced with {@code fsync}; folders are forced
 * too where the system lets a folder be opened (on Windows it does not, and NTFS journals names by itself).
 */
public final class LocalFolder implements StorageFolder {
    private static final boolean WINDOWS =
            System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");

    private final Path path;

    private LocalFolder(Path path) {
        this.path = path;
    }

    /**
     * Gives a folder of this process's file system.
     *
     * @param path the path; made when first written to
     * @return the folder
     */
    public static LocalFolder of(Path path) {
        return new LocalFolder(path.toAbsolutePath().normalize());
    }

    /**
     * Gives the path.
     *
     * @return the absolute path
     */
    public Path path() {
        return path;
    }

    @Override
    public String describe() {
        return path.toString();
    }

    @Override
    public StorageFolder child(String name) {
        return new LocalFolder(resolve(name));
    }

    @Override
    public List<String> children() {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(path, Files::isDirectory)) {
            all.forEach(each -> names.add(String.valueOf(each.getFileName())));
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw failed("list", path, e);
        }
        names.sort(Comparator.naturalOrder());
        return names;
    }

    @Override
    public List<Entry> list() {
        List<Entry> entries = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(path)) {
            for (Path each : all) {
                entry(each).ifPresent(entries::add);
            }
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw failed("list", path, e);
        }
        entries.sort(Comparator.comparing(Entry::name));
        return entries;
    }

    @Override
    public Optional<Entry> find(String name) {
        try {
            return entry(resolve(name));
        } catch (IOException e) {
            throw failed("look at", resolve(name), e);
        }
    }

    private static Optional<Entry> entry(Path file) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.isRegularFile()
                    ? Optional.of(new Entry(
                            String.valueOf(file.getFileName()),
                            attributes.size(),
                            attributes.lastModifiedTime().toInstant()))
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public StorageFile create(String name) {
        Path file = resolve(name);
        try {
            createDirectories();
            return new LocalFile(
                    file,
                    Optional.empty(),
                    FileChannel.open(
                            file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE));
        } catch (IOException e) {
            throw failed("create", file, e);
        }
    }

    @Override
    public StorageFile open(String name, Access access) {
        Path file = resolve(name);
        try {
            return new LocalFile(
                    file,
                    FileHoles.identity(file),
                    access == Access.READ
                            ? FileChannel.open(file, StandardOpenOption.READ)
                            : FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE));
        } catch (IOException e) {
            throw failed("open", file, e);
        }
    }

    @Override
    public boolean publish(String temporary, String name) {
        Path from = resolve(temporary);
        Path to = resolve(name);
        try {
            if (WINDOWS) {
                Files.move(from, to); // fails if the name exists
            } else {
                Files.createLink(to, from); // rename(2) would replace; link(2) fails if the name exists
                Files.delete(from);
            }
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (IOException e) {
            throw failed("publish", to, e);
        }
    }

    @Override
    public void move(String name, StorageFolder target, String newName) {
        Path from = resolve(name);
        if (!(target instanceof LocalFolder folder)) {
            throw failed("move to another storage", from, null);
        }
        Path to = folder.resolve(newName);
        try {
            folder.createDirectories();
            if (Files.exists(to)) {
                throw new FileAlreadyExistsException(to.toString());
            }
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw failed("move to " + to, from, e);
        }
    }

    @Override
    public boolean delete(String name) {
        try {
            return Files.deleteIfExists(resolve(name));
        } catch (IOException e) {
            throw failed("delete", resolve(name), e);
        }
    }

    @Override
    public boolean deleteChild(String name) {
        try {
            return Files.deleteIfExists(resolve(name));
        } catch (DirectoryNotEmptyException e) {
            return false;
        } catch (IOException e) {
            throw failed("delete", resolve(name), e);
        }
    }

    @Override
    public void force() {
        if (!WINDOWS && Files.isDirectory(path)) {
            forceFolder(path);
        }
    }

    private static void forceFolder(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            throw failed("force", folder, e);
        }
    }

    @Override
    public long freeBytes() {
        try {
            return Files.getFileStore(existing()).getUsableSpace();
        } catch (IOException e) {
            throw failed("ask for the room of", path, e);
        }
    }

    /** Whether the folder, or the one above it in which it would be made, takes files of this process. */
    @Override
    public boolean mayWrite() {
        return Files.isWritable(existing());
    }

    private Path existing() {
        Path existing = path;
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        return existing;
    }

    /** Makes the folder and forces every name that is new, or a crash could lose the folder with all that was forced in it. */
    private void createDirectories() throws IOException {
        if (Files.isDirectory(path)) {
            return;
        }
        List<Path> missing = new ArrayList<>();
        for (Path each = path; each != null && !Files.exists(each); each = each.getParent()) {
            missing.add(each);
        }
        Files.createDirectories(path);
        if (!WINDOWS) {
            for (Path each : missing) {
                Path parent = each.getParent();
                if (parent != null) {
                    forceFolder(parent);
                }
            }
        }
    }

    private Path resolve(String name) {
        if (name.isEmpty()
                || name.length() > 255
                || name.equals(".")
                || name.equals("..")
                || name.indexOf('/') >= 0
                || name.indexOf('\\') >= 0
                || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("not a name of a file in a folder: '" + name + "'");
        }
        return path.resolve(name);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LocalFolder folder && path.equals(folder.path);
    }

    @Override
    public int hashCode() {
        return path.hashCode();
    }

    @Override
    public String toString() {
        return path.toString();
    }

    private static StorageException failed(String what, Path file, @Nullable IOException cause) {
        String reason = cause == null ? "not supported" : cause.getClass().getSimpleName() + ": " + cause.getMessage();
        String text = reason.toLowerCase(Locale.ROOT);
        boolean full =
                text.contains("no space left") || text.contains("not enough space") || text.contains("quota exceeded");
        boolean missing = cause instanceof NoSuchFileException || cause instanceof NotDirectoryException;
        Problem problem = Problem.of(
                        full ? StorageException.FULL : missing ? StorageException.MISSING : StorageException.FAILED)
                .attempted(what + " " + file)
                .state(reason)
                .remedy(
                        full
                                ? "make room on that volume, then retry"
                                : missing
                                        ? "put the file back, or name another one"
                                        : "check the storage and the rights on the file, then retry");
        return cause == null ? new StorageException(problem) : new StorageException(problem, cause);
    }

    private static final class LocalFile implements StorageFile {
        private final Path path;
        private final Optional<Object> identity;
        private final FileChannel channel;
        private final AtomicBoolean closed = new AtomicBoolean();
        private Optional<FileHoles> holes = Optional.empty();
        private boolean askedForHoles;

        LocalFile(Path path, Optional<Object> identity, FileChannel channel) {
            this.path = path;
            this.identity = identity;
            this.channel = channel;
        }

        @Override
        public synchronized void extents(long position, long length, ExtentVisitor visitor) {
            if (length == 0) {
                return;
            }
            if (!askedForHoles && !closed.get()) { // at the first question: getting ready for it takes time
                askedForHoles = true;
                holes = FileHoles.of(path, identity, channel);
            }
            if (holes.isPresent()) {
                holes.get().visit(position, length, visitor);
            } else {
                visitor.visit(position, length, Extent.DATA);
            }
        }

        private synchronized void closeHoles() {
            askedForHoles = true;
            holes.ifPresent(FileHoles::close);
            holes = Optional.empty();
        }

        @Override
        public long size() {
            try {
                return channel.size();
            } catch (IOException e) {
                throw failed("ask for the size of", path, e);
            }
        }

        @Override
        public int read(long position, ByteBuffer into) {
            int start = into.position();
            try {
                long at = position;
                while (into.hasRemaining()) {
                    int n = channel.read(into, at);
                    if (n < 0) {
                        break;
                    }
                    at += n;
                }
            } catch (IOException e) {
                throw failed("read", path, e);
            }
            return into.position() - start;
        }

        @Override
        public void write(long position, ByteBuffer from) {
            try {
                long at = position;
                while (from.hasRemaining()) {
                    at += channel.write(from, at);
                }
            } catch (IOException e) {
                throw failed("write", path, e);
            }
        }

        @Override
        public void setSize(long size) {
            try {
                long now = channel.size();
                if (size < now) {
                    channel.truncate(size);
                } else if (size > now) {
                    // Java has no call to lengthen a file; one zero at the new end leaves a hole before it
                    channel.write(ByteBuffer.allocate(1), size - 1);
                }
            } catch (IOException e) {
                throw failed("set the size of", path, e);
            }
        }

        @Override
        public void force() {
            try {
                channel.force(true);
            } catch (IOException e) {
                throw failed("force", path, e);
            }
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                closeHoles();
                try {
                    channel.close();
                } catch (IOException e) {
                    throw failed("close", path, e);
                }
            }
        }
    }
}
