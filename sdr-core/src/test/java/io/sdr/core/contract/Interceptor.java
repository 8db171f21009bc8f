package io.sdr.core.contract;

import io.sdr.api.spi.SiteProvider;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** Stands before one object and answers in its place, or hands the call on. Knows no method, so that new ones pass through. */
@FunctionalInterface
interface Interceptor {
    /** The call as the object behind would answer it. */
    interface Good {
        Object call(Object... changedArguments) throws Throwable;
    }

    Object answer(String method, Object[] arguments, Good good) throws Throwable;

    /** Puts an interceptor before an object. */
    static <T> T before(Class<T> type, T object, Interceptor interceptor) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, given) -> {
                    Object[] arguments = given == null ? new Object[0] : given;
                    return interceptor.answer(method.getName(), arguments, changed -> {
                        try {
                            return method.invoke(object, changed);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
                }));
    }

    /** Puts an interceptor before one facet of a site. */
    static SiteProvider beforeFacet(SiteProvider site, String facet, Interceptor interceptor) {
        return before(SiteProvider.class, site, (method, arguments, good) -> {
            Object answer = good.call(arguments);
            return method.equals(facet) ? beforeInterface(answer, interceptor) : answer;
        });
    }

    private static Object beforeInterface(Object object, Interceptor interceptor) {
        Class<?> type = object.getClass().getInterfaces()[0];
        return cast(type, object, interceptor);
    }

    private static <T> T cast(Class<T> type, Object object, Interceptor interceptor) {
        return before(type, type.cast(object), interceptor);
    }
}
