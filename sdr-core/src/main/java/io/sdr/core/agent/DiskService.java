package io.sdr.core.agent;

import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.sync.DiskDigest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Serves frozen disks over one connection: each is opened when it is first used, and closed with the connection. Thread-safe. */
final class DiskService implements DiskCalls, AutoCloseable {
    private static final int MAX_READ = 1 << 20;
    private static final int MAX_PARTS = 20_000;

    private final FrozenDisks frozen;
    private final Map<Handle, VirtualDisk> open = new HashMap<>();

    DiskService(FrozenDisks frozen) {
        this.frozen = frozen;
    }

    private synchronized VirtualDisk of(byte[] handle) {
        if (handle.length != Handle.BYTES) {
            throw AgentProblems.unknownHandle();
        }
        return open.computeIfAbsent(Handle.of(handle), frozen::open);
    }

    @Override
    public long size(byte[] handle) {
        return of(handle).sizeBytes();
    }

    @Override
    public OptionalInt sectorBytes(byte[] handle) {
        return of(handle).sectorBytes();
    }

    @Override
    public byte[] read(byte[] handle, long offset, int length) {
        VirtualDisk disk = of(handle);
        inside(disk, offset, length);
        byte[] bytes = new byte[Math.min(MAX_READ, length)];
        disk.read(offset, ByteBuffer.wrap(bytes));
        return bytes;
    }

    @Override
    public List<Part> extents(byte[] handle, long offset, long length) {
        VirtualDisk disk = of(handle);
        inside(disk, offset, length);
        List<Part> parts = new ArrayList<>();
        disk.extents(offset, length, (at, bytes, kind) -> {
            if (parts.size() < MAX_PARTS) {
                parts.add(new Part(at, bytes, kind));
            }
        });
        return parts;
    }

    private static void inside(VirtualDisk disk, long offset, long length) {
        if (offset < 0 || length < 0 || offset > disk.sizeBytes() - length) {
            throw AgentProblems.outside(offset, length, disk.sizeBytes());
        }
    }

    @Override
    public RangeSet ownRanges(byte[] handle) {
        return of(handle).ownRanges();
    }

    @Override
    public Digest digest(byte[] handle, CallContext context) {
        DiskDigest digest = DiskDigest.of(of(handle), context.cancel(), context.progress());
        return new Digest(digest.sha256(), digest.bytesRead());
    }

    @Override
    public synchronized void close() {
        open.values().forEach(VirtualDisk::close);
        open.clear();
    }
}
