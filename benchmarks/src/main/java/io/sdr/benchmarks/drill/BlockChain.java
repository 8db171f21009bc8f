package io.sdr.benchmarks.drill;

import io.sdr.api.CorruptException;
import io.sdr.api.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A VHDX or VHD disk with its layers, read with plain file channels. */
final class BlockChain implements PlainDisk {
    private static final int MAX_CHAIN = 16;

    private final List<ChainFile> topFirst;

    private BlockChain(List<ChainFile> topFirst) {
        this.topFirst = List.copyOf(topFirst);
    }

    /** Opens one file of a chain. */
    interface Opener {
        ChainFile open(Path file) throws IOException;
    }

    static BlockChain open(Path top, Opener opener) throws IOException {
        List<ChainFile> files = new ArrayList<>();
        try {
            Optional<Path> next = Optional.of(top);
            while (next.isPresent()) {
                if (files.size() == MAX_CHAIN) {
                    throw damaged(top, "its chain of parents has no end");
                }
                files.add(opener.open(next.get()));
                next = files.get(files.size() - 1).parent();
            }
            return new BlockChain(files);
        } catch (IOException | RuntimeException e) {
            for (ChainFile file : files) {
                file.close();
            }
            throw e;
        }
    }

    static CorruptException damaged(Path file, String state) {
        return new CorruptException(Problem.of("DISK_DIFFERS")
                .attempted("read " + file)
                .state(state)
                .remedy("check the storage below it and start again with a new folder"));
    }

    @Override
    public int depth() {
        return topFirst.size();
    }

    @Override
    public long sizeBytes() {
        return topFirst.get(0).sizeBytes();
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        int limit = into.limit();
        long at = offset;
        while (into.hasRemaining()) {
            long end = at + into.remaining();
            int supplier = 0;
            ChainFile.Piece piece = piece(supplier, at, end);
            while (piece.kind() == ChainFile.Kind.ABSENT && supplier + 1 < topFirst.size()) {
                supplier++;
                piece = piece(supplier, at, piece.end());
            }
            end = piece.end();
            into.limit(into.position() + (int) (end - at));
            if (piece.kind() == ChainFile.Kind.DATA) {
                PlainDisk.readFully(topFirst.get(supplier).channel(), piece.position(), into);
            } else {
                while (into.hasRemaining()) {
                    into.put((byte) 0);
                }
            }
            into.limit(limit);
            at = end;
        }
    }

    /** Asks a file about a part of the disk that ends at or before a place; a parent may be shorter, and is zeros from there on. */
    private ChainFile.Piece piece(int number, long at, long end) throws IOException {
        ChainFile file = topFirst.get(number);
        if (at >= file.sizeBytes()) {
            return new ChainFile.Piece(ChainFile.Kind.ZERO, 0, end);
        }
        ChainFile.Piece piece = file.piece(at);
        return new ChainFile.Piece(piece.kind(), piece.position(), Math.min(end, piece.end()));
    }

    @Override
    public String filesAt(long offset) {
        try {
            int supplier = 0;
            while (supplier + 1 < topFirst.size()
                    && topFirst.get(supplier).piece(offset).kind() == ChainFile.Kind.ABSENT) {
                supplier++;
            }
            return topFirst.subList(supplier, topFirst.size()).stream()
                    .map(file -> file.path().toString())
                    .collect(Collectors.joining(", a layer over "));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        for (ChainFile file : topFirst) {
            file.close();
        }
    }
}
