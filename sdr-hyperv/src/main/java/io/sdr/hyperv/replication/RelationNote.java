package io.sdr.hyperv.replication;

import io.sdr.api.CorruptException;
import io.sdr.api.JobId;
import io.sdr.api.PointId;
import io.sdr.api.Problem;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the driver has to know of a relation and Hyper-V does not keep: a document in the catalogue of the target's site, written
 * before the verb whose meaning it tells. Which state the relation is in is never read from here.
 *
 * @param floor the epoch below which nothing may be sent
 * @param rest the number of the last changes that a prepared failover sent; 0 for none
 * @param compares whether the first copy compares with disks that are there
 * @param resync how far a resynchronisation is that was asked for and is not over; empty for none
 * @param firstCopyAt when the first copy begins; empty for at once
 * @param policy how the relation was asked to be
 * @param held who failed over, to which point
 * @param test who made a test VM, of which point
 * @param made the files that replication made for the replica's disks
 */
record RelationNote(
        long floor,
        long rest,
        boolean compares,
        Optional<Resync> resync,
        Optional<Instant> firstCopyAt,
        RelationPolicy policy,
        Optional<Holding> held,
        Optional<Holding> test,
        List<ReplicaFile> made) {
    /** The document's name in the catalogue. */
    static final String NAME = "hyper-v-replica";

    RelationNote {
        made = List.copyOf(made);
    }

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** How far a resynchronisation is. */
    enum Resync {
        /** Its verb may not have been given yet. */
        ASKED,
        /** Its verb was given. */
        BEGUN
    }

    /**
     * Why a replica stands at a point.
     *
     * @param holder the job
     * @param token the call that brought it there
     * @param point the point
     */
    record Holding(JobId holder, String token, PointId point) {}

    static RelationNote begun(long floor, boolean compares, Optional<Instant> firstCopyAt, RelationPolicy policy) {
        return new RelationNote(
                floor,
                0,
                compares,
                Optional.empty(),
                firstCopyAt,
                policy,
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    RelationNote withFloor(long value) {
        return new RelationNote(Math.max(floor, value), rest, compares, resync, firstCopyAt, policy, held, test, made);
    }

    RelationNote withRest(long value) {
        return new RelationNote(floor, value, compares, resync, firstCopyAt, policy, held, test, made);
    }

    RelationNote withResync(Optional<Resync> value) {
        return new RelationNote(floor, rest, compares, value, firstCopyAt, policy, held, test, made);
    }

    RelationNote withPolicy(RelationPolicy value) {
        return new RelationNote(floor, rest, compares, resync, firstCopyAt, value, held, test, made);
    }

    RelationNote withHeld(Optional<Holding> value) {
        return new RelationNote(floor, rest, compares, resync, firstCopyAt, policy, value, test, made);
    }

    RelationNote withTest(Optional<Holding> value) {
        return new RelationNote(floor, rest, compares, resync, firstCopyAt, policy, held, value, made);
    }

    /** What was made before is kept in mind, too, and the identifier that was noted first. */
    RelationNote withMade(List<ReplicaFile> files) {
        List<ReplicaFile> all = Stream.concat(
                        made.stream(),
                        files.stream().filter(each -> made.stream().noneMatch(each::isWhere)))
                .toList();
        return new RelationNote(floor, rest, compares, resync, firstCopyAt, policy, held, test, all);
    }

    String write() {
        ObjectNode body = JSON.createObjectNode();
        body.put("version", 1);
        body.put("floor", floor);
        body.put("rest", rest);
        body.put("compares", compares);
        resync.ifPresent(far -> body.put("resync", far.name()));
        firstCopyAt.ifPresent(at -> body.put("firstCopyAt", at.toString()));
        body.set("policy", policy.write());
        held.ifPresent(each -> body.set("held", write(each)));
        test.ifPresent(each -> body.set("test", write(each)));
        if (!made.isEmpty()) {
            ArrayNode files = body.putArray("made");
            for (ReplicaFile each : made) {
                ObjectNode file = files.addObject().put("host", each.host()).put("path", each.path());
                each.diskId().ifPresent(id -> file.put("diskId", id));
            }
        }
        return JSON.writeValueAsString(body);
    }

    private static ObjectNode write(Holding holding) {
        return JSON.createObjectNode()
                .put("holder", holding.holder().value())
                .put("token", holding.token())
                .put("point", holding.point().value());
    }

    static RelationNote read(String text) {
        try {
            JsonNode body = JSON.readTree(text);
            if (body.required("version").intValue() != 1) {
                throw damaged("version " + body.required("version"), null);
            }
            return new RelationNote(
                    body.required("floor").longValue(),
                    body.required("rest").longValue(),
                    body.required("compares").booleanValue(),
                    Optional.ofNullable(body.get("resync")).map(far -> Resync.valueOf(far.stringValue())),
                    Optional.ofNullable(body.get("firstCopyAt")).map(at -> Instant.parse(at.stringValue())),
                    RelationPolicy.read(body.required("policy")),
                    Optional.ofNullable(body.get("held")).map(RelationNote::holding),
                    Optional.ofNullable(body.get("test")).map(RelationNote::holding),
                    files(body));
        } catch (JacksonException | DateTimeException | IllegalArgumentException e) {
            throw damaged("not of this form", e);
        }
    }

    private static List<ReplicaFile> files(JsonNode body) {
        List<ReplicaFile> files = new ArrayList<>();
        Optional.ofNullable(body.get("made"))
                .ifPresent(made -> made.forEach(each -> files.add(new ReplicaFile(
                        each.required("host").stringValue(),
                        each.required("path").stringValue(),
                        Optional.ofNullable(each.get("diskId")).map(JsonNode::stringValue)))));
        return files;
    }

    private static Holding holding(JsonNode body) {
        return new Holding(
                new JobId(body.required("holder").stringValue()),
                body.required("token").stringValue(),
                new PointId(body.required("point").stringValue()));
    }

    private static CorruptException damaged(String what, @Nullable Throwable cause) {
        Problem problem = Problem.of("DOCUMENT_DAMAGED")
                .attempted("read document " + NAME + " in the catalogue")
                .state("it is " + what)
                .remedy("look who wrote it; disabling the item removes it");
        return cause == null ? new CorruptException(problem) : new CorruptException(problem, cause);
    }
}
