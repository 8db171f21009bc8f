package io.sdr.hyperv.powershell;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.OperationFailedException;
import io.sdr.api.OutcomeUnknownException;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ErrorTableTest {
    private static Stream<Arguments> meanings() {
        return Stream.of(
                Arguments.of(
                        id("InvalidState,Microsoft.HyperV.PowerShell.Commands.StartVMFailover"),
                        RetryableException.class,
                        "STATE_MOVED"),
                Arguments.of(number(32775), RetryableException.class, "STATE_MOVED"),
                Arguments.of(id("CommandNotFoundException"), OperationFailedException.class, "MODULE_MISSING"),
                Arguments.of(category("ObjectNotFound"), InvalidRequestException.class, "NOT_THERE"),
                Arguments.of(hresult(0x80070002), InvalidRequestException.class, "NOT_THERE"),
                Arguments.of(number(32779), InvalidRequestException.class, "NOT_THERE"),
                Arguments.of(hresult(0x80070005), OperationFailedException.class, "ACCESS_DENIED"),
                Arguments.of(number(32769), OperationFailedException.class, "ACCESS_DENIED"),
                Arguments.of(category("PermissionDenied"), OperationFailedException.class, "ACCESS_DENIED"),
                Arguments.of(number(32772), OutcomeUnknownException.class, "OUT_OF_TIME"),
                Arguments.of(category("OperationTimeout"), OutcomeUnknownException.class, "OUT_OF_TIME"),
                Arguments.of(hresult(0x80070020), RetryableException.class, "BUSY"),
                Arguments.of(number(32774), RetryableException.class, "BUSY"),
                Arguments.of(number(0x8007_0020L), RetryableException.class, "BUSY"),
                Arguments.of(hresult(0x80070070), RetryableException.class, "STORAGE_FULL"),
                Arguments.of(number(32770), OperationFailedException.class, "NOT_SUPPORTED"),
                Arguments.of(script("STALE_EPOCH"), OperationFailedException.class, "STALE_EPOCH"),
                Arguments.of(script("TOO_LATE"), OperationFailedException.class, "TOO_LATE"),
                Arguments.of(script("OUT_OF_TIME"), OutcomeUnknownException.class, "OUT_OF_TIME"),
                Arguments.of(script("VMM_JOB_FAILED"), OperationFailedException.class, "VMM_JOB_FAILED"),
                Arguments.of(id("SomethingElse"), OperationFailedException.class, "POWERSHELL_FAILED"));
    }

    @ParameterizedTest
    @MethodSource("meanings")
    void meaningComesFromNumbersAndIdentifiers(RemoteError error, Class<? extends SdrException> type, String code) {
        SdrException meaning = ErrorTable.meaning(error, "try", "hv-01");
        assertThat(meaning).isInstanceOf(type);
        assertThat(meaning.code()).isEqualTo(code);
        assertThat(meaning.problem().remedy()).isNotBlank();
        assertThat(meaning.problem().state()).contains("hv-01");
    }

    /** Whatever a script refuses has a meaning of its own here. */
    @Test
    void everyCodeOfAScriptIsKnown() {
        Set<String> codes = Pattern.compile("`Refuse ([A-Z_]+)`")
                .matcher(ScriptFiles.text(ScriptFiles.table()))
                .results()
                .map(result -> result.group(1))
                .collect(Collectors.toSet());
        assertThat(codes).hasSizeGreaterThan(15);
        assertThat(codes).allSatisfy(code -> {
            SdrException meaning = ErrorTable.meaning(script(code), "try", "hv-01");
            assertThat(meaning.code()).isEqualTo(code);
            assertThat(meaning.problem().remedy()).isNotEqualTo("look at the host");
        });
    }

    @Test
    void whatAHostSaysCannotMoveATerminal() {
        String text = ErrorTable.meaning(
                        new RemoteError(
                                "x", "", "", 0, OptionalLong.empty(), Optional.empty(), "a\u001b[2J\r\n\u202eb"),
                        "try",
                        "h")
                .getMessage();
        assertThat(text)
                .doesNotContain("\u001b")
                .doesNotContain("\n")
                .doesNotContain("\u202e")
                .contains("a [2J b");
    }

    private static RemoteError id(String id) {
        return new RemoteError(id, "NotSpecified", "", 0, OptionalLong.empty(), Optional.empty(), "text");
    }

    private static RemoteError category(String category) {
        return new RemoteError("x", category, "", 0, OptionalLong.empty(), Optional.empty(), "text");
    }

    /** As PowerShell writes it: a signed number of 32 bits. */
    private static RemoteError hresult(int hresult) {
        return new RemoteError("x", "NotSpecified", "", hresult, OptionalLong.empty(), Optional.empty(), "text");
    }

    private static RemoteError number(long number) {
        return new RemoteError("x", "NotSpecified", "", 0, OptionalLong.of(number), Optional.empty(), "text");
    }

    private static RemoteError script(String code) {
        return new RemoteError("x", "NotSpecified", "", 0, OptionalLong.empty(), Optional.of(code), "text");
    }
}
