package io.sdr.core.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.JobId;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.HeldPoint;
import io.sdr.api.spi.ReplicaLink;
import io.sdr.api.spi.ReplicaStatus;
import io.sdr.api.spi.ReplicationDriver;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.format.RawFormat;
import io.sdr.core.replication.SdrReplicationDriverFactory;
import io.sdr.testkit.InMemorySite;
import io.sdr.testkit.MemoryFolder;
import io.sdr.testkit.SiteOptions;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the storage of a target holds of a replica with one disk, looked at without any agent. */
final class FoundReplica implements AutoCloseable {
    private final ReplicaLink link;
    private final InMemorySite source = InMemorySite.open(options("east"), new MemoryFolder());
    private final InMemorySite target;
    private final ReplicationDriver driver;

    /**
     * Looks.
     *
     * @param storage the storage of the target's site; changed
     */
    FoundReplica(ReplicaLink link, MemoryFolder storage) {
        this.link = link;
        this.target = InMemorySite.open(options("west"), storage);
        this.driver = SdrReplicationDriverFactory.connectHere(source, target);
    }

    private static SiteOptions options(String name) {
        return SiteOptions.named(name).format(new RawFormat());
    }

    private static CallContext call(String token) {
        return CallContext.once(AgentRelation.ITEM, 1000, token, Instant.parse("2100-01-01T00:00:00Z"));
    }

    ReplicaStatus status() {
        return driver.status(List.of(link), call("look")).get(AgentRelation.ITEM);
    }

    /**
     * Asserts that each point from a cycle on holds what the source had then; gives what can be told of the replica.
     *
     * @param from the number of the cycle
     */
    String check(Map<Long, byte[]> contents, long from) {
        ReplicaStatus status = status();
        Map<Long, Boolean> points = new TreeMap<>();
        for (RecoveryPoint each : status.points()) {
            points.put(each.sequence(), each.processed());
            if (each.sequence() < from) {
                continue;
            }
            HeldPoint held = driver.bringTo(
                    link, new JobId("look-" + each.sequence()), each.id(), call("look-" + each.sequence()));
            assertThat(read(held.disks().get(0)))
                    .as("point %s", each.sequence())
                    .isEqualTo(contents.get(each.sequence()));
        }
        List<Integer> active = status.activeDisks().stream()
                .map(this::read)
                .map(Arrays::hashCode)
                .toList();
        return status.role() + ", floor " + status.epochFloor() + ", received " + status.received() + ", points "
                + points + ", held by " + status.held().keySet() + ", active " + active + ", broken " + status.broken();
    }

    private byte[] read(DiskRef ref) {
        try (VirtualDisk disk = target.inspect(ref)) {
            byte[] all = new byte[Math.toIntExact(disk.sizeBytes())];
            disk.read(0, ByteBuffer.wrap(all));
            return all;
        }
    }

    @Override
    public void close() {
        target.close();
        source.close();
    }
}
