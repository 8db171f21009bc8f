package io.sdr.hyperv.manager;

import io.sdr.api.ItemId;
import io.sdr.api.SdrException;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.EpochRecord;
import io.sdr.api.spi.SiteCatalogue;
import io.sdr.hyperv.host.HostCatalogue;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The catalogue of a site over VMM: it lies with the hosts, and decides there. The number of each decision is noted on VMM's machine,
 * too, whose scripts cannot look at the hosts' folder: a late call of an older decision is refused there as well. Thread-safe.
 */
public final class ManagedCatalogue implements SiteCatalogue {
    private static final Logger LOG = LoggerFactory.getLogger(ManagedCatalogue.class);
    private static final String NOTE = "{\"decided\":\"in the catalogue of the site's hosts\"}";

    private final SiteCatalogue atHosts;
    private final HostCatalogue atVmm;

    /**
     * Makes one.
     *
     * @param atHosts where decisions are made
     * @param atVmm where their numbers are noted
     */
    public ManagedCatalogue(SiteCatalogue atHosts, HostCatalogue atVmm) {
        this.atHosts = atHosts;
        this.atVmm = atVmm;
    }

    @Override
    public EpochRecord createIfAbsent(EpochRecord decision, CallContext context) {
        EpochRecord decided = atHosts.createIfAbsent(decision, context);
        note("note decision " + decided.epoch(), () -> atVmm.decide(decided.epoch(), NOTE, context));
        return decided;
    }

    /** The decision stands without it: what goes wrong is logged. */
    private static void note(String what, Supplier<?> call) {
        try {
            Object unused = call.get();
        } catch (SdrException e) {
            LOG.warn("Could not {} on VMM's machine: {}", what, e.getMessage());
        }
    }

    @Override
    public Optional<EpochRecord> read(ItemId item, long epoch, CallContext context) {
        return atHosts.read(item, epoch, context);
    }

    @Override
    public Optional<EpochRecord> readHighest(ItemId item, CallContext context) {
        return atHosts.readHighest(item, context);
    }

    @Override
    public void putDocument(ItemId item, String name, String json, CallContext context) {
        atHosts.putDocument(item, name, json, context);
    }

    @Override
    public Optional<String> document(ItemId item, String name, CallContext context) {
        return atHosts.document(item, name, context);
    }

    @Override
    public List<ItemId> items(CallContext context) {
        return atHosts.items(context);
    }

    @Override
    public void forget(ItemId item, CallContext context) {
        atHosts.forget(item, context);
        CallContext ofItem = context.withItem(item);
        note("forget item " + item, () -> {
            atVmm.forget(ofItem);
            return item;
        });
    }
}
