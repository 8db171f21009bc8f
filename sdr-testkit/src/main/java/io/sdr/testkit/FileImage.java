package io.sdr.testkit;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A disk image in a file. */
final class FileImage implements DiskImage {
    private final Path path;

    FileImage(Path path) {
        this.path = path;
    }

    Path path() {
        return path;
    }

    @Override
    public String describe() {
        return path.toString();
    }

    @Override
    public Content open() {
        if (Files.isDirectory(path)) {
            throw new InvalidRequestException(problem("IMAGE_NOT_A_FILE", "it is a folder"));
        }
        try {
            return new FileContent(FileChannel.open(path, StandardOpenOption.READ));
        } catch (NoSuchFileException e) {
            throw new InvalidRequestException(problem("IMAGE_MISSING", "it does not exist"), e);
        } catch (IOException e) {
            String why = e.getClass().getSimpleName() + ": " + e.getMessage();
            throw new InvalidRequestException(problem("IMAGE_UNREADABLE", why), e);
        }
    }

    private Problem problem(String code, String why) {
        return Problem.of(code)
                .attempted("open the disk image " + path)
                .state(why + "; nothing was changed")
                .remedy("name a readable file with the content of a disk");
    }

    private static final class FileContent implements Content {
        private final FileChannel channel;

        FileContent(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public long size() {
            try {
                return channel.size();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void read(long position, ByteBuffer into) {
            try {
                long at = position;
                while (into.hasRemaining()) {
                    int read = channel.read(into, at);
                    if (read < 0) {
                        return;
                    }
                    at += read;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
