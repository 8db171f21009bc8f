package io.sdr.hyperv.site;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.Side;
import io.sdr.testkit.contract.Traces;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** No trace is left out. */
class AllTracesTest {
    /** Plans of several items, the deaths at every step, and those in every apply: each has tests of its own kind. */
    private static final Set<String> ELSEWHERE = Set.of("T10", "T11", "T12", "T18");

    @Test
    void eachKindOfTracesRuns() {
        Set<Class<?>> run = Arrays.stream(SiteTracesTest.class.getDeclaredClasses())
                .map(Class::getSuperclass)
                .collect(Collectors.toSet());
        assertThat(run).isEqualTo(Set.of(Traces.class.getPermittedSubclasses()));
    }

    @Test
    void eachSiteRunsThem_andEachDirection() {
        assertThat(TraceKind.chosen().map(kind -> kind.name().replaceAll("_FROM_.*", "")))
                .contains("ON_HOSTS", "UNDER_VMM", "NATIVE_ON_HOSTS", "NATIVE_UNDER_VMM");
        assertThat(TraceKind.chosen().map(TraceKind::activeAtFirst)).contains(Side.values());
    }

    @Test
    void theyAreAllTracesThatTheDomainNames() {
        assertThat(numbers(allNames())).isEqualTo(theDomains());
    }

    @Test
    void byDefaultEachNumberRuns_andEachKindOfTraces() {
        assertThat(allNames()).containsAll(SiteTracesTest.BY_DEFAULT);
        assertThat(numbers(SiteTracesTest.BY_DEFAULT)).isEqualTo(theDomains());
        for (Class<?> traces : Traces.class.getPermittedSubclasses()) {
            assertThat(names(traces)).as(traces.getSimpleName()).containsAnyElementsOf(SiteTracesTest.BY_DEFAULT);
        }
    }

    private static Set<String> allNames() {
        return Arrays.stream(Traces.class.getPermittedSubclasses())
                .flatMap(traces -> names(traces).stream())
                .collect(Collectors.toSet());
    }

    private static Set<String> names(Class<?> traces) {
        return Arrays.stream(traces.getMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .map(Method::getName)
                .collect(Collectors.toSet());
    }

    private static Set<String> numbers(Set<String> names) {
        return names.stream()
                .map(name -> name.replaceAll("_.*", ""))
                .filter(name -> name.matches("T\\d\\d"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> theDomains() {
        return IntStream.rangeClosed(1, 21)
                .mapToObj(number -> String.format(Locale.ROOT, "T%02d", number))
                .filter(name -> !ELSEWHERE.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
