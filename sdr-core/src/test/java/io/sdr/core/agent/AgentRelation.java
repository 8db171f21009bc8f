package io.sdr.core.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.Consistency;
import io.sdr.api.ItemId;
import io.sdr.api.JobId;
import io.sdr.api.OutcomeUnknownException;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.RetryableException;
import io.sdr.api.Side;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.CycleResult;
import io.sdr.api.spi.Endpoint;
import io.sdr.api.spi.HeldPoint;
import io.sdr.api.spi.ReplicaLink;
import io.sdr.api.spi.ReplicaStatus;
import io.sdr.api.spi.ReplicationDriver.Retention;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.api.spi.VmConfiguration;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/** One VM that is replicated from east to west through agents, and calls that are repeated where an answer was lost. */
final class AgentRelation {
    static final ItemId ITEM = new ItemId("item");
    static final JobId JOB = new JobId("job");
    private static final int ATTEMPTS = 20;

    private final AgentDriverWorld world;
    private final Random random = new Random(5);
    private final int diskBytes;
    final ReplicaLink link;
    private int attempts = ATTEMPTS;
    private int failures;

    AgentRelation(AgentDriverWorld world, int diskBytes) {
        this(world, diskBytes, newLink(world, diskBytes));
    }

    /** Goes on with a VM that is there. */
    AgentRelation(AgentDriverWorld world, int diskBytes, ReplicaLink link) {
        this.world = world;
        this.diskBytes = diskBytes;
        this.link = link;
    }

    private static ReplicaLink newLink(AgentDriverWorld world, int diskBytes) {
        VmId source = world.createRunningVm(Side.PRIMARY, "vm", List.of((long) diskBytes));
        VmId copy = world.site(Side.RECOVERY)
                .vms()
                .createPlaceholder(
                        "vm", Optional.empty(), VmConfiguration.of(1, 1 << 30, "UEFI"), call(world, "placeholder"))
                .vm();
        return new ReplicaLink(
                ITEM,
                Side.RECOVERY,
                new Endpoint(world.site(Side.PRIMARY).id(), source),
                new Endpoint(world.site(Side.RECOVERY).id(), copy));
    }

    private static CallContext call(AgentDriverWorld world, String token) {
        return CallContext.once(ITEM, 1, token, world.now().plus(Duration.ofHours(1)));
    }

    CallContext call(String token) {
        return call(world, token);
    }

    /** A call under another epoch than the first. */
    CallContext call(String token, long epoch) {
        return CallContext.once(ITEM, epoch, token, world.now().plus(Duration.ofHours(1)));
    }

    /** Repeats a call with the same token until it is answered, as the engine does. */
    <T> T repeated(Supplier<T> call) {
        for (int attempt = 1; ; attempt++) {
            try {
                return call.get();
            } catch (RetryableException | OutcomeUnknownException e) {
                failures++;
                if (attempt >= attempts) {
                    throw e;
                }
            }
        }
    }

    /** Does something whose calls are not repeated. */
    void once(Runnable something) {
        int before = attempts;
        attempts = 1;
        try {
            something.run();
        } finally {
            attempts = before;
        }
    }

    int failures() {
        return failures;
    }

    void establish() {
        repeated(() -> {
            world.driver().establish(link, new Retention(10, Duration.ZERO), call("establish"));
            return true;
        });
    }

    /** Writes over some of the disk. */
    void write(int pieces, int pieceBytes) {
        write(random, pieces, pieceBytes);
    }

    /** Writes over some of the disk, with a seed of its own. */
    void write(long seed, int pieces, int pieceBytes) {
        write(new Random(seed), pieces, pieceBytes);
    }

    private void write(Random random, int pieces, int pieceBytes) {
        byte[] piece = new byte[pieceBytes];
        try (VirtualDisk disk = world.guestDisk(Side.PRIMARY, link.source().vm(), 0)) {
            for (int i = 0; i < pieces; i++) {
                random.nextBytes(piece);
                disk.write(random.nextInt(diskBytes - pieceBytes), ByteBuffer.wrap(piece));
            }
            disk.flush();
        }
    }

    byte[] content() {
        try (VirtualDisk disk = world.guestDisk(Side.PRIMARY, link.source().vm(), 0)) {
            return read(disk);
        }
    }

    private static byte[] read(VirtualDisk disk) {
        byte[] all = new byte[Math.toIntExact(disk.sizeBytes())];
        disk.read(0, ByteBuffer.wrap(all));
        return all;
    }

    RecoveryPoint cycle(long sequence) {
        CycleResult result = repeated(
                () -> world.driver().replicate(link, sequence, Consistency.CRASH_CONSISTENT, call("cycle" + sequence)));
        assertThat(result).isInstanceOf(CycleResult.Received.class);
        return ((CycleResult.Received) result).point();
    }

    /** Sends everything without comparing. */
    RecoveryPoint whole(long sequence) {
        CycleResult result = repeated(() -> world.driver().downloadAll(link, sequence, call("cycle" + sequence)));
        assertThat(result).isInstanceOf(CycleResult.Received.class);
        return ((CycleResult.Received) result).point();
    }

    /** Compares everything. */
    RecoveryPoint compared(long sequence) {
        repeated(() -> {
            world.driver().beginResync(link, new Retention(10, Duration.ZERO), false, call("resync" + sequence));
            return true;
        });
        return cycle(sequence);
    }

    ReplicaStatus status() {
        return repeated(
                () -> world.driver().status(List.of(link), call("status")).get(ITEM));
    }

    void process() {
        repeated(() -> {
            world.driver().process(link, call("process"));
            return true;
        });
    }

    /** Brings the copy to a point and gives what its disk holds. */
    byte[] bringTo(RecoveryPoint point) {
        HeldPoint held = repeated(() -> world.driver().bringTo(link, JOB, point.id(), call("bring" + point.id())));
        try (VirtualDisk disk = world.inspect(Side.RECOVERY, held.disks().get(0))) {
            return read(disk);
        }
    }

    void giveBack() {
        repeated(() -> {
            world.driver().giveBack(link, JOB, false, call("back"));
            return true;
        });
    }

    void commit() {
        repeated(() -> {
            world.driver().commit(link, JOB, call("commit"));
            return true;
        });
    }
}
