package io.sdr.core.replication;

import io.sdr.api.Consistency;
import io.sdr.api.DiskId;
import io.sdr.api.ItemId;
import io.sdr.api.JobId;
import io.sdr.api.PointId;
import io.sdr.api.ResyncCause;
import io.sdr.api.SiteId;
import io.sdr.api.VmId;
import io.sdr.api.spi.CycleStatistics;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.Endpoint;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.ReplicaStatus.Role;
import io.sdr.api.spi.ReplicationDriver.Retention;
import io.sdr.api.spi.ReversalPlan;
import io.sdr.core.replication.Manifest.Active;
import io.sdr.core.replication.Manifest.Carried;
import io.sdr.core.replication.Manifest.Cycle;
import io.sdr.core.replication.Manifest.Disk;
import io.sdr.core.replication.Manifest.Holder;
import io.sdr.core.replication.Manifest.Layers;
import io.sdr.core.replication.Manifest.Point;
import io.sdr.core.replication.Manifest.Resync;
import io.sdr.core.replication.Manifest.Seed;
import io.sdr.core.replication.Manifest.StartedOver;
import io.sdr.core.replication.Manifest.Undo;
import io.sdr.core.replication.Manifest.Unfinished;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The JSON form of a manifest. Field names are a file format: they do not follow renamed components. */
final class ManifestJson {
    private ManifestJson() {}

    static ObjectNode write(Manifest m) {
        ObjectNode body = Envelope.newBody();
        body.put("generation", m.generation());
        body.put("item", m.item().value());
        body.put("lineage", m.lineage());
        body.put("role", m.role().name());
        body.put("originSite", m.origin().site().value());
        body.put("originVm", m.origin().vm().value());
        body.put("epochFloor", m.epochFloor());
        body.put("pointsKept", m.retention().pointsKept());
        body.put("pointEvery", m.retention().pointEvery().toString());
        body.put("received", m.received());
        body.put("applied", m.applied());
        body.put("applying", m.applying());
        body.put("unwindTo", m.unwindTo());
        list(body, "disks", m.disks(), ManifestJson::write);
        list(body, "cycles", m.cycles(), ManifestJson::write);
        list(body, "undo", m.undo(), (node, undo) -> {
            node.put("from", undo.from());
            node.put("to", undo.to());
            texts(node, "files", undo.files());
        });
        list(body, "points", m.points(), (node, point) -> {
            node.put("id", point.id().value());
            node.put("sequence", point.sequence());
            node.put("time", point.time().toString());
            node.put("consistency", point.consistency().name());
            node.put("pinned", point.pinned());
        });
        ObjectNode holders = body.putObject("holders");
        Map<String, Holder> sorted = new TreeMap<>();
        m.holders().forEach((job, holder) -> sorted.put(job.value(), holder));
        sorted.forEach((job, holder) -> write(holders.putObject(job), holder));
        m.active().ifPresent(active -> {
            ObjectNode node = body.putObject("active");
            active.by().ifPresent(job -> node.put("by", job.value()));
            list(node, "layers", active.layers(), ManifestJson::write);
        });
        rangeSets(body, "divergence", m.divergence());
        m.carried().ifPresent(carried -> {
            ObjectNode node = body.putObject("carried");
            node.put("since", carried.since());
            rangeSets(node, "ranges", carried.ranges());
            node.put("time", carried.time().toString());
            carried.from().ifPresent(from -> node.put("from", from));
        });
        m.seed().ifPresent(seed -> {
            ObjectNode node = body.putObject("seed");
            node.put("method", seed.method().name());
            rangeSets(node, "ranges", seed.ranges());
            list(node, "original", seed.original(), ManifestJson::write);
        });
        m.broken().ifPresent(cause -> body.put("broken", cause.name()));
        m.resync().ifPresent(resync -> {
            ObjectNode node = body.putObject("resync");
            node.put("dropsPoints", resync.dropsPoints());
            numbers(node, "before", resync.before());
            numbers(node, "growing", resync.growing());
        });
        m.unfinished().ifPresent(unfinished -> {
            ObjectNode node = body.putObject("unfinished");
            node.put("mark", unfinished.mark());
            rangeSets(node, "missing", unfinished.missing());
            write(node, unfinished.statistics());
            texts(node, "digests", unfinished.digests());
            texts(node, "redo", unfinished.redo());
        });
        m.startedOver().ifPresent(over -> {
            ObjectNode node = body.putObject("startedOver");
            node.put("times", over.times());
            node.put("sequence", over.sequence());
            node.put("why", over.why());
        });
        return body;
    }

    private static void write(ObjectNode node, Disk disk) {
        node.put("id", disk.id().value());
        node.put("format", disk.format());
        node.put("sizeBytes", disk.sizeBytes());
        node.put("base", disk.base());
        node.put("brought", disk.brought());
        disk.identity().ifPresent(identity -> {
            ObjectNode inner = node.putObject("identity");
            list(inner, "files", identity.files(), (file, look) -> {
                file.put("name", look.name());
                file.put("sizeBytes", look.sizeBytes());
                file.put("modified", look.modified().toString());
            });
            ArrayNode offsets = inner.putArray("sampled");
            identity.sampled().forEach(offsets::add);
            inner.put("sample", identity.sample());
            if (!identity.diskId().isEmpty()) {
                inner.put("diskId", identity.diskId());
            }
            identity.sectorBytes().ifPresent(bytes -> inner.put("sectorBytes", bytes));
        });
    }

    private static void write(ObjectNode node, Cycle cycle) {
        node.put("sequence", cycle.sequence());
        node.put("mark", cycle.mark());
        node.put("time", cycle.time().toString());
        node.put("consistency", cycle.consistency().name());
        write(node, cycle.statistics());
        texts(node, "digests", cycle.digests());
        texts(node, "redo", cycle.redo());
        cycle.token().ifPresent(token -> node.put("token", token));
    }

    private static void write(ObjectNode node, CycleStatistics statistics) {
        node.put("bytesRead", statistics.bytesRead());
        node.put("bytesMoved", statistics.bytesMoved());
        node.put("changedBytes", statistics.changedBytes());
    }

    private static void write(ObjectNode node, Holder holder) {
        node.put("point", holder.point().value());
        node.put("sequence", holder.sequence());
        node.put("token", holder.token());
        node.put("number", holder.number());
        list(node, "layers", holder.layers(), ManifestJson::write);
    }

    private static void write(ObjectNode node, Layers layers) {
        layers.over().ifPresent(over -> node.put("over", over));
        node.put("run", layers.run());
    }

    private static void write(ObjectNode node, DiskRef ref) {
        node.put("site", ref.site().value());
        node.put("disk", ref.disk().value());
        node.put("locator", ref.locator());
        node.put("format", ref.format());
        node.put("sizeBytes", ref.sizeBytes());
    }

    private static <T> void list(ObjectNode parent, String name, List<T> all, BiConsumer<ObjectNode, T> write) {
        ArrayNode array = parent.putArray(name);
        all.forEach(each -> write.accept(array.addObject(), each));
    }

    private static void texts(ObjectNode parent, String name, List<String> all) {
        ArrayNode array = parent.putArray(name);
        all.forEach(array::add);
    }

    private static void numbers(ObjectNode parent, String name, List<Long> all) {
        ArrayNode array = parent.putArray(name);
        all.forEach(array::add);
    }

    private static void rangeSets(ObjectNode parent, String name, List<RangeSet> all) {
        ArrayNode array = parent.putArray(name);
        for (RangeSet each : all) {
            ArrayNode pairs = array.addArray();
            each.forEach((offset, length) -> pairs.add(offset).add(length));
        }
    }

    static Manifest read(Fields f) {
        Map<JobId, Holder> holders = new TreeMap<>((a, b) -> a.value().compareTo(b.value()));
        f.child("holders").ifPresent(all -> all.forEach((job, holder) -> holders.put(new JobId(job), holder(holder))));
        return new Manifest(
                f.number("generation"),
                f.id("item", ItemId::new),
                f.text("lineage"),
                f.word("role", Role.class),
                new Endpoint(f.id("originSite", SiteId::new), f.id("originVm", VmId::new)),
                f.number("epochFloor"),
                new Retention(Math.toIntExact(f.number("pointsKept")), f.duration("pointEvery")),
                f.list("disks", ManifestJson::disk),
                f.number("received"),
                f.number("applied"),
                f.number("applying"),
                f.number("unwindTo"),
                f.list("cycles", ManifestJson::cycle),
                f.list("undo", each -> new Undo(each.number("from"), each.number("to"), each.texts("files"))),
                f.list(
                        "points",
                        each -> new Point(
                                each.id("id", PointId::new),
                                each.number("sequence"),
                                each.time("time"),
                                each.word("consistency", Consistency.class),
                                each.flag("pinned"))),
                holders,
                f.child("active")
                        .map(each -> new Active(
                                optional(each, "by", JobId::new), each.list("layers", ManifestJson::layers))),
                f.rangeSets("divergence"),
                f.child("carried")
                        .map(each -> new Carried(
                                each.text("since"),
                                each.rangeSets("ranges"),
                                each.time("time"),
                                each.has("from") ? Optional.of(each.text("from")) : Optional.empty())),
                f.child("seed")
                        .map(each -> new Seed(
                                each.word("method", ReversalPlan.Method.class),
                                each.rangeSets("ranges"),
                                each.list("original", ManifestJson::diskRef))),
                f.has("broken") ? Optional.of(f.word("broken", ResyncCause.class)) : Optional.empty(),
                f.child("resync")
                        .map(each ->
                                new Resync(each.flag("dropsPoints"), each.numbers("before"), each.numbers("growing"))),
                f.child("unfinished")
                        .map(each -> new Unfinished(
                                each.text("mark"),
                                each.rangeSets("missing"),
                                each.texts("digests"),
                                each.texts("redo"),
                                statistics(each))),
                f.child("startedOver")
                        .map(each -> new StartedOver(each.number("times"), each.number("sequence"), each.text("why"))));
    }

    private static <T> Optional<T> optional(Fields f, String name, Function<String, T> make) {
        return f.has(name) ? Optional.of(f.id(name, make)) : Optional.empty();
    }

    private static Disk disk(Fields f) {
        return new Disk(
                f.id("id", DiskId::new),
                f.text("format"),
                f.number("sizeBytes"),
                f.text("base"),
                f.flag("brought"),
                f.child("identity")
                        .map(each -> new BaseIdentity(
                                each.list(
                                        "files",
                                        file -> new BaseIdentity.Look(
                                                file.text("name"), file.number("sizeBytes"), file.time("modified"))),
                                each.numbers("sampled"),
                                each.text("sample"),
                                each.has("diskId") ? each.text("diskId") : "",
                                each.has("sectorBytes")
                                        ? OptionalInt.of(Math.toIntExact(each.number("sectorBytes")))
                                        : OptionalInt.empty())));
    }

    private static Cycle cycle(Fields f) {
        return new Cycle(
                f.number("sequence"),
                f.text("mark"),
                f.time("time"),
                f.word("consistency", Consistency.class),
                statistics(f),
                f.texts("digests"),
                f.texts("redo"),
                f.has("token") ? Optional.of(f.text("token")) : Optional.empty()); // made before tokens were kept
    }

    private static CycleStatistics statistics(Fields f) {
        return new CycleStatistics(f.number("bytesRead"), f.number("bytesMoved"), f.number("changedBytes"));
    }

    private static Holder holder(Fields f) {
        return new Holder(
                f.id("point", PointId::new),
                f.number("sequence"),
                f.text("token"),
                f.number("number"),
                f.list("layers", ManifestJson::layers));
    }

    private static Layers layers(Fields f) {
        return new Layers(f.has("over") ? Optional.of(f.text("over")) : Optional.empty(), f.text("run"));
    }

    private static DiskRef diskRef(Fields f) {
        return new DiskRef(
                f.id("site", SiteId::new),
                f.id("disk", DiskId::new),
                f.text("locator"),
                f.text("format"),
                f.number("sizeBytes"));
    }
}
