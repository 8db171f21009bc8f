package io.sdr.core.replication;

import io.sdr.api.Consistency;
import io.sdr.api.DiskId;
import io.sdr.api.ItemId;
import io.sdr.api.SiteId;
import io.sdr.api.VmId;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.CycleStatistics;
import io.sdr.api.spi.Endpoint;
import io.sdr.api.spi.ReplicationDriver.Retention;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.format.DiskFormats;
import io.sdr.core.format.RawFormat;
import io.sdr.core.replication.Manifest.Disk;
import io.sdr.testkit.MemoryFolder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Drives a replica with disks that are plain byte arrays. */
class ReplicaHarness {
    static final ItemId ITEM = new ItemId("item-1");
    static final Endpoint ORIGIN = new Endpoint(new SiteId("east"), new VmId("vm-1"));
    static final Retention KEEP_ALL = new Retention(1000, Duration.ZERO);
    static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

    final RawFormat format = new RawFormat();
    final DiskFormats formats = DiskFormats.of(format);
    final int[] sizes;
    Replica replica;
    StorageFolder folder;

    ReplicaHarness(StorageFolder folder, int... sizes) {
        this.sizes = sizes;
        use(folder);
    }

    void use(StorageFolder next) {
        folder = next;
        replica = newReplica(next);
    }

    Replica newReplica(StorageFolder next) {
        return new Replica(next, formats);
    }

    Reception newReception(Manifest m, long sequence) {
        return new Reception(replica.files(), m, sequence, "cp" + sequence);
    }

    Manifest open() {
        return replica.open(ITEM);
    }

    Manifest establish(Retention retention) {
        Manifest m = replica.establish(ITEM, ORIGIN, retention, 1, "token");
        if (!m.disks().isEmpty()) {
            return m;
        }
        List<Disk> disks = new ArrayList<>();
        for (int k = 0; k < sizes.length; k++) {
            disks.add(new Disk(
                    new DiskId("disk" + k), "raw", sizes[k], ReplicaFiles.baseName(k, "raw"), false, Optional.empty()));
        }
        return replica.defineDisks(m, disks, Collections.nCopies(disks.size(), OptionalInt.empty()));
    }

    /** Sends what differs between two states, in spans of 4 KiB. */
    Manifest receive(long sequence, byte[][] before, byte[][] after) {
        Manifest m = open();
        if (sequence <= m.received()) {
            return m;
        }
        Reception reception = newReception(m, sequence);
        for (int k = 0; k < sizes.length; k++) {
            try (VirtualDisk source = disk(after[k]);
                    SegmentWriter writer = reception.open(k, source)) {
                for (int at = 0; at < sizes[k]; at += 4096) {
                    int end = Math.min(sizes[k], at + 4096);
                    if (at < writer.coveredTo() || Arrays.equals(before[k], at, end, after[k], at, end)) {
                        continue;
                    }
                    if (Arrays.equals(new byte[end - at], 0, end - at, after[k], at, end)) {
                        writer.zero(at, end - at);
                    } else {
                        writer.data(at, ByteBuffer.wrap(after[k], at, end - at));
                    }
                }
                reception.whole(writer);
            }
        }
        Instant time = START.plus(Duration.ofMinutes(sequence));
        return reception.acknowledge(
                "cp" + sequence, time, Consistency.CRASH_CONSISTENT, new CycleStatistics(sequence, 0, 0));
    }

    VirtualDisk disk(byte[] content) {
        VirtualDisk disk = format.create(new MemoryFolder(), "source", content.length);
        disk.write(0, ByteBuffer.wrap(content));
        return disk;
    }

    byte[] read(String file) {
        try (VirtualDisk disk = format.open(folder, file, Access.READ)) {
            byte[] all = new byte[(int) disk.sizeBytes()];
            disk.read(0, ByteBuffer.wrap(all));
            return all;
        }
    }

    void write(String file, long offset, byte[] data) {
        try (VirtualDisk disk = format.open(folder, file, Access.WRITE)) {
            disk.write(offset, ByteBuffer.wrap(data));
            disk.flush();
        }
    }

    static byte[][] copy(byte[][] state) {
        byte[][] all = new byte[state.length][];
        for (int k = 0; k < state.length; k++) {
            all[k] = state[k].clone();
        }
        return all;
    }
}
