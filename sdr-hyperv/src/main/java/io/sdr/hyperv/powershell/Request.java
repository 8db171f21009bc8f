package io.sdr.hyperv.powershell;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import io.sdr.hyperv.transport.Limits;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * One request on its way: JSON in one line of ASCII, whatever the texts in it hold, so that no code page and no line end on the
 * way can change it.
 *
 * @param id tells the answer's request
 * @param nonce begins the answer line: nothing else that a script or a profile prints can be taken for it
 * @param script the script
 * @param arguments its arguments
 * @param notAfter the far side does not begin after this moment by its own clock, and leaves the script then
 */
public record Request(String id, String nonce, Script script, Arguments arguments, Instant notAfter) {
    static final int VERSION = 1;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(tools.jackson.core.json.JsonWriteFeature.ESCAPE_NON_ASCII)
            .build();

    /**
     * Writes it down.
     *
     * @return the line, ended by a line feed
     * @throws InvalidRequestException code {@code REQUEST_TOO_LONG}
     */
    public byte[] line() {
        String json = MAPPER.writeValueAsString(JsonNodeFactory.instance
                .objectNode()
                .put("v", VERSION)
                .put("id", id)
                .put("nonce", nonce)
                .put("script", script.text())
                .put("notAfter", notAfter.toEpochMilli())
                .set("args", arguments.json()));
        byte[] bytes = (json + "\n").getBytes(StandardCharsets.US_ASCII);
        if (bytes.length > Limits.REQUEST_BYTES) {
            throw new InvalidRequestException(Problem.of("REQUEST_TOO_LONG")
                    .attempted("run " + script.name())
                    .state("the request has " + bytes.length + " bytes, more than " + Limits.REQUEST_BYTES
                            + "; nothing was sent")
                    .remedy("ask for less at a time"));
        }
        return bytes;
    }

    /** Never shows arguments or the nonce. */
    @Override
    public String toString() {
        return "Request[" + script.name() + ", " + id + "]";
    }
}
