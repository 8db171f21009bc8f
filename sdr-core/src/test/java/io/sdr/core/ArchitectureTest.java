package io.sdr.core;

import static com.tngtech.archunit.core.domain.JavaModifier.SYNTHETIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The seams between modules and packages. Rules hold for packages that do not exist yet, too. */
class ArchitectureTest {
    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.sdr");

    @Test
    void apiDoesNotKnowTheSpi() {
        check(noClasses()
                .that()
                .resideInAPackage("io.sdr.api")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.sdr.api.spi.."));
    }

    @Test
    void apiKnowsNoOtherModule() {
        check(classes()
                .that()
                .resideInAPackage("io.sdr.api..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("io.sdr.api..", "java..", "org.jspecify.."));
    }

    @Test
    void jobsKnowNoDisasterRecovery() {
        check(noClasses()
                .that()
                .resideInAPackage("io.sdr.core.job..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.sdr.api.spi..",
                        "io.sdr.core.operation..",
                        "io.sdr.core.plan..",
                        "io.sdr.core.replication..",
                        "io.sdr.core.state..",
                        "io.sdr.core.sync.."));
    }

    @Test
    void syncKnowsNoVirtualMachines() {
        check(noClasses()
                .that()
                .resideInAPackage("io.sdr.core.sync..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.sdr.core.job..",
                        "io.sdr.core.operation..",
                        "io.sdr.core.plan..",
                        "io.sdr.core.replication..",
                        "io.sdr.core.state.."));
    }

    /** What decides whether two blocks are equal is one class; what looks at whole small arrays, or hashes, does not count. */
    @Test
    void oneClassComparesDiskBlocks() {
        check(COMPARES_NO_BLOCKS);
        assertThat(COMPARES_NO_BLOCKS
                        .evaluate(new ClassFileImporter().importClasses(ComparesBlocks.class))
                        .hasViolation())
                .isTrue();
    }

    private static final ArchRule COMPARES_NO_BLOCKS = noClasses()
            .that()
            .resideInAnyPackage("io.sdr.core..", "io.sdr.api..", "io.sdr.hyperv..")
            .and()
            .doNotHaveFullyQualifiedName("io.sdr.core.sync.BlockComparison")
            .should()
            .callMethod(ByteBuffer.class, "mismatch", ByteBuffer.class)
            .orShould()
            .callMethod(ByteBuffer.class, "equals", Object.class)
            .orShould()
            .callMethod(ByteBuffer.class, "compareTo", ByteBuffer.class)
            .orShould()
            .callMethod(Arrays.class, "mismatch", byte[].class, byte[].class)
            .orShould()
            .callMethod(
                    Arrays.class, "mismatch", byte[].class, int.class, int.class, byte[].class, int.class, int.class)
            .orShould()
            .callMethod(Arrays.class, "equals", byte[].class, int.class, int.class, byte[].class, int.class, int.class);

    /** Breaks the rule. */
    static final class ComparesBlocks {
        static int compare(ByteBuffer one, ByteBuffer other) {
            return one.mismatch(other);
        }
    }

    @Test
    void testkitKnowsTheApiOnly() {
        check(classes()
                .that()
                .resideInAPackage("io.sdr.testkit..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.sdr.testkit..",
                        "io.sdr.api..",
                        "java..",
                        "org.jspecify..",
                        "org.junit..",
                        "org.opentest4j.."));
    }

    /** What the guest knows verifies sites and engine: they must not be able to look it up. */
    @Test
    void sitesAndEngineDoNotSeeTheGuestsRecord() {
        check(noClasses()
                .that()
                .resideInAnyPackage("io.sdr.testkit", "io.sdr.core..", "io.sdr.hyperv..", "io.sdr.api..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.sdr.testkit.guest.."));
    }

    @Test
    void nobodyWritesToTheStandardStreams() {
        check(noClasses()
                .that()
                .resideInAnyPackage("io.sdr.api..", "io.sdr.core..", "io.sdr.testkit..")
                .should(ACCESS_STANDARD_STREAMS));
    }

    @Test
    void noMutableStaticState() {
        check(fields().that()
                .areStatic()
                .and()
                .doNotHaveModifier(SYNTHETIC)
                .should()
                .beFinal());
    }

    @Test
    void noPackageCycles() {
        check(slices().matching("io.sdr.(**)").should().beFreeOfCycles());
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(PRODUCT);
    }
}
