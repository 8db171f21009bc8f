package io.sdr.benchmarks.drill;

import io.sdr.api.CorruptException;
import io.sdr.api.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * One raw disk file of a chain and, if it is a layer, what its map says: written from the description of the map file, and not
 * with the code that writes it.
 *
 * @param path the data file
 * @param channel the open data file
 * @param parent the file below; empty for a base
 * @param data for a layer, its blocks that are in the data file
 * @param zero for a layer, its blocks that are zeros
 */
record RawChainFile(Path path, FileChannel channel, Optional<Path> parent, BitSet data, BitSet zero) {
    static final int BLOCK = 64 << 10;

    private static final int HEADER_BYTES = 2048;
    private static final int BATCHES_AT = 4096;
    private static final int BATCH_HEAD = 16;
    private static final int RUN = 16;
    private static final int MAX_RUNS = 4096;
    private static final int LAYER = 2;
    private static final int KIND_DATA = 1;

    static RawChainFile open(Path file) throws IOException {
        Path map = file.resolveSibling(file.getFileName() + ".map");
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            if (!Files.exists(map)) {
                return base(file, channel);
            }
            byte[] bytes = Files.readAllBytes(map);
            ByteBuffer all = ByteBuffer.wrap(bytes);
            checkHeader(map, all);
            if (all.getInt(12) != LAYER) {
                return base(file, channel);
            }
            String parent = new String(bytes, 64, all.getInt(20), StandardCharsets.UTF_8);
            RawChainFile layer = new RawChainFile(
                    file, channel, Optional.of(file.resolveSibling(parent)), new BitSet(), new BitSet());
            layer.readBatches(map, all);
            return layer;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static RawChainFile base(Path file, FileChannel channel) {
        return new RawChainFile(file, channel, Optional.empty(), new BitSet(), new BitSet());
    }

    private static void checkHeader(Path map, ByteBuffer all) {
        if (all.limit() < BATCHES_AT
                || all.getLong(0) != 0x5344525241574D31L
                || all.getInt(16) != BLOCK
                || all.getInt(HEADER_BYTES - 4) != crc(all, new CRC32C(), 0, HEADER_BYTES - 4)) {
            throw damaged(map, "its header does not verify");
        }
    }

    private void readBatches(Path map, ByteBuffer all) {
        long sealed = Math.max(seal(all, 2048), seal(all, 3072));
        int at = BATCHES_AT;
        for (long number = 0; at + BATCH_HEAD <= all.limit(); number++) {
            int runs = all.getInt(at + 4);
            int length = BATCH_HEAD + RUN * runs + 4;
            if (all.getInt(at) != 0x42415443
                    || all.getLong(at + 8) != number
                    || runs < 1
                    || runs > MAX_RUNS
                    || at + length > all.limit()
                    || all.getInt(at + length - 4) != boundCrc(all, at, length - 4)) {
                break;
            }
            for (int run = at + BATCH_HEAD; run < at + length - 4; run += RUN) {
                apply(all.getLong(run), all.getInt(run + 8), all.getInt(run + 12));
            }
            at += length;
        }
        if (sealed < BATCHES_AT || at < sealed) {
            throw damaged(map, "only " + at + " of its " + sealed + " sealed bytes verify");
        }
    }

    private void apply(long first, int count, int kind) {
        int from = Math.toIntExact(first);
        int to = Math.toIntExact(first + count);
        data.set(from, to, kind == KIND_DATA);
        zero.set(from, to, kind != KIND_DATA && kind != 0);
    }

    /** The sealed length, or 0 if the seal does not verify. */
    private static long seal(ByteBuffer all, int at) {
        boolean whole = all.getInt(at) == 0x5345414C && all.getInt(at + 28) == boundCrc(all, at, 28);
        return whole ? all.getLong(at + 8) : 0;
    }

    /** The checksum of what belongs to this disk begins with its id. */
    private static int boundCrc(ByteBuffer all, int at, int length) {
        CRC32C crc = new CRC32C();
        crc.update(all.slice(32, 16));
        return crc(all, crc, at, length);
    }

    private static int crc(ByteBuffer all, CRC32C crc, int at, int length) {
        crc.update(all.slice(at, length));
        return (int) crc.getValue();
    }

    private static CorruptException damaged(Path file, String state) {
        return new CorruptException(Problem.of("DISK_DIFFERS")
                .attempted("read " + file)
                .state(state)
                .remedy("check the storage below it and start again with a new folder"));
    }
}
