package io.sdr.core.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.sdr.api.SdrException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestInstancePostProcessor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs one suite on something broken, inside a test, and tells which of its tests failed. */
final class SuiteRun implements TestExecutionListener {
    /** Stands for something that is not broken. */
    static final String GOOD = "GOOD";

    private static final String BROKEN = "sdr.test.broken";

    private final List<String> failed = new ArrayList<>();
    private final List<Throwable> slips = new ArrayList<>();
    private int tests;

    private SuiteRun() {}

    /** A suite that can be run on something broken, by its name. */
    interface Breakable {
        void breakAs(String name);
    }

    /** Tells a suite what it runs on. */
    static final class Breaking implements TestInstancePostProcessor {
        @Override
        public void postProcessTestInstance(Object instance, ExtensionContext context) {
            ((Breakable) instance)
                    .breakAs(context.getConfigurationParameter(BROKEN).orElseThrow());
        }
    }

    static SuiteRun of(Class<?> suite, String broken) {
        SuiteRun run = new SuiteRun();
        LauncherFactory.create(LauncherConfig.builder()
                        .enableTestExecutionListenerAutoRegistration(false)
                        .enableLauncherSessionListenerAutoRegistration(false)
                        .build())
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(suite))
                                .configurationParameter(BROKEN, broken)
                                .build(),
                        run);
        assertThat(run.tests).as("tests of %s", suite).isGreaterThan(5);
        assertThat(run.slips).as("failures that are no findings").isEmpty();
        return run;
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (test.isTest()) {
            tests++;
        }
        if (result.getStatus() == TestExecutionResult.Status.FAILED) {
            Throwable why = result.getThrowable().orElseThrow();
            // a slip in what breaks the thing must not be taken for a test that noticed
            if (!(why instanceof AssertionError || why instanceof SdrException)) {
                slips.add(why);
            }
            failed.add(test.getSource()
                    .filter(MethodSource.class::isInstance)
                    .map(source -> ((MethodSource) source).getMethodName())
                    .orElse(test.getDisplayName()));
        }
    }

    @Override
    public void testPlanExecutionFinished(TestPlan plan) {
        // what was found is asked for afterwards
    }

    List<String> failed() {
        return failed.stream().distinct().toList();
    }
}
