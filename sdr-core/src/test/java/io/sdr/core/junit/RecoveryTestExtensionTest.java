package io.sdr.core.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.sdr.api.FailoverPlan;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.Side;
import io.sdr.api.SiteRecovery;
import io.sdr.testkit.Faults;
import io.sdr.testkit.SimulatedSite;
import io.sdr.testkit.TwoSites;
import io.sdr.testkit.VirtualTime;
import io.sdr.testkit.junit.At;
import io.sdr.testkit.junit.EngineSetup;
import io.sdr.testkit.junit.RecoveryHistory;
import io.sdr.testkit.junit.RecoveryTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The annotation that users write, used as they do; failing tests are run inside this one. */
class RecoveryTestExtensionTest {
    /** Hears what comes of the tests of a class. */
    private static final class Heard implements TestExecutionListener {
        private final Map<String, TestExecutionResult> results = new ConcurrentHashMap<>();
        private final List<String> entries = Collections.synchronizedList(new ArrayList<>());

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (test.isTest()) {
                results.put(test.getDisplayName(), result);
            }
        }

        @Override
        public void reportingEntryPublished(TestIdentifier test, ReportEntry entry) {
            entries.add(entry.toString());
        }

        Throwable failure(String test) {
            return results.get(test).getThrowable().orElseThrow();
        }

        String history(String test) {
            return List.of(failure(test).getSuppressed()).stream()
                    .filter(RecoveryHistory.class::isInstance)
                    .map(Throwable::getMessage)
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static Heard run(Class<?> tests) {
        Heard heard = new Heard();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(tests))
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
                .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
                .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "4")
                .build();
        LauncherFactory.create(LauncherConfig.builder()
                        .enableTestExecutionListenerAutoRegistration(false)
                        .enableLauncherSessionListenerAutoRegistration(false)
                        .build())
                .execute(request, heard);
        return heard;
    }

    private static void protect(TwoSites sites, SiteRecovery recovery, String vm) {
        sites.east().powerOn(sites.east().createVm(vm, 1 << 20).id());
        recovery.protect(ProtectionRequest.of(vm).from("east").to("west").as(new ItemId(vm)))
                .await();
    }

    @Test
    void aFailedTestTellsTheHistoryOfItsItems() {
        Heard heard = run(Failing.class);

        assertThat(heard.failure("fails(TwoSites, SiteRecovery)")).hasMessage("as it should");
        assertThat(heard.history("fails(TwoSites, SiteRecovery)"))
                .contains("sql-01: ", "initial-copy", "unplanned-failover", "runs at RECOVERY", "SUCCEEDED")
                .contains("2025-01-01T12:00:00Z");
        assertThat(heard.history("failsWithoutItems(SiteRecovery)")).contains("nothing is protected");
        assertThat(heard.entries).hasSize(3).anyMatch(entry -> entry.contains("initial-copy"));
        assertThat(heard.failure("usesNothing()").getSuppressed()).isEmpty();
        assertThat(heard.results.get("aborts(SiteRecovery)").getStatus()).isEqualTo(TestExecutionResult.Status.ABORTED);
        assertThat(heard.failure("names(SimulatedSite)")).hasMessageContaining("'east' and 'west'");
    }

    @RecoveryTest
    static class Failing {
        @Test
        void fails(TwoSites sites, SiteRecovery recovery) {
            protect(sites, recovery, "sql-01");
            recovery.failOver(FailoverPlan.unplanned(new ItemId("sql-01"), Side.RECOVERY)
                            .shutDownFirst())
                    .await();
            throw new AssertionError("as it should");
        }

        @Test
        void failsWithoutItems(SiteRecovery recovery) {
            throw new AssertionError(recovery.items().toString());
        }

        @Test
        void usesNothing() {
            throw new AssertionError("as it should");
        }

        @Test
        void aborts(SiteRecovery recovery) {
            throw new org.opentest4j.TestAbortedException(recovery.items().toString());
        }

        @Test
        void names(@At("north") SimulatedSite north) {
            throw new AssertionError(north.toString());
        }
    }

    @Test
    void eachMethodHasItsOwnAndItIsClosed() {
        Shared.USED.clear();
        Heard heard = run(Shared.class);

        assertThat(heard.results)
                .hasSize(10)
                .allSatisfy((name, result) ->
                        assertThat(result.getThrowable()).as(name).isEmpty());
        assertThat(Shared.USED).hasSize(10);
        assertThat(Shared.USED.stream().distinct().count()).isEqualTo(10);
        assertThat(Shared.USED)
                .allSatisfy(engine -> assertThat(isClosed(engine)).isTrue());
    }

    private static boolean isClosed(SiteRecovery engine) {
        try {
            engine.items();
            return false;
        } catch (RuntimeException e) {
            return true;
        }
    }

    @RecoveryTest(engine = Shared.WithActor.class)
    @Execution(ExecutionMode.CONCURRENT)
    static class Shared {
        static final List<SiteRecovery> USED = Collections.synchronizedList(new ArrayList<>());

        public static final class WithActor implements EngineSetup {
            @Override
            public void prepare(SiteRecovery.Builder builder, TwoSites sites) {
                builder.actor("the setup");
            }
        }

        private SiteRecovery before;

        @BeforeEach
        void remember(SiteRecovery recovery) {
            before = recovery;
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
        void hasItsOwn(
                int number,
                TwoSites sites,
                SiteRecovery recovery,
                VirtualTime time,
                @At("west") Faults faults,
                @At("east") SimulatedSite east) {
            USED.add(recovery);
            assertThat(recovery).isSameAs(before);
            assertThat(east).isSameAs(sites.east());
            assertThat(faults).isSameAs(sites.west().faults());
            assertThat(time).isSameAs(sites.time());
            assertThat(recovery.items()).isEmpty();
            protect(sites, recovery, "vm-" + number);
            assertThat(recovery.items()).hasSize(1);
            assertThat(recovery.jobs(new ItemId("vm-" + number), Optional.empty(), 9)
                            .get(0)
                            .report()
                            .actor())
                    .isEqualTo("the setup");
        }

        @Nested
        class Inner {
            @Test
            void too(SiteRecovery recovery) {
                USED.add(recovery);
                assertThat(recovery.items()).isEmpty();
            }

            @Test
            void andAgain(SiteRecovery recovery, TwoSites sites) {
                USED.add(recovery);
                protect(sites, recovery, "inner");
                org.junit.jupiter.api.Assertions.assertThrows(
                        InvalidRequestException.class, () -> recovery.item(new ItemId("vm-1")));
            }
        }
    }
}
