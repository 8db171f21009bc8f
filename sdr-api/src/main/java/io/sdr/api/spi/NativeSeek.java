package io.sdr.api.spi;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code open}, {@code lseek} and {@code close} of the C library, through {@code java.lang.foreign}, which this code must look up at
 * run time because it is compiled for Java 17. There only if the running Java is 22 or newer, the system is Linux, and native access
 * was granted; what it takes to be linked (some 100 ms) is paid at the first use. Thread-safe.
 */
final class NativeSeek {
    static final int SEEK_DATA = 3;
    static final int SEEK_HOLE = 4;

    /** What a call gives if there is no more data, or no such place. */
    static final int ENXIO = 6;

    private static final int FIRST_JAVA = 22;
    private static final int READ_ONLY_CLOSE_ON_EXEC = 02000000;

    private final MethodHandle open;
    private final MethodHandle seek;
    private final MethodHandle close;
    private final MethodHandle address;

    private NativeSeek(MethodHandle open, MethodHandle seek, MethodHandle close, MethodHandle address) {
        this.open = open;
        this.seek = seek;
        this.close = close;
        this.address = address;
    }

    /** Linked when it is first asked for, and then kept. */
    private static final class Linked {
        static final Optional<NativeSeek> SEEK = link();
    }

    /** Gives the functions, or nothing where they cannot be had. */
    static Optional<NativeSeek> find() {
        boolean possible = Runtime.version().feature() >= FIRST_JAVA
                && System.getProperty("os.name", "").equals("Linux")
                && System.getProperty("sun.arch.data.model", "64").equals("64");
        return possible ? Linked.SEEK : Optional.empty();
    }

    private static Optional<NativeSeek> link() {
        try {
            Object granted = Module.class.getMethod("isNativeAccessEnabled").invoke(NativeSeek.class.getModule());
            return Boolean.TRUE.equals(granted) ? Optional.of(new Linking().link()) : Optional.empty();
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            return Optional.empty(); // then all counts as data, as on Java 17
        }
    }

    /** Opens a file for reading; gives its descriptor. */
    int open(String path) throws IOException {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        ByteBuffer name = ByteBuffer.allocateDirect(bytes.length + 1).put(bytes).put((byte) 0);
        try {
            int descriptor =
                    (int) open.invokeExact((Object) address.invokeExact(name.rewind()), READ_ONLY_CLOSE_ON_EXEC);
            if (descriptor < 0) {
                throw new IOException("open failed: " + path);
            }
            return descriptor;
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    /** Gives the place that {@code lseek} finds, or minus the error's number. */
    long seek(int descriptor, long offset, int whence) throws IOException {
        ByteBuffer state = ByteBuffer.allocateDirect(Integer.BYTES).order(ByteOrder.nativeOrder());
        try {
            long found = (long) seek.invokeExact((Object) address.invokeExact(state), descriptor, offset, whence);
            return found >= 0 ? found : -Math.max(1, state.getInt(0));
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    void close(int descriptor) throws IOException {
        try {
            int result = (int) close.invokeExact(descriptor);
            if (result != 0) {
                throw new IOException("close failed");
            }
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    private static IOException failed(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return e instanceof IOException io ? io : new IOException(e);
    }

    /** The calls of {@code java.lang.foreign} that link, each looked up by name. */
    private static final class Linking {
        private final Class<?> linkerType = type("Linker");
        private final Class<?> optionType = type("Linker$Option");
        private final Class<?> layoutType = type("MemoryLayout");
        private final Class<?> descriptorType = type("FunctionDescriptor");
        private final Class<?> segmentType = type("MemorySegment");
        private final Class<?> lookupType = type("SymbolLookup");
        private final Object linker = call(linkerType.getMethod("nativeLinker"), null);
        private final Object names = call(linkerType.getMethod("defaultLookup"), linker);
        private final Object aLong = layout("JAVA_LONG");
        private final Object anInt = layout("JAVA_INT");
        private final Object aPointer = layout("ADDRESS");

        Linking() throws ReflectiveOperationException {}

        NativeSeek link() throws ReflectiveOperationException {
            Object variadic = call(optionType.getMethod("firstVariadicArg", int.class), null, 2);
            Object errno = call(
                    optionType.getMethod("captureCallState", String[].class), null, (Object) new String[] {"errno"});
            MethodHandle open = function("open", options(variadic), anInt, aPointer, anInt)
                    .asType(MethodType.methodType(int.class, Object.class, int.class));
            MethodHandle seek = function("lseek", options(errno), aLong, anInt, aLong, anInt)
                    .asType(MethodType.methodType(long.class, Object.class, int.class, long.class, int.class));
            MethodHandle close = function("close", options(), anInt, anInt);
            MethodHandle address = MethodHandles.publicLookup()
                    .unreflect(segmentType.getMethod("ofBuffer", Buffer.class))
                    .asType(MethodType.methodType(Object.class, ByteBuffer.class));
            return new NativeSeek(open, seek, close, address);
        }

        private MethodHandle function(String name, Object options, Object result, Object... parameters)
                throws ReflectiveOperationException {
            Object layouts = Array.newInstance(layoutType, parameters.length);
            for (int i = 0; i < parameters.length; i++) {
                Array.set(layouts, i, parameters[i]);
            }
            Object descriptor =
                    call(descriptorType.getMethod("of", layoutType, layoutType.arrayType()), null, result, layouts);
            Optional<?> symbol = (Optional<?>) call(lookupType.getMethod("find", String.class), names, name);
            return (MethodHandle) call(
                    linkerType.getMethod("downcallHandle", segmentType, descriptorType, optionType.arrayType()),
                    linker,
                    symbol.orElseThrow(),
                    descriptor,
                    options);
        }

        private Object options(Object... options) {
            Object array = Array.newInstance(optionType, options.length);
            for (int i = 0; i < options.length; i++) {
                Array.set(array, i, options[i]);
            }
            return array;
        }

        private static Class<?> type(String name) throws ClassNotFoundException {
            return Class.forName("java.lang.foreign." + name);
        }

        private static Object layout(String name) throws ReflectiveOperationException {
            return type("ValueLayout").getField(name).get(null);
        }

        private static Object call(Method method, @Nullable Object on, Object... arguments)
                throws ReflectiveOperationException {
            return method.invoke(on, arguments);
        }
    }
}
