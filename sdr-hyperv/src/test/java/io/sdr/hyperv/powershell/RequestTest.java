package io.sdr.hyperv.powershell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.InvalidRequestException;
import io.sdr.hyperv.transport.Limits;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RequestTest {
    private static final Script SCRIPT = new Script("look", Script.Effect.READ, "param($a)\n'it''s'");

    /** Whatever a VM is called travels as data: one line of ASCII that any JSON reader turns back into the same text. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anyTextTravelsUnchanged(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        String pieces =
                "'\"`$(){}[]<>|&;%!^\\/*?#@\r\n\t\u0000\u001b\u0085\u2028\u2029\u202e\u200f\ufeffé漢😀 Remove-VM ";
        for (int round = 0; round < 500; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(40); i > 0; i--) {
                int at = random.nextInt(pieces.length());
                at = Character.isLowSurrogate(pieces.charAt(at)) ? at - 1 : at;
                text.appendCodePoint(random.nextInt(4) == 0 ? anyCharacter(random) : pieces.codePointAt(at));
            }
            byte[] line = line(Arguments.none().with(text.toString(), text.toString()));
            assertThat(new String(line, StandardCharsets.ISO_8859_1))
                    .as("seed %d, round %d", seed, round)
                    .matches("[\\x20-\\x7e]+\\n");
            JsonNode arguments = JsonMapper.builder().build().readTree(line).get("args");
            assertThat(arguments.get(text.toString()).stringValue())
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(text.toString());
        }
    }

    private static int anyCharacter(SplittableRandom random) {
        int character = random.nextInt(Character.MAX_CODE_POINT + 1);
        return character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE ? 'x' : character;
    }

    @Test
    void whatIsTooLongIsRefusedBeforeAnythingIsSent() {
        assertThatThrownBy(() -> line(Arguments.none().with("text", "x".repeat(Limits.REQUEST_BYTES))))
                .isInstanceOf(InvalidRequestException.class)
                .extracting("code")
                .isEqualTo("REQUEST_TOO_LONG");
    }

    @Test
    void argumentsAndNonceAppearInNoText() {
        Arguments secret = Arguments.none().with("password", "s3cret");
        Request request = new Request("1", "abcdef", SCRIPT, secret, Instant.EPOCH);
        assertThat(request.toString()).doesNotContain("s3cret").doesNotContain("abcdef");
        assertThat(secret.toString()).doesNotContain("s3cret");
    }

    private static byte[] line(Arguments arguments) {
        return new Request("1", "00ff", SCRIPT, arguments, Instant.EPOCH).line();
    }
}
