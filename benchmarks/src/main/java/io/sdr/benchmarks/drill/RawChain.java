package io.sdr.benchmarks.drill;

import io.sdr.api.CorruptException;
import io.sdr.api.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A raw disk with its layers, read with plain file channels. */
final class RawChain implements PlainDisk {
    private static final int MAX_CHAIN = 8;

    private final List<RawChainFile> topFirst;
    private final long sizeBytes;

    private RawChain(List<RawChainFile> topFirst, long sizeBytes) {
        this.topFirst = List.copyOf(topFirst);
        this.sizeBytes = sizeBytes;
    }

    /** Opens a disk and what is below it. */
    static RawChain open(Path top) throws IOException {
        List<RawChainFile> files = new ArrayList<>();
        try {
            Optional<Path> next = Optional.of(top);
            while (next.isPresent()) {
                if (files.size() == MAX_CHAIN) {
                    throw new CorruptException(Problem.of("DISK_DIFFERS")
                            .attempted("read " + top)
                            .state("its chain of parents has no end")
                            .remedy("report this with the folder of the drill"));
                }
                RawChainFile file = RawChainFile.open(next.get());
                files.add(file);
                next = file.parent();
            }
            return new RawChain(files, files.get(files.size() - 1).channel().size());
        } catch (IOException | RuntimeException e) {
            for (RawChainFile file : files) {
                file.channel().close();
            }
            throw e;
        }
    }

    @Override
    public int depth() {
        return topFirst.size();
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        int limit = into.limit();
        long at = offset;
        while (into.hasRemaining()) {
            int inBlock = (int) (at % RawChainFile.BLOCK);
            int length = Math.min(RawChainFile.BLOCK - inBlock, into.remaining());
            int block = Math.toIntExact(at / RawChainFile.BLOCK);
            RawChainFile file = supplier(block);
            if (file.parent().isEmpty() && depth() == 1) {
                length = into.remaining();
            }
            into.limit(into.position() + length);
            if (file.zero().get(block)) {
                zeros(into);
            } else {
                PlainDisk.readFully(file.channel(), at, into);
            }
            into.limit(limit);
            at += length;
        }
    }

    private static void zeros(ByteBuffer into) {
        while (into.hasRemaining()) {
            into.put((byte) 0);
        }
    }

    private RawChainFile supplier(int block) {
        for (RawChainFile file : topFirst) {
            if (file.parent().isEmpty() || file.data().get(block) || file.zero().get(block)) {
                return file;
            }
        }
        throw new IllegalStateException("a chain ends in a base");
    }

    @Override
    public String filesAt(long offset) {
        RawChainFile supplier = supplier(Math.toIntExact(offset / RawChainFile.BLOCK));
        return topFirst.subList(topFirst.indexOf(supplier), topFirst.size()).stream()
                .map(file -> file.path().toString())
                .collect(Collectors.joining(", a layer over "));
    }

    @Override
    public void close() throws IOException {
        for (RawChainFile file : topFirst) {
            file.channel().close();
        }
    }
}
