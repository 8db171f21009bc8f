package io.sdr.core.agent;

import io.sdr.api.Consistency;
import io.sdr.api.DiskId;
import io.sdr.api.ItemId;
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
import io.sdr.testkit.CheckpointFormat;
import java.util.List;
import java.util.function.Supplier;

/** A simulated site whose disks the engine reaches through an agent only. */
final class AgentSite implements SiteProvider, Disks {
    private final Supplier<? extends SiteProvider> site;
    private final AgentPort port;
    private final String root;

    AgentSite(Supplier<? extends SiteProvider> site, AgentPort port, String root) {
        this.site = site;
        this.port = port;
        this.root = root;
    }

    @Override
    public SiteId id() {
        return site.get().id();
    }

    @Override
    public SiteCapabilities capabilities() {
        return site.get().capabilities();
    }

    @Override
    public Contact contact(CallContext context) {
        return site.get().contact(context);
    }

    @Override
    public Inventory inventory() {
        return site.get().inventory();
    }

    @Override
    public VmControl vms() {
        return site.get().vms();
    }

    @Override
    public Disks disks() {
        return this;
    }

    @Override
    public TestObjects testObjects() {
        return site.get().testObjects();
    }

    @Override
    public SiteCatalogue catalogue() {
        return site.get().catalogue();
    }

    @Override
    public Checkpoint checkpoint(VmId vm, Consistency consistency, CallContext context) {
        return site.get().disks().checkpoint(vm, consistency, context);
    }

    @Override
    public DiskAccess frozen(String checkpoint, DiskId disk, CallContext context) {
        DiskAccess asked = site.get().disks().frozen(checkpoint, disk, context);
        return asked instanceof DiskAccess.InProcess
                ? port.disk(root, CheckpointFormat.fileOf(checkpoint, disk), CheckpointFormat.NAME)
                : asked;
    }

    @Override
    public ChangedRanges changes(String since, String until, DiskId disk, CallContext context) {
        return site.get().disks().changes(since, until, disk, context);
    }

    @Override
    public void release(String checkpoint, boolean keepMark, CallContext context) {
        site.get().disks().release(checkpoint, keepMark, context);
    }

    @Override
    public void releaseMark(String mark, CallContext context) {
        site.get().disks().releaseMark(mark, context);
    }

    @Override
    public List<String> leftovers(VmId vm, CallContext context) {
        return site.get().disks().leftovers(vm, context);
    }

    @Override
    public StorageFolder replicaFolder(ItemId item) {
        return port.folder(root + "/replicas/" + item.value());
    }

    @Override
    public DiskRef inReplicaFolder(ItemId item, DiskId disk, String file, String format, long sizeBytes) {
        return site.get().disks().inReplicaFolder(item, disk, file, format, sizeBytes);
    }

    @Override
    public DiskRef moveToReplicaFolder(DiskRef disk, ItemId item, String file, CallContext context) {
        return site.get().disks().moveToReplicaFolder(disk, item, file, context);
    }

    @Override
    public DiskAccess offline(DiskRef disk, Access access) {
        return site.get().disks().offline(disk, access);
    }
}
