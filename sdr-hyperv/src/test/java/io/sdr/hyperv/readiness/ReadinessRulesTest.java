package io.sdr.hyperv.readiness;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.Finding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReadinessRulesTest {
    private static List<Rule<?>> rules() {
        return AllRules.byHeading().values().stream()
                .flatMap(Collection::stream)
                .<Rule<?>>map(each -> each)
                .toList();
    }

    @Test
    void nothingIsFoundWhereNothingIsWrong() {
        Draft facts = new Draft();
        assertThat(facts.findings()).isEmpty();
        facts.thumbprint = java.util.Optional.empty();
        assertThat(facts.findings()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(ReadinessFault.class)
    void oneFaultIsOneFinding(ReadinessFault fault) {
        Draft facts = new Draft();
        fault.make(facts);
        assertThat(facts.findings()).extracting(Finding::code).containsExactly(fault.name());
        Finding finding = facts.findings().get(0);
        assertThat(List.of(finding.subject(), finding.observed(), finding.advice()))
                .noneMatch(String::isBlank);
    }

    /** Every rule has its fault here, and all of them together hide none. */
    @Test
    void allFaultsAtOnceAreAllFindings() {
        List<Draft> places =
                Stream.generate(Draft::new).limit(ReadinessFault.PLACES).toList();
        for (ReadinessFault fault : ReadinessFault.values()) {
            fault.make(places.get(fault.place));
        }
        List<String> codes = places.stream()
                .flatMap(each -> each.findings().stream())
                .map(Finding::code)
                .toList();
        Set<String> wanted =
                Arrays.stream(ReadinessFault.values()).map(Enum::name).collect(Collectors.toSet());
        assertThat(new TreeSet<>(codes)).isEqualTo(new TreeSet<>(wanted));
        assertThat(rules()).extracting(Rule::code).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(wanted);
    }

    @Test
    void everyRuleSaysWhatItMeansAndWhatToDo() {
        assertThat(rules()).allSatisfy(rule -> {
            assertThat(rule.means()).as(rule.code()).endsWith(".");
            assertThat(rule.remedy()).as(rule.code()).isNotBlank().doesNotEndWith(".");
            assertThat(rule.code()).matches("[A-Z_]+");
        });
    }

    /** What Hyper-V Replica can carry, sdr's own replication cannot: such a VM is refused only for the one. */
    @ParameterizedTest
    @EnumSource(
            value = ReadinessFault.class,
            names = {"NOT_VHDX", "VM_VERSION_TOO_OLD", "VIRTUAL_TPM"})
    void whatHyperVReplicaCarriesIsNoFaultThere(ReadinessFault fault) {
        Draft facts = new Draft();
        fault.make(facts);
        facts.driver = SourceState.Driver.HYPER_V_REPLICA;
        assertThat(facts.findings()).isEmpty();
    }

    /** A clock that was read between question and answer may be anything between. */
    @ParameterizedTest
    @ValueSource(ints = {-10, 0, 1, 11})
    void aClockWithinTheToleranceIsNoFault(int seconds) {
        Draft facts = new Draft();
        facts.clock = Draft.NOW.plusSeconds(seconds);
        assertThat(facts.findings()).isEmpty();
    }

    @Test
    void theDocumentationShowsTheRules() {
        ReadinessPage.verify();
    }

    @Test
    void versionsAreComparedByNumbers() {
        List<String> sorted = new ArrayList<>(List.of("10.0", "9.1", "6.2", "", "6.2.0.1", "x"));
        sorted.sort((a, b) -> Version.of(a).compareTo(Version.of(b)));
        assertThat(sorted).containsExactly("", "x", "6.2", "6.2.0.1", "9.1", "10.0");
    }

    @Test
    void namesOfServersAndCertificates() {
        assertThat(ReplicaState.covers("*.example.net", "a.b.Example.net", false))
                .isTrue();
        assertThat(ReplicaState.covers("*.example.net", "a.b.example.net", true))
                .isFalse();
        assertThat(ReplicaState.covers("*.example.net", "example.net", false)).isFalse();
        assertThat(ReplicaState.covers("*.example.net", ".example.net", false)).isFalse();
        assertThat(ReplicaState.covers("a.example.net", "A.example.net", true)).isTrue();
    }
}
