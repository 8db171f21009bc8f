package io.sdr.hyperv.images;

import java.lang.reflect.Method;

/** Counts what a thread allocates, freed or not: more than was ever held at once. */
final class Allocation {
    private final Object threads;
    private final Method allocated;

    /** Asks by reflection: the module under test does not read those for management, nor may the compiler. */
    Allocation() {
        try {
            threads = Class.forName("java.lang.management.ManagementFactory")
                    .getMethod("getThreadMXBean")
                    .invoke(null);
            allocated = Class.forName("com.sun.management.ThreadMXBean").getMethod("getCurrentThreadAllocatedBytes");
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this Java platform does not count what a thread allocates", e);
        }
    }

    /** Gives the bytes that this thread has allocated since it began. */
    long ofThisThread() {
        try {
            return (long) allocated.invoke(threads);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
