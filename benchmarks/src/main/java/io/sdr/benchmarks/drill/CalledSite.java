package io.sdr.benchmarks.drill;

import io.sdr.api.Consistency;
import io.sdr.api.DiskId;
import io.sdr.api.ItemId;
import io.sdr.api.SdrException;
import io.sdr.api.SiteId;
import io.sdr.api.VmId;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.ChangedRanges;
import io.sdr.api.spi.Checkpoint;
import io.sdr.api.spi.Contact;
import io.sdr.api.spi.DiskAccess;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.Disks;
import io.sdr.api.spi.Inventory;
import io.sdr.api.spi.SiteCapabilities;
import io.sdr.api.spi.SiteCatalogue;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.TestObjects;
import io.sdr.api.spi.VmControl;
import io.sdr.core.call.CallLink;
import io.sdr.core.endpoint.AgentEndpoint;
import io.sdr.testkit.CheckpointFormat;
import java.util.List;
import java.util.Optional;

/** A site whose control is in the process of the hands, and whose disks an agent alone reaches. */
final class CalledSite implements SiteProvider, Disks {
    private static final String ROOT = "site";

    private final SiteId id;
    private final SiteBasics basics;
    private final Inventory inventory;
    private final VmControl vms;
    private final Disks disks;
    private final TestObjects tests;
    private final SiteCatalogue catalogue;
    private final SiteCapabilities capabilities;
    private final AgentEndpoint agent;
    private final Runnable driverAsks;
    private final Optional<FrozenCalls> copies;

    /**
     * Makes it.
     *
     * @param agent the way to its disks
     * @param format the format of its disks
     * @param driverAsks run when a driver at work asks for something that only drivers ask for
     */
    CalledSite(String name, CallLink hands, AgentEndpoint agent, String format, Runnable driverAsks) {
        this.copies = format.equals(DrillImage.RAW)
                ? Optional.empty()
                : Optional.of(hands.remote(name + ".frozen", FrozenCalls.class));
        this.id = new SiteId(name);
        this.agent = agent;
        this.driverAsks = driverAsks;
        this.basics = hands.remote(name + ".site", SiteBasics.class);
        this.inventory = hands.remote(name + ".inventory", Inventory.class);
        this.vms = hands.remote(name + ".vms", VmControl.class);
        this.disks = hands.remote(name + ".disks", Disks.class);
        this.tests = hands.remote(name + ".tests", TestObjects.class);
        this.catalogue = hands.remote(name + ".catalogue", SiteCatalogue.class);
        this.capabilities = basics.capabilities();
    }

    @Override
    public SiteId id() {
        return id;
    }

    @Override
    public SiteCapabilities capabilities() {
        return capabilities;
    }

    @Override
    public Contact contact(CallContext context) {
        try {
            return basics.contact(context);
        } catch (SdrException e) {
            return new Contact.Unreachable(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public Inventory inventory() {
        return inventory;
    }

    @Override
    public VmControl vms() {
        return vms;
    }

    @Override
    public Disks disks() {
        return this;
    }

    @Override
    public TestObjects testObjects() {
        return tests;
    }

    @Override
    public SiteCatalogue catalogue() {
        return catalogue;
    }

    @Override
    public Checkpoint checkpoint(VmId vm, Consistency consistency, CallContext context) {
        return disks.checkpoint(vm, consistency, context);
    }

    @Override
    public DiskAccess frozen(String checkpoint, DiskId disk, CallContext context) {
        driverAsks.run();
        if (copies.isPresent()) {
            String copy = copies.get().copy(checkpoint, disk, context);
            return agent.disk(ROOT + "/" + FrozenCopies.FOLDER, copy, FrozenCopyFormat.NAME);
        }
        return agent.disk(ROOT, CheckpointFormat.fileOf(checkpoint, disk), CheckpointFormat.NAME);
    }

    @Override
    public ChangedRanges changes(String since, String until, DiskId disk, CallContext context) {
        return disks.changes(since, until, disk, context);
    }

    @Override
    public void release(String checkpoint, boolean keepMark, CallContext context) {
        disks.release(checkpoint, keepMark, context);
        copies.ifPresent(each -> each.delete(checkpoint));
    }

    @Override
    public void releaseMark(String mark, CallContext context) {
        disks.releaseMark(mark, context);
    }

    @Override
    public List<String> leftovers(VmId vm, CallContext context) {
        return disks.leftovers(vm, context);
    }

    @Override
    public StorageFolder replicaFolder(ItemId item) {
        return agent.folder(ROOT + "/replicas/" + item.value());
    }

    @Override
    public DiskRef inReplicaFolder(ItemId item, DiskId disk, String file, String format, long sizeBytes) {
        driverAsks.run();
        return disks.inReplicaFolder(item, disk, file, format, sizeBytes);
    }

    @Override
    public DiskRef moveToReplicaFolder(DiskRef disk, ItemId item, String file, CallContext context) {
        return disks.moveToReplicaFolder(disk, item, file, context);
    }

    @Override
    public DiskAccess offline(DiskRef disk, Access access) {
        int slash = disk.locator().lastIndexOf('/');
        return agent.disk(
                ROOT + "/" + disk.locator().substring(0, slash), disk.locator().substring(slash + 1), disk.format());
    }
}
