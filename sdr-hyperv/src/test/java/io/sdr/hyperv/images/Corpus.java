package io.sdr.hyperv.images;

import io.sdr.api.spi.Extent;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/** Images that this project did not make. */
record Corpus(
        String file, String expect, long sizeBytes, String logState, String parent, String extentsSha256, String rule) {
    private static final int CHUNK = 64 << 10;

    static List<Corpus> all() {
        try (InputStream in = resource("manifest.tsv")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", -1))
                    .map(f -> new Corpus(f[0], f[1], Long.parseLong(f[2]), f[3], f[4], f[5], f[6]))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(Corpus.class.getResourceAsStream("/disk-images/" + name), name);
    }

    /** Puts an image into a folder, with all its parents. */
    static void expand(String file, StorageFolder folder) {
        if (file.equals("-") || folder.find(file).isPresent()) {
            return;
        }
        try (InputStream in = new GZIPInputStream(resource(file + ".gz"));
                StorageFile to = folder.create(file)) {
            long at = 0;
            for (byte[] chunk = in.readNBytes(CHUNK); chunk.length > 0; chunk = in.readNBytes(CHUNK)) {
                if (!isZero(chunk)) {
                    to.write(at, ByteBuffer.wrap(chunk));
                }
                at += chunk.length;
            }
            to.setSize(at);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        all().stream().filter(each -> each.file().equals(file)).forEach(each -> expand(each.parent(), folder));
    }

    private static boolean isZero(byte[] chunk) {
        return Arrays.mismatch(chunk, new byte[chunk.length]) < 0;
    }

    static String digest(VirtualDisk disk) {
        try {
            MessageDigest all = MessageDigest.getInstance("SHA-256");
            long[] next = {0};
            disk.extents(0, disk.sizeBytes(), (offset, length, extent) -> {
                if (extent == Extent.DATA) {
                    long from = Math.max(next[0], offset / CHUNK * CHUNK);
                    for (long at = from; at < offset + length; at += CHUNK) {
                        add(disk, at, all);
                        next[0] = at + CHUNK;
                    }
                }
            });
            return HexFormat.of().formatHex(all.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void add(VirtualDisk disk, long at, MessageDigest all) {
        try {
            byte[] chunk = new byte[(int) Math.min(CHUNK, disk.sizeBytes() - at)];
            disk.read(at, ByteBuffer.wrap(chunk));
            if (!isZero(chunk)) {
                byte[] sha = MessageDigest.getInstance("SHA-256").digest(chunk);
                all.update((at + " " + HexFormat.of().formatHex(sha) + "\n").getBytes(StandardCharsets.US_ASCII));
            }
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return file;
    }
}
