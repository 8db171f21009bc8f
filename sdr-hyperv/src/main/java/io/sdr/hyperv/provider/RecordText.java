package io.sdr.hyperv.provider;

import io.sdr.api.CorruptException;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.JobId;
import io.sdr.api.PointId;
import io.sdr.api.Problem;
import io.sdr.api.Side;
import io.sdr.api.spi.EpochRecord;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Decisions as the text of their files. */
final class RecordText {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private RecordText() {}

    static String of(EpochRecord decision) {
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        fields.put("epoch", decision.epoch())
                .put("kind", decision.kind().name())
                .put("from", decision.from().name())
                .put("to", decision.to().name())
                .put("job", decision.job().value())
                .put("time", decision.time().toString());
        decision.point().ifPresent(point -> fields.put("point", point.value()));
        return fields.toString();
    }

    static EpochRecord read(String text, long number, String where) {
        try {
            JsonNode fields = MAPPER.readTree(text);
            EpochRecord decision = new EpochRecord(
                    fields.required("epoch").longValue(),
                    EpochRecord.Kind.valueOf(fields.required("kind").stringValue()),
                    Side.valueOf(fields.required("from").stringValue()),
                    Side.valueOf(fields.required("to").stringValue()),
                    new JobId(fields.required("job").stringValue()),
                    Optional.ofNullable(fields.get("point")).map(point -> new PointId(point.stringValue())),
                    Instant.parse(fields.required("time").stringValue()));
            if (decision.epoch() == number) {
                return decision;
            }
            throw damaged(number, where, "it says that it is number " + decision.epoch());
        } catch (JacksonException | IllegalArgumentException | DateTimeException | InvalidRequestException e) {
            throw damaged(number, where, "it cannot be read: " + e.getMessage());
        }
    }

    private static CorruptException damaged(long number, String where, String why) {
        return new CorruptException(Problem.of("RECORD_DAMAGED")
                .attempted("read decision " + number + " " + where)
                .state(why)
                .remedy("restore the file from a backup, or look at the other site's; do not delete it"));
    }
}
