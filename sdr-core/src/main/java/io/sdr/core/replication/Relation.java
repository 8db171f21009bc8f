package io.sdr.core.replication;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.Contact;
import io.sdr.api.spi.DiskAccess;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.Endpoint;
import io.sdr.api.spi.ReplicaLink;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.api.spi.VmObservation;
import io.sdr.core.format.DiskFormats;
import io.sdr.core.replication.Manifest.Active;
import io.sdr.core.replication.Manifest.Disk;
import io.sdr.core.replication.Manifest.Layers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** One call of the driver: a link, its two sites, and the replica folders at both. */
final class Relation {
    private final ReplicaLink link;
    private final SiteProvider source;
    private final SiteProvider target;
    private final DiskFormats formats;
    private final CallContext context;

    Relation(ReplicaLink link, SiteProvider source, SiteProvider target, DiskFormats formats, CallContext context) {
        this.link = link;
        this.source = source;
        this.target = target;
        this.formats = formats;
        this.context = context;
    }

    ReplicaLink link() {
        return link;
    }

    SiteProvider source() {
        return source;
    }

    SiteProvider target() {
        return target;
    }

    DiskFormats formats() {
        return formats;
    }

    CallContext context() {
        return context;
    }

    /** The replica that is written. */
    Replica replica() {
        return new Replica(target.disks().replicaFolder(link.item()), formats);
    }

    /** The same, for work that the caller may cancel. */
    Replica cancellableReplica() {
        return new Replica(target.disks().replicaFolder(link.item()), formats, context.cancel());
    }

    /** The files at the source: once a replica, they tell what the active VM changed. */
    Replica sourceFiles() {
        return new Replica(source.disks().replicaFolder(link.item()), formats);
    }

    /**
     * Refuses a change under an epoch below the floor: of an engine that another one has left behind, and that does not know it.
     *
     * <p>The floor is enough; the catalogue of the target's site, which whoever works beside the disks does not see, knows no decision
     * that this misses. Whoever makes a side active raises the floor of the replica there before the decision, and whoever makes a
     * replica of a side's disks writes its epoch with the first manifest. What the catalogue alone can know is a decision that was
     * called off, after which nobody is active who was not before. Of two engines under one epoch neither is stale: what one
     * publishes makes the other's next manifest fail, since its number is taken.
     */
    void checkEpoch(Manifest m) {
        checkEpoch(m, target);
    }

    /** The same for the files at the source, which are a replica's where the roles have changed since. */
    void checkEpochAtSource(Manifest m) {
        checkEpoch(m, source);
    }

    private void checkEpoch(Manifest m, SiteProvider site) {
        if (context.epoch() < m.epochFloor()) {
            throw Trouble.failed(
                    "STALE_EPOCH",
                    "change the replica of " + link.item() + " at " + site.id() + " under epoch " + context.epoch(),
                    "it accepts epoch " + m.epochFloor() + " and later ones only",
                    "nothing: a later decision has been made");
        }
    }

    /**
     * Refuses a change after the moment until which the call is good, by the target's clock. A manifest that is published later
     * still, because the storage was slow, fails if anybody has published another one since.
     */
    void checkInTime() {
        Contact contact = target.contact(context);
        if (!(contact instanceof Contact.Reachable reachable)) {
            throw Trouble.retry(
                    "SITE_UNREACHABLE",
                    "change the replica of " + link.item() + " at " + target.id(),
                    "the site does not answer: " + ((Contact.Unreachable) contact).reason());
        }
        if (reachable.siteClock().isAfter(context.notAfter())) {
            throw Trouble.failed(
                    "TOO_LATE",
                    "change the replica of " + link.item() + " at " + target.id(),
                    "it is " + reachable.siteClock() + " there, the call was good until " + context.notAfter()
                            + "; nothing was changed",
                    "look at the replica, then call again");
        }
    }

    /** Gets the target's manifest in order to change it. */
    Manifest open() {
        Manifest m = replica().open(link.item());
        checkEpoch(m);
        return m;
    }

    Optional<VmObservation> observe(SiteProvider site, Endpoint end) {
        return Optional.ofNullable(
                site.vms().observe(List.of(end.vm()), context).get(end.vm()));
    }

    /** Layers that a VM has attached, whatever the manifest of its side says. */
    Predicate<String> layersInUse(SiteProvider site, Endpoint end) {
        Set<String> locators = new HashSet<>();
        observe(site, end).map(VmObservation::disks).orElse(List.of()).forEach(each -> locators.add(each.locator()));
        if (locators.isEmpty()) {
            return file -> false;
        }
        List<Disk> disks = new Replica(site.disks().replicaFolder(link.item()), formats)
                .look()
                .map(Manifest::disks)
                .orElse(List.of());
        return file -> disks.stream()
                .anyMatch(each -> locators.contains(site.disks()
                        .inReplicaFolder(link.item(), each.id(), file, each.format(), each.sizeBytes())
                        .locator()));
    }

    /** A token for something that this call makes: the same for every attempt of the same step. */
    CallContext contextFor(String purpose) {
        byte[] sha = SegmentFormat.newDigest()
                .digest((link.item() + "/" + context.token()).getBytes(StandardCharsets.UTF_8));
        return context.withToken(purpose + "." + HexFormat.of().formatHex(sha, 0, 12));
    }

    /** The disks that the VM of a side in role ACTIVE shall have attached. */
    static List<DiskRef> activeDisks(Manifest m, SiteProvider site) {
        List<Layers> layers = m.active().map(Active::layers).orElse(List.of());
        List<DiskRef> all = new ArrayList<>();
        for (int k = 0; k < m.disks().size(); k++) {
            Disk disk = m.disks().get(k);
            all.add(ref(
                    m,
                    disk,
                    site,
                    layers.isEmpty() ? disk.base() : layers.get(k).run()));
        }
        return all;
    }

    static DiskRef ref(Manifest m, Disk disk, SiteProvider site, String file) {
        return site.disks().inReplicaFolder(m.item(), disk.id(), file, disk.format(), disk.sizeBytes());
    }

    /** Opens a frozen disk of a checkpoint. */
    static VirtualDisk frozen(SiteProvider site, String checkpoint, DiskRef disk, CallContext context) {
        return open(site.disks().frozen(checkpoint, disk.disk(), context));
    }

    /** Opens a disk of a VM that is off. */
    static VirtualDisk offline(SiteProvider site, DiskRef disk) {
        return open(site.disks().offline(disk, Access.READ));
    }

    private static VirtualDisk open(DiskAccess access) {
        if (access instanceof DiskAccess.InProcess here) {
            return here.open();
        }
        throw new IllegalStateException("unknown way to a disk: " + access);
    }
}
