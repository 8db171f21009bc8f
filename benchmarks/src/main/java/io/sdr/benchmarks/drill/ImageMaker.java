package io.sdr.benchmarks.drill;

import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Makes a disk image for those who bring none: an ext4 file system with a tree of files, or, where no tool for that is
 * installed, seeded data.
 */
final class ImageMaker {
    static final long IMAGE_BYTES = 128L << 20;

    private static final int FOLDERS = 12;
    private static final int FILES_PER_FOLDER = 24;
    private static final int TOOL_SECONDS = 120;

    private final long seed;
    private final String searchPath;

    ImageMaker(long seed) {
        // Where Debian keeps it is not on everybody's path
        this(seed, String.join(File.pathSeparator, String.valueOf(System.getenv("PATH")), "/usr/sbin", "/sbin"));
    }

    ImageMaker(long seed, String searchPath) {
        this.seed = seed;
        this.searchPath = searchPath;
    }

    /**
     * Makes the image anew.
     *
     * @param image the file
     * @param scratch a folder for the tree of files; deleted again
     * @return what it holds, for people
     */
    String make(Path image, Path scratch) {
        try {
            Files.deleteIfExists(image);
            Optional<Path> tool = tool();
            if (tool.isEmpty()) {
                seededData(image);
                return "seeded data, because mkfs.ext4 is not installed (package e2fsprogs)";
            }
            delete(scratch);
            int files = tree(scratch);
            boolean made = makeFileSystem(tool.get(), image, scratch);
            delete(scratch);
            if (made) {
                return "an ext4 file system with " + files + " files";
            }
            seededData(image);
            return "seeded data, because " + tool.get() + " could not make a file system";
        } catch (IOException e) {
            throw FileFailure.of("make the image", image, e);
        } catch (UncheckedIOException e) {
            throw FileFailure.of("make the image", image, new IOException(e));
        }
    }

    private Optional<Path> tool() {
        return Stream.of(searchPath.split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, "mkfs.ext4"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static boolean makeFileSystem(Path tool, Path image, Path tree) throws IOException {
        Process process = new ProcessBuilder(
                        tool.toString(), "-q", "-F", "-d", tree.toString(), image.toString(), (IMAGE_BYTES >> 10) + "k")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            process.getOutputStream().close();
            if (!process.waitFor(TOOL_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return false;
            }
            return process.exitValue() == 0;
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + tool + " was at work", e);
        }
    }

    private int tree(Path root) throws IOException {
        Random random = new Random(seed);
        int files = 0;
        for (int i = 0; i < FOLDERS; i++) {
            Path folder = Files.createDirectories(root.resolve("folder-" + i));
            for (int j = 0; j < FILES_PER_FOLDER; j++) {
                boolean text = random.nextBoolean();
                int size = 1 + random.nextInt(256 << 10);
                byte[] content = text ? text(random, size) : randomBytes(random, size);
                Files.write(folder.resolve("file-" + j + (text ? ".txt" : ".bin")), content);
                files++;
            }
        }
        return files;
    }

    /** Per MiB: half random, a quarter text, a quarter zero. */
    private void seededData(Path image) throws IOException {
        Random random = new Random(seed);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(image), 1 << 20)) {
            for (long at = 0; at < IMAGE_BYTES; at += 1 << 20) {
                out.write(randomBytes(random, 512 << 10));
                out.write(text(random, 256 << 10));
                out.write(new byte[256 << 10]);
            }
        }
    }

    private static byte[] randomBytes(Random random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] text(Random random, int size) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            words.add(Long.toString(random.nextLong() >>> 24, 36));
        }
        StringBuilder text = new StringBuilder(size + 16);
        while (text.length() < size) {
            text.append(words.get(random.nextInt(words.size()))).append(random.nextInt(12) == 0 ? '\n' : ' ');
        }
        text.setLength(size);
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    static void delete(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> all = Files.walk(root)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
