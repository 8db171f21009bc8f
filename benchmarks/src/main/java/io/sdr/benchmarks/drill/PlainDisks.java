package io.sdr.benchmarks.drill;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Opens disks for verification, with readers that share nothing with the code that writes them. */
final class PlainDisks {
    private static final int SECTOR = 512;

    private PlainDisks() {}

    /** Opens a disk and what is below it, by its content. */
    static PlainDisk open(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (begins(channel, 0, "vhdxfile")) {
                return BlockChain.open(file, VhdxChainFile::open);
            }
            if (begins(channel, 0, "conectix") || begins(channel, channel.size() - SECTOR, "conectix")) {
                return BlockChain.open(file, VhdChainFile::open);
            }
        }
        return RawChain.open(file);
    }

    static boolean begins(FileChannel channel, long position, String text) throws IOException {
        if (position < 0) {
            return false;
        }
        ByteBuffer bytes = ByteBuffer.allocate(text.length());
        PlainDisk.readFully(channel, position, bytes);
        return new String(bytes.array(), StandardCharsets.ISO_8859_1).equals(text);
    }
}
