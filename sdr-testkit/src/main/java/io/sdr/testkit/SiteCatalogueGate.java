package io.sdr.testkit;

import io.sdr.api.ItemId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.EpochRecord;
import io.sdr.api.spi.SiteCatalogue;
import java.util.List;
import java.util.Optional;

/** The catalogue of a simulated site, behind its gate. */
final class SiteCatalogueGate implements SiteCatalogue {
    private final SiteState state;

    SiteCatalogueGate(SiteState state) {
        this.state = state;
    }

    @Override
    public EpochRecord createIfAbsent(EpochRecord decision, CallContext context) {
        ItemId item = context.item();
        return state.faults.pass(
                "catalogue.createIfAbsent", Faults.Kind.CHANGE, item + " epoch " + decision.epoch(), () -> {
                    if (state.epochs.read(item, decision.epoch()).isEmpty()) {
                        state.inTime(context);
                    }
                    return state.epochs.createIfAbsent(item, decision);
                });
    }

    @Override
    public Optional<EpochRecord> read(ItemId item, long epoch, CallContext context) {
        return state.faults.pass(
                "catalogue.read", Faults.Kind.READ, item + " epoch " + epoch, () -> state.epochs.read(item, epoch));
    }

    @Override
    public Optional<EpochRecord> readHighest(ItemId item, CallContext context) {
        return state.faults.pass("catalogue.readHighest", Faults.Kind.READ, item.value(), () -> {
            long highest = state.epochs.highest(item);
            return highest < 0 ? Optional.empty() : state.epochs.read(item, highest);
        });
    }

    @Override
    public void putDocument(ItemId item, String name, String json, CallContext context) {
        state.faults.run("catalogue.putDocument", Faults.Kind.CHANGE, item + " " + name, () -> {
            state.inTime(context);
            state.epochs.putDocument(item, name, json);
        });
    }

    @Override
    public Optional<String> document(ItemId item, String name, CallContext context) {
        return state.faults.pass(
                "catalogue.document", Faults.Kind.READ, item + " " + name, () -> state.epochs.readDocument(item, name));
    }

    @Override
    public List<ItemId> items(CallContext context) {
        return state.faults.pass("catalogue.items", Faults.Kind.READ, "", state.epochs::items);
    }

    @Override
    public void forget(ItemId item, CallContext context) {
        state.faults.run("catalogue.forget", Faults.Kind.CHANGE, item.value(), () -> {
            state.inTime(context);
            state.epochs.forget(item);
        });
    }
}
