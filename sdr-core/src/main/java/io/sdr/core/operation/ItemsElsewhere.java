package io.sdr.core.operation;

import io.sdr.api.Finding;
import io.sdr.api.ItemId;
import io.sdr.api.SdrException;
import io.sdr.api.Side;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.SiteCatalogue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Items that the catalogue of a site has and this engine has not: another engine keeps them, and may carry the same VM. */
public final class ItemsElsewhere {
    private static final Logger LOG = LoggerFactory.getLogger(ItemsElsewhere.class);

    private ItemsElsewhere() {}

    /**
     * Looks whether another engine's item carries a VM by another driver, because two drivers never may.
     *
     * @param item the item that shall be protected
     * @param ours the ids of this engine's items, which need not be read
     * @param world the sites
     * @param call the call
     * @return one finding for each such item; none if the site does not answer
     */
    public static List<Finding> carrying(ItemState item, Set<String> ours, Surroundings world, CallContext call) {
        SiteCatalogue catalogue = world.site(item.place(Side.PRIMARY).site()).catalogue();
        List<Finding> findings = new ArrayList<>();
        try {
            for (ItemId id : catalogue.items(call)) {
                boolean foreign = !id.equals(item.id()) && !ours.contains(id.value());
                if (foreign) {
                    read(id, catalogue, call)
                            .filter(other ->
                                    isOfSameVm(other, item) && !other.driver().equals(item.driver()))
                            .map(other -> mismatch(other, item))
                            .ifPresent(findings::add);
                }
            }
        } catch (SdrException silent) {
            LOG.info("the catalogue's items were not looked at: {}", silent.getMessage());
        }
        return findings;
    }

    private static Optional<ItemState> read(ItemId id, SiteCatalogue catalogue, CallContext call) {
        CallContext its = CallContext.once(id, 0, call.token(), call.notAfter());
        try {
            return catalogue
                    .document(id, CatalogueRecord.NAME, its)
                    .map(json -> CatalogueRecord.read(id, json).item());
        } catch (SdrException damaged) {
            LOG.warn("the record of item {}, which is not ours, was not read: {}", id, damaged.getMessage());
            return Optional.empty();
        }
    }

    private static boolean isOfSameVm(ItemState other, ItemState item) {
        for (Side side : Side.values()) {
            boolean same =
                    other.place(side).site().equals(item.place(Side.PRIMARY).site())
                            && other.vm(side).equals(item.vm(Side.PRIMARY));
            if (same) {
                return true;
            }
        }
        return false;
    }

    private static Finding mismatch(ItemState other, ItemState item) {
        return Finding.blocker(
                "DRIVER_MISMATCH",
                "VM " + item.vm(Side.PRIMARY).orElseThrow(),
                "item " + other.id() + " of another engine carries it by driver '" + other.driver() + "'",
                "replicated by driver '" + item.driver() + "' alone",
                "disable that item first, or protect the VM with that driver");
    }
}
