package io.sdr.core.operation;

import io.sdr.api.ItemId;
import io.sdr.api.SdrException;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.ReplicaLink;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.api.spi.VmDescription;
import io.sdr.core.job.Values;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a VM is besides its disks' content, kept in the catalogue of the side that replication writes: a failover finds it there when
 * the other side is lost.
 */
final class ConfigurationDocument {
    /** The document's name in the catalogue. */
    static final String NAME = "configuration";

    private static final Logger LOG = LoggerFactory.getLogger(ConfigurationDocument.class);

    private ConfigurationDocument() {}

    /**
     * Brings the document up to date, as each cycle does. That it fails never stops a cycle: data counts more, and the next one tries
     * again.
     */
    static void keepCurrent(ReplicaLink link, SiteProvider source, SiteProvider target, CallContext call) {
        try {
            List<VmDescription> found =
                    source.inventory().find(link.source().vm().value(), call);
            if (found.isEmpty()) {
                return;
            }
            String document = Documents.write(values(found.get(0)));
            if (!target.catalogue().document(link.item(), NAME, call).equals(Optional.of(document))) {
                target.catalogue().putDocument(link.item(), NAME, document, call);
            }
        } catch (SdrException e) {
            LOG.info(
                    "item {}: the configuration of its VM is kept with a later cycle: {}", link.item(), e.getMessage());
        }
    }

    private static Values values(VmDescription vm) {
        Values values = ConfigurationCodec.write(vm.configuration())
                .with("name", vm.name())
                .with("disks", vm.disks().size());
        for (int i = 0; i < vm.disks().size(); i++) {
            DiskRef disk = vm.disks().get(i);
            values = values.with("disk." + i + ".id", disk.disk())
                    .with("disk." + i + ".sizeBytes", disk.sizeBytes())
                    .with("disk." + i + ".format", disk.format());
        }
        return values;
    }

    /** What the other side's VM was with the last cycle; empty if no cycle has told. */
    static Optional<VmConfiguration> read(Scene scene) {
        return read(scene.site(scene.to()), scene.item().id(), scene.call());
    }

    static Optional<VmConfiguration> read(SiteProvider site, ItemId item, CallContext call) {
        return site.catalogue().document(item, NAME, call).map(Documents::read).map(ConfigurationCodec::read);
    }
}
