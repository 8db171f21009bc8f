package io.sdr.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sdr.api.Consistency;
import io.sdr.api.ItemId;
import io.sdr.api.JobId;
import io.sdr.api.SdrException;
import io.sdr.api.Side;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.Checkpoint;
import io.sdr.api.spi.Contact;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.Disks;
import io.sdr.api.spi.EpochRecord;
import io.sdr.api.spi.SiteCapabilities;
import io.sdr.api.spi.SiteCatalogue;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.api.spi.VmControl;
import io.sdr.api.spi.VmObservation;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.function.Executable;

/** What the suites for a {@code SiteProvider} have in common: a world for each test, and calls to its site. */
public abstract class SiteSuite {
    static final ItemId ITEM = new ItemId("contract-item");
    static final ItemId OTHER = new ItemId("contract-other");
    static final VmId NOBODY = new VmId("contract-no-such-vm");
    static final VmConfiguration CONFIGURATION = VmConfiguration.of(1, 1L << 30, "bios");

    private static final Instant ALWAYS = Instant.parse("2100-01-01T00:00:00Z");

    private @Nullable SiteWorld world;

    /** For the suites. */
    protected SiteSuite() {}

    /**
     * Opens a world: a site without VMs and without items.
     *
     * @return the world; the suite closes it
     */
    protected abstract SiteWorld newWorld();

    /** Opens the world of a test. */
    @BeforeEach
    public final void openWorld() {
        world = newWorld();
    }

    /** Closes the world of a test. */
    @AfterEach
    public final void closeWorld() {
        SiteWorld open = world;
        world = null;
        if (open != null) {
            open.close();
        }
    }

    /** A fresh world in the middle of a test. */
    final void anotherWorld() {
        closeWorld();
        openWorld();
    }

    final SiteWorld world() {
        return Objects.requireNonNull(world, "no test runs");
    }

    final SiteProvider site() {
        return world().site();
    }

    final VmControl vms() {
        return site().vms();
    }

    final Disks disks() {
        return site().disks();
    }

    final SiteCatalogue catalogue() {
        return site().catalogue();
    }

    final boolean claims(SiteCapabilities.Flag flag) {
        return site().capabilities().has(flag);
    }

    final PowerCut powerCut() {
        Optional<PowerCut> found = world().powerCut();
        assumeTrue(
                found.isPresent(),
                "not promised: this world cannot cut the power of its storage, so durability is not tested");
        return found.orElseThrow();
    }

    // ---- contexts

    static CallContext call(ItemId item, long epoch, String token) {
        return CallContext.once(item, epoch, token, ALWAYS);
    }

    static CallContext call(String token) {
        return call(ITEM, 1, token);
    }

    /** A call that was good until a minute ago, by the site's clock. */
    final CallContext late(String token) {
        Instant clock = assertInstanceOf(Contact.Reachable.class, site().contact(call("clock")))
                .siteClock();
        return CallContext.once(ITEM, 1, token, clock.minusSeconds(60));
    }

    static EpochRecord decision(long epoch, String job) {
        return new EpochRecord(
                epoch,
                EpochRecord.Kind.ACTIVATE,
                Side.PRIMARY,
                Side.RECOVERY,
                new JobId(job),
                Optional.empty(),
                Instant.parse("2025-01-01T12:00:00Z"));
    }

    // ---- expectations

    static void refused(String code, Executable call) {
        SdrException thrown = assertThrows(SdrException.class, call);
        assertEquals(code, thrown.code(), () -> "the code of: " + thrown.getMessage());
    }

    final VmObservation seen(VmId vm) {
        VmObservation found = vms().observe(List.of(vm), call("observe")).get(vm);
        assertTrue(found != null, () -> "VM " + vm + " is observed");
        return Objects.requireNonNull(found);
    }

    /** What a verb returned must be what anybody sees. */
    final VmObservation agreed(VmObservation returned) {
        assertEquals(seen(returned.vm()), returned, "what the verb returned is what is observed then");
        return returned;
    }

    // ---- VMs and their guests

    final VmId runningVm() {
        return runningVm("contract-vm");
    }

    final VmId runningVm(String name) {
        return world().createRunningVm(name, world().diskSizes());
    }

    final VmId placeholder() {
        return vms().createPlaceholder("contract-copy", Optional.empty(), CONFIGURATION, call("placeholder"))
                .vm();
    }

    final void write(VmId vm, int disk, long offset, byte[] bytes) {
        try (VirtualDisk open = world().guestDisk(vm, disk)) {
            open.write(offset, java.nio.ByteBuffer.wrap(bytes));
            open.flush();
        }
    }

    final byte[] guestBytes(VmId vm, int disk) {
        try (VirtualDisk open = world().guestDisk(vm, disk)) {
            return Bytes.of(open);
        }
    }

    final Checkpoint checkpoint(VmId vm, String token) {
        return disks().checkpoint(vm, Consistency.CRASH_CONSISTENT, call(token));
    }

    final VirtualDisk frozen(Checkpoint checkpoint, int disk) {
        DiskRef ref = checkpoint.disks().get(disk);
        return world().open(disks().frozen(checkpoint.id(), ref.disk(), call("read")));
    }

    final byte[] frozenBytes(Checkpoint checkpoint, int disk) {
        try (VirtualDisk open = frozen(checkpoint, disk)) {
            return Bytes.of(open);
        }
    }
}
