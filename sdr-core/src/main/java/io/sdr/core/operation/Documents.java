package io.sdr.core.operation;

import io.sdr.api.CorruptException;
import io.sdr.api.Problem;
import io.sdr.core.job.Values;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Values as JSON text. */
final class Documents {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

    private Documents() {}

    static String write(Values values) {
        return MAPPER.writeValueAsString(values.asMap());
    }

    static Values read(String json) {
        try {
            return Values.of(MAPPER.readValue(json, TEXTS));
        } catch (JacksonException e) {
            throw new CorruptException(
                    Problem.of("DOCUMENT_MALFORMED")
                            .attempted("read a stored document")
                            .state("it is not the JSON that this version writes")
                            .remedy(
                                    "build an engine with an empty data directory and adopt the items from the site that is"
                                            + " active"),
                    e);
        }
    }
}
