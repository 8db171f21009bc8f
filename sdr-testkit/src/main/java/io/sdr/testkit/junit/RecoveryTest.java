package io.sdr.testkit.junit;

import io.sdr.api.SiteRecovery;
import io.sdr.testkit.TwoSites;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives each test method of a class two empty sites in memory, {@code east} and {@code west}, a virtual clock, faults, and an engine
 * over them, as parameters; also to its {@code @BeforeEach} and {@code @AfterEach} methods, which see the same ones.
 *
 * <pre>{@code
 * @RecoveryTest
 * class RunbookTest {
 *     @Test
 *     void failsOverWithoutTheOtherSite(TwoSites sites, SiteRecovery recovery) { … }
 * }
 * }</pre>
 *
 * <table>
 * <caption>Parameters</caption>
 * <tr><th>type</th><th>what it is</th></tr>
 * <tr><td>{@link TwoSites}</td><td>both sites</td></tr>
 * <tr><td>{@link io.sdr.testkit.SimulatedSite} with {@link At}</td><td>one of them</td></tr>
 * <tr><td>{@link io.sdr.testkit.Faults} with {@link At}</td><td>the faults of one of them</td></tr>
 * <tr><td>{@link io.sdr.testkit.VirtualTime}</td><td>the clock of the sites and of the engine; only waiting moves it</td></tr>
 * <tr><td>{@link SiteRecovery}</td><td>the engine, without a scheduler of its own: background work is done by
 *     {@link SiteRecovery#runDue}. Its store lies in a folder of its own below the system's temporary one</td></tr>
 * </table>
 *
 * <p>Nothing is shared between test methods, so they may run in parallel. After the method the engine and the sites are closed and
 * the store is deleted. If a test fails, what happened to its items (events, jobs with their steps) is added to the failure as a
 * suppressed {@link RecoveryHistory}, so that every report shows it, and published as a report entry.
 *
 * <p>The engine is found by {@link java.util.ServiceLoader}: {@code sdr-core} has to be among the test's dependencies.
 */
@Documented
@Inherited
@Target({ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RecoveryTestExtension.class)
public @interface RecoveryTest {
    /**
     * Names what completes the engine before it is built.
     *
     * @return a class with a constructor without parameters
     */
    Class<? extends EngineSetup> engine() default EngineSetup.Plain.class;
}
