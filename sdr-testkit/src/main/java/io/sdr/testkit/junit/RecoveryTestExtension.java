package io.sdr.testkit.junit;

import io.sdr.api.SiteId;
import io.sdr.api.SiteRecovery;
import io.sdr.testkit.Faults;
import io.sdr.testkit.SimulatedSite;
import io.sdr.testkit.TwoSites;
import io.sdr.testkit.VirtualTime;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.platform.commons.support.AnnotationSupport;

/** Does what {@link RecoveryTest} promises; use that. Stateless: what a test has lies in its own context and is closed with it. */
public final class RecoveryTestExtension
        implements ParameterResolver, TestExecutionExceptionHandler, LifecycleMethodExecutionExceptionHandler {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(RecoveryTestExtension.class);
    private static final String WORLD = "world";
    private static final Set<Class<?>> OF_BOTH = Set.of(TwoSites.class, VirtualTime.class, SiteRecovery.class);
    private static final Set<Class<?>> OF_ONE = Set.of(SimulatedSite.class, Faults.class);

    /** Makes the extension. */
    public RecoveryTestExtension() {}

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return context.getTestMethod().isPresent()
                && (OF_BOTH.contains(type) || (OF_ONE.contains(type) && parameter.isAnnotated(At.class)));
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        RecoveryWorld world = world(context);
        Class<?> type = parameter.getParameter().getType();
        if (type == TwoSites.class) {
            return world.sites();
        }
        if (type == VirtualTime.class) {
            return world.sites().virtualTime();
        }
        if (type == SiteRecovery.class) {
            return world.engine();
        }
        SimulatedSite site =
                site(world, parameter.findAnnotation(At.class).map(At::value).orElseThrow());
        return type == Faults.class ? site.faults() : site;
    }

    private static SimulatedSite site(RecoveryWorld world, String name) {
        try {
            return world.sites().site(new SiteId(name));
        } catch (IllegalArgumentException e) {
            throw new ParameterResolutionException("@At(\"" + name + "\"): the sites are 'east' and 'west'", e);
        }
    }

    private static RecoveryWorld world(ExtensionContext context) {
        return context.getStore(NAMESPACE)
                .computeIfAbsent(WORLD, key -> new RecoveryWorld(setup(context)), RecoveryWorld.class);
    }

    private static EngineSetup setup(ExtensionContext context) {
        Optional<ExtensionContext> at = Optional.of(context);
        while (at.isPresent()) {
            Optional<RecoveryTest> found =
                    AnnotationSupport.findAnnotation(at.get().getElement(), RecoveryTest.class);
            if (found.isPresent()) {
                return make(found.get().engine());
            }
            at = at.get().getParent();
        }
        return new EngineSetup.Plain();
    }

    private static EngineSetup make(Class<? extends EngineSetup> type) {
        try {
            return org.junit.platform.commons.support.ReflectionSupport.newInstance(type);
        } catch (RuntimeException e) {
            throw new ExtensionConfigurationException("cannot make " + type.getName(), e);
        }
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw told(context, failure);
    }

    @Override
    public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw told(context, failure);
    }

    @Override
    public void handleAfterEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw told(context, failure);
    }

    /** An aborted test is no failure, and a test that used nothing of this has no history. */
    private static Throwable told(ExtensionContext context, Throwable failure) {
        RecoveryWorld world = context.getStore(NAMESPACE).get(WORLD, RecoveryWorld.class);
        if (world != null && !(failure instanceof org.opentest4j.TestAbortedException)) {
            String history = world.history();
            context.publishReportEntry("recovery-history", history);
            failure.addSuppressed(new RecoveryHistory(history));
        }
        return failure;
    }
}
