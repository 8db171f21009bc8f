package io.sdr.hyperv.provider;

import static io.sdr.hyperv.host.SiteHosts.changing;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.Problem;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.EpochRecord;
import io.sdr.api.spi.SiteCatalogue;
import io.sdr.hyperv.host.HostScripts;
import io.sdr.hyperv.host.SiteHost;
import io.sdr.hyperv.host.SiteHosts;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * A site's memory of decisions, as files in the catalogue folder of its hosts, written there by script. Thread-safe.
 */
public final class HostedCatalogue implements SiteCatalogue {
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}");

    private final SiteHosts hosts;
    private final Homes homes;

    public HostedCatalogue(Estate estate) {
        this.hosts = estate.hosts();
        this.homes = estate.homes();
    }

    private static CallContext of(ItemId item, CallContext context) {
        return context.withItem(item);
    }

    @Override
    public EpochRecord createIfAbsent(EpochRecord decision, CallContext context) {
        return changing(() -> hosts.anyone(
                context,
                host -> RecordText.read(
                        host.catalogue().decide(decision.epoch(), RecordText.of(decision), context),
                        decision.epoch(),
                        where(context.item()))));
    }

    private String where(ItemId item) {
        return "of item " + item + " at site " + hosts.site();
    }

    private SortedMap<Long, String> decisions(ItemId item, CallContext context) {
        return hosts.anyone(context, host -> host.catalogue().decisions(of(item, context)));
    }

    @Override
    public Optional<EpochRecord> read(ItemId item, long epoch, CallContext context) {
        return Optional.ofNullable(decisions(item, context).get(epoch))
                .map(text -> RecordText.read(text, epoch, where(item)));
    }

    @Override
    public Optional<EpochRecord> readHighest(ItemId item, CallContext context) {
        SortedMap<Long, String> all = decisions(item, context);
        return all.isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(all.get(all.lastKey()))
                        .map(text -> RecordText.read(text, all.lastKey(), where(item)));
    }

    @Override
    public void putDocument(ItemId item, String name, String json, CallContext context) {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidRequestException(Problem.of("INVALID_NAME")
                    .attempted("write document '" + name + "' " + where(item))
                    .state("nothing was written")
                    .remedy("use 1 to 64 characters of a-z, 0-9 and '-'"));
        }
        change(context, host -> host.catalogue().write(name, json, of(item, context)));
    }

    private void change(CallContext context, Consumer<SiteHost> call) {
        boolean unused = changing(() -> hosts.anyone(context, host -> {
            call.accept(host);
            return true;
        }));
    }

    @Override
    public Optional<String> document(ItemId item, String name, CallContext context) {
        return hosts.anyone(
                context,
                host -> Optional.ofNullable(
                        host.catalogue().documents(of(item, context)).get(name)));
    }

    @Override
    public List<ItemId> items(CallContext context) {
        return hosts.anyone(context, host -> host.catalogue().items(context)).stream()
                .flatMap(name -> HostScripts.item(name).stream())
                .sorted(Comparator.comparing(ItemId::value))
                .toList();
    }

    @Override
    public void forget(ItemId item, CallContext context) {
        change(context, host -> host.catalogue().forget(of(item, context)));
        homes.forget(item);
    }
}
