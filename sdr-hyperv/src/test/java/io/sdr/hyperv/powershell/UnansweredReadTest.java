package io.sdr.hyperv.powershell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sdr.api.OutcomeUnknownException;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import io.sdr.hyperv.transport.Exchange;
import io.sdr.hyperv.transport.Limits;
import io.sdr.hyperv.transport.PowerShellTransport;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Scripts that look and are not answered in time: there is nothing to find out, only to ask again. */
class UnansweredReadTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant NOT_AFTER = NOW.plusSeconds(60);
    /** What the bootstrap says of a script that it left, and what Hyper-V says of a method that took too long. */
    private static final String LEFT = "\"category\":\"OperationTimeout\",\"sdr\":\"OUT_OF_TIME\"";

    private static final String METHOD = "\"category\":\"NotSpecified\",\"number\":32772";
    private static final Script LOOKS = new Script("vm-list", Script.Effect.READ, "param($a)");
    private static final Script ACTS = new Script("vm-start", Script.Effect.CHANGE, "param($a)");

    private Instant clock = NOW;

    /** A host that gives up so many times, each of which takes a while, and then answers. */
    private final class SlowHost implements PowerShellTransport {
        private final JsonMapper mapper = JsonMapper.builder().build();
        private final String error;
        private final int givesUp;
        private final long seconds;
        private int asked;

        SlowHost(String error, int givesUp, long seconds) {
            this.error = error;
            this.givesUp = givesUp;
            this.seconds = seconds;
        }

        @Override
        public String host() {
            return "hv-01";
        }

        @Override
        public Exchange exchange(byte[] request, Limits limits) {
            JsonNode asks = mapper.readTree(new String(request, StandardCharsets.UTF_8));
            boolean answers = asked++ >= givesUp;
            clock = answers ? clock : clock.plusSeconds(seconds);
            String line = asks.get("nonce").stringValue() + "{\"v\":1,\"id\":\""
                    + asks.get("id").stringValue() + "\",\"ok\":" + answers
                    + (answers ? ",\"data\":{\"vms\":[]}}" : ",\"error\":{\"message\":\"slow\"," + error + "}}");
            return new Exchange(
                    Exchange.Ending.ENDED, OptionalInt.of(0), line.getBytes(StandardCharsets.UTF_8), new byte[0], "");
        }

        @Override
        public void close() {}

        ScriptAnswer run(Script script) {
            return new PowerShellClient(this, () -> clock, new SecureRandom())
                    .run(script, Arguments.none(), NOT_AFTER, () -> false);
        }

        SdrException refusal(Script script) {
            return catchThrowableOfType(SdrException.class, () -> run(script));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {LEFT, METHOD})
    void aReadThatIsGivenUpOnceIsTriedAgain(String error) {
        SlowHost host = new SlowHost(error, 1, 20);
        assertThat(host.run(LOOKS).each("vms")).isEmpty();
        assertThat(host.asked).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {LEFT, METHOD})
    void aReadThatIsGivenUpAgainMayBeRepeatedByTheCaller(String error) {
        SlowHost host = new SlowHost(error, 9, 20);
        SdrException thrown = host.refusal(LOOKS);
        assertThat(thrown).isInstanceOf(RetryableException.class).hasMessageContaining("hv-01");
        assertThat(thrown.code()).isEqualTo("OUT_OF_TIME");
        assertThat(host.asked).isEqualTo(2);
    }

    /** That the time is over is what went wrong; a second try that comes too late must not hide it. */
    @Test
    void whereNoTimeIsLeftItIsNotTriedAgain() {
        SlowHost host = new SlowHost(LEFT, 9, 60);
        SdrException thrown = host.refusal(LOOKS);
        assertThat(thrown).isInstanceOf(RetryableException.class);
        assertThat(thrown.code()).isEqualTo("OUT_OF_TIME");
        assertThat(host.asked).isOne();
    }

    @ParameterizedTest
    @ValueSource(strings = {LEFT, METHOD})
    void ofAChangeTheOutcomeStaysUnknown(String error) {
        SlowHost host = new SlowHost(error, 9, 20);
        SdrException thrown = host.refusal(ACTS);
        assertThat(thrown).isInstanceOf(OutcomeUnknownException.class);
        assertThat(thrown.code()).isEqualTo("OUT_OF_TIME");
        assertThat(host.asked).isOne();
    }
}
