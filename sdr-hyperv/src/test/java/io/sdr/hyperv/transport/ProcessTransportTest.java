package io.sdr.hyperv.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.OutcomeUnknownException;
import io.sdr.api.RetryableException;
import io.sdr.api.spi.CancelFlag;
import io.sdr.hyperv.powershell.Arguments;
import io.sdr.hyperv.powershell.PowerShellClient;
import io.sdr.hyperv.powershell.Request;
import io.sdr.hyperv.powershell.Script;
import io.sdr.hyperv.powershell.ScriptAnswer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The client over real processes of a stand-in for PowerShell. No test measures time: what hangs is given up by cancel. */
class ProcessTransportTest {
    private static final Arguments ARGUMENTS = Arguments.none().with("name", "x");

    private final ProcessTransport transport = ProcessTransport.standIn(StandIn.words());
    private final PowerShellClient client = new PowerShellClient(transport, Instant::now, new SecureRandom());

    @AfterEach
    void close() {
        transport.close();
        assertThat(ProcessHandle.current().descendants().filter(ProcessTransportTest::isOurs))
                .as("processes left behind")
                .isEmpty();
    }

    private static boolean isOurs(ProcessHandle process) {
        return process.isAlive() && process.info().commandLine().orElse("").contains(StandIn.class.getName());
    }

    @Test
    void commandLineIsConstantAndShortEnough() {
        List<String> line = Bootstrap.commandLine("powershell.exe");
        assertThat(line)
                .startsWith(
                        "powershell.exe",
                        "-NoLogo",
                        "-NoProfile",
                        "-NonInteractive",
                        "-OutputFormat",
                        "Text",
                        "-EncodedCommand")
                .hasSize(8);
        assertThat(String.join(" ", line)).hasSizeLessThan(Bootstrap.COMMAND_LINE_CHARACTERS);
        assertThat(line.get(7)).matches("[A-Za-z0-9+/=]+");
        assertThat(Bootstrap.code()).doesNotContain("$input");
    }

    @Test
    void whatTheFarSideGetsIsTheConstantLineAndTheArgumentsAsData() {
        String name = "a'b\"c`d$(Stop-Computer)\r\n\u0000\u202e;&|é漢😀";
        ScriptAnswer answer = run(
                "answer",
                Script.Effect.CHANGE,
                Arguments.none().with("name", name).with("count", 7).without("none"));
        assertThat(plain(answer.text("words")).split("\n"))
                .containsExactlyElementsOf(Bootstrap.commandLine("powershell"));
        assertThat(tools.jackson.databind.json.JsonMapper.builder()
                        .build()
                        .readTree(plain(answer.text("arguments")))
                        .get("name")
                        .stringValue())
                .isEqualTo(name);
    }

    @Test
    void noiseAroundTheAnswerIsPassedOver() {
        assertThat(run("noise\nclixml\nanswer\nnoise", Script.Effect.CHANGE, ARGUMENTS)
                        .text("arguments"))
                .isNotEmpty();
        assertThat(run("answer-crlf", Script.Effect.CHANGE, ARGUMENTS).text("arguments"))
                .isNotEmpty();
    }

    @Test
    void theSameAnswerTwiceIsOne_twoThatDifferAreNone() {
        assertThat(run("answer\nanswer", Script.Effect.CHANGE, ARGUMENTS).text("arguments"))
                .isNotEmpty();
        assertThatThrownBy(() -> run("answer\nother-data", Script.Effect.CHANGE, ARGUMENTS))
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("several answers");
    }

    @Test
    void anAnswerCountsHoweverTheProcessEndsAfterwards() {
        assertThat(run("answer\nexit-7", Script.Effect.CHANGE, ARGUMENTS).text("arguments"))
                .isNotEmpty();
        assertThat(run("answer\ndie", Script.Effect.CHANGE, ARGUMENTS).text("arguments"))
                .isNotEmpty();
    }

    @Test
    void withoutAWholeAnswerAChangeIsUnknownAndAReadMayBeTriedAgain() {
        for (String behaviour : List.of("truncated", "other-id", "exit-7", "noise", "die")) {
            assertThatThrownBy(() -> run(behaviour, Script.Effect.CHANGE, ARGUMENTS))
                    .as(behaviour)
                    .isInstanceOf(OutcomeUnknownException.class)
                    .extracting("code")
                    .isEqualTo("ANSWER_LOST");
            assertThatThrownBy(() -> run(behaviour, Script.Effect.READ, ARGUMENTS))
                    .as(behaviour)
                    .isInstanceOf(RetryableException.class)
                    .extracting("code")
                    .isEqualTo("ANSWER_LOST");
        }
    }

    @Test
    void whatItSaidOnTheErrorStreamIsInTheMessage() {
        assertThatThrownBy(() -> run("clixml\nexit-7", Script.Effect.CHANGE, ARGUMENTS))
                .hasMessageContaining("boom <here>")
                .hasMessageContaining("exit code 7");
    }

    @Test
    void aFloodOnTheErrorStreamBlocksNothing() {
        assertThat(run("errors-50-MiB\nanswer", Script.Effect.CHANGE, ARGUMENTS).text("arguments"))
                .isNotEmpty();
        Exchange exchange = transport.exchange(request("errors-50-MiB"), limits(Limits.OUTPUT_BYTES, CancelFlag.NEVER));
        assertThat(exchange.ending()).isEqualTo(Exchange.Ending.ENDED);
        assertThat(exchange.errors()).hasSize(Limits.ERROR_BYTES);
    }

    @Test
    void aFloodOnTheOutputEndsTheExchange() {
        Exchange exchange = transport.exchange(request("output-endless"), limits(3 << 20, CancelFlag.NEVER));
        assertThat(exchange.ending()).isEqualTo(Exchange.Ending.TOO_MUCH_OUTPUT);
        assertThat(exchange.output()).hasSize(3 << 20);
    }

    @Test
    void whatHangsIsKilledWithItsChildren_byCancel() {
        AtomicInteger looks = new AtomicInteger();
        Exchange exchange = transport.exchange(
                request("child\nhang"), limits(Limits.OUTPUT_BYTES, () -> looks.incrementAndGet() > 40));
        assertThat(exchange.ending()).isEqualTo(Exchange.Ending.CANCELLED);
        assertThat(exchange.ending().mayHaveActed()).isTrue();
    }

    @Test
    void whatHangsIsKilled_byTheDeadline() {
        Exchange exchange = transport.exchange(
                request("hang"), new Limits(Duration.ofMillis(200), Limits.OUTPUT_BYTES, CancelFlag.NEVER));
        assertThat(exchange.ending()).isEqualTo(Exchange.Ending.OUT_OF_TIME);
    }

    @Test
    void aPowerShellThatIsNotThereDidNothing() {
        try (ProcessTransport missing = ProcessTransport.of("no-such-powershell-anywhere")) {
            PowerShellClient lost = new PowerShellClient(missing, Instant::now, new SecureRandom());
            Script script = new Script("x", Script.Effect.CHANGE, "answer");
            assertThatThrownBy(() -> lost.run(script, ARGUMENTS, later(), CancelFlag.NEVER))
                    .isInstanceOf(RetryableException.class)
                    .extracting("code")
                    .isEqualTo("HOST_UNREACHABLE");
        }
    }

    @Test
    void aClosedTransportStartsNothing() {
        transport.close();
        assertThat(transport
                        .exchange(request("answer"), limits(Limits.OUTPUT_BYTES, CancelFlag.NEVER))
                        .ending())
                .isEqualTo(Exchange.Ending.NOT_STARTED);
    }

    @Test
    void anErrorIsToldByItsNumbers() {
        assertThatThrownBy(() -> run("busy", Script.Effect.CHANGE, ARGUMENTS))
                .isInstanceOf(RetryableException.class)
                .hasMessageContaining("in Gebrauch")
                .extracting("code")
                .isEqualTo("BUSY");
    }

    private ScriptAnswer run(String behaviour, Script.Effect effect, Arguments arguments) {
        return client.run(new Script("stand-in", effect, behaviour), arguments, later(), CancelFlag.NEVER);
    }

    private static byte[] request(String behaviour) {
        return new Request("1", "00ff", new Script("x", Script.Effect.CHANGE, behaviour), ARGUMENTS, later()).line();
    }

    private static Limits limits(int outputBytes, CancelFlag cancel) {
        return new Limits(Duration.ofMinutes(10), outputBytes, cancel);
    }

    private static Instant later() {
        return Instant.now().plus(Duration.ofMinutes(10));
    }

    private static String plain(String hex) {
        return new String(HexFormat.of().parseHex(hex), StandardCharsets.UTF_8);
    }
}
