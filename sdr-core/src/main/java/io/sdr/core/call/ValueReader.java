package io.sdr.core.call;

import io.sdr.api.CorruptException;
import io.sdr.api.ItemId;
import io.sdr.api.Problem;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.NetworkAdapter;
import io.sdr.api.spi.ProgressListener;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.VmConfiguration;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** Reads what {@link ValueWriter} has written. What comes is untrusted: it can be no other type than the declared one. One thread's own. */
final class ValueReader {
    private static final int MAX_VARIABLE_SHIFT = 52;

    private final ByteBuffer in;

    private ValueReader(byte[] bytes) {
        this.in = ByteBuffer.wrap(bytes);
    }

    /** Reads values, one after the other, and nothing behind them. */
    static Object[] read(Type[] types, byte[] bytes) {
        ValueReader reader = new ValueReader(bytes);
        try {
            Object[] values = new Object[types.length];
            for (int i = 0; i < types.length; i++) {
                values[i] = reader.take(types[i]);
            }
            if (reader.in.hasRemaining()) {
                throw malformed(reader.in.remaining() + " bytes are left over", null);
            }
            return values;
        } catch (BufferUnderflowException e) {
            throw malformed("it ends too early", e);
        } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
            throw malformed(String.valueOf(e.getMessage()), e);
        }
    }

    static CorruptException malformed(String why, @org.jspecify.annotations.Nullable Throwable cause) {
        Problem problem = Problem.of("CALL_MALFORMED")
                .attempted("understand the other end of the connection")
                .state("a call or its answer is not as it must be: " + why)
                .remedy("see that both ends run the same version of sdr, then run it again");
        return cause == null ? new CorruptException(problem) : new CorruptException(problem, cause);
    }

    private Object take(Type type) {
        Class<?> raw = ValueWriter.rawOf(type);
        if (raw == String.class) {
            return new String(takeBytes(), StandardCharsets.UTF_8);
        } else if (raw == byte[].class) {
            return takeBytes();
        } else if (raw == Blob.class) {
            return Blob.of(takeBytes());
        } else if (raw == boolean.class || raw == Boolean.class) {
            return takeFlag();
        } else if (raw == int.class || raw == Integer.class) {
            return in.getInt();
        } else if (raw == long.class || raw == Long.class) {
            return in.getLong();
        } else if (raw == double.class || raw == Double.class) {
            return in.getDouble();
        } else if (raw.isEnum()) {
            return takeConstant(raw);
        } else if (raw == Instant.class) {
            return Instant.ofEpochSecond(in.getLong(), in.getInt());
        } else if (raw == Duration.class) {
            return Duration.ofSeconds(in.getLong(), in.getInt());
        } else if (raw == RangeSet.class) {
            return takeRanges();
        } else if (raw == CallContext.class) {
            return takeContext();
        } else if (raw == VmConfiguration.class) {
            return takeConfiguration();
        } else if (raw.isInterface() && raw.isSealed()) {
            return takeOneOf(raw);
        }
        return takeParts(type, raw);
    }

    private Object takeParts(Type type, Class<?> raw) {
        if (raw == Optional.class) {
            return takeFlag() ? Optional.of(take(ValueWriter.part(type, 0))) : Optional.empty();
        } else if (raw == OptionalLong.class) {
            boolean present = takeFlag();
            long value = in.getLong();
            return present ? OptionalLong.of(value) : OptionalLong.empty();
        } else if (raw == OptionalInt.class) {
            boolean present = takeFlag();
            int value = in.getInt();
            return present ? OptionalInt.of(value) : OptionalInt.empty();
        } else if (raw == Map.class) {
            Map<Object, Object> map = new LinkedHashMap<>();
            for (int left = takeCount(); left > 0; left--) {
                Object key = take(ValueWriter.part(type, 0));
                map.put(key, take(ValueWriter.part(type, 1)));
            }
            return map;
        } else if (raw == List.class || raw == Collection.class) {
            List<Object> list = new ArrayList<>();
            for (int left = takeCount(); left > 0; left--) {
                list.add(take(ValueWriter.part(type, 0)));
            }
            return list;
        } else if (raw == Set.class) {
            Set<Object> set = new LinkedHashSet<>();
            for (int left = takeCount(); left > 0; left--) {
                set.add(take(ValueWriter.part(type, 0)));
            }
            return set;
        } else if (raw.isRecord()) {
            return takeRecord(raw);
        }
        throw new IllegalStateException("cannot be received: " + type);
    }

    private Object takeRecord(Class<?> raw) {
        RecordComponent[] components = raw.getRecordComponents();
        Object[] values = new Object[components.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = take(components[i].getGenericType());
        }
        try {
            Constructor<?> constructor = raw.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw malformed("it is no " + raw.getSimpleName(), e);
        }
    }

    private Object takeOneOf(Class<?> sealed) {
        Class<?>[] kinds = sealed.getPermittedSubclasses();
        int kind = in.get();
        if (kind < 0 || kind >= kinds.length) {
            throw malformed("there is no kind " + kind + " of " + sealed.getSimpleName(), null);
        }
        return take(kinds[kind]);
    }

    private Object takeConstant(Class<?> raw) {
        String name = new String(takeBytes(), StandardCharsets.UTF_8);
        return Arrays.stream(raw.getEnumConstants())
                .filter(each -> ((Enum<?>) each).name().equals(name))
                .findFirst()
                .orElseThrow(() -> malformed("there is no such " + raw.getSimpleName(), null));
    }

    private boolean takeFlag() {
        int value = in.get();
        if (value != 0 && value != 1) {
            throw malformed("a truth value is " + value, null);
        }
        return value == 1;
    }

    /** Each part takes a byte at least, so what is there bounds how many there can be. */
    private int takeCount() {
        int count = in.getInt();
        if (count < 0 || count > in.remaining()) {
            throw malformed("a number of parts is " + count, null);
        }
        return count;
    }

    private byte[] takeBytes() {
        byte[] array = new byte[takeCount()];
        in.get(array);
        return array;
    }

    private RangeSet takeRanges() {
        RangeSet.Builder ranges = new RangeSet.Builder();
        long end = 0;
        for (int left = takeCount(); left > 0; left--) {
            long offset = Math.addExact(end, takeVariable());
            long length = takeVariable();
            end = Math.addExact(offset, length);
            ranges.add(offset, length);
        }
        return ranges.build();
    }

    private long takeVariable() {
        int next = in.get();
        int zeros = next & 0x0f;
        long rest = next >> 4 & 7;
        for (int shift = 3; next < 0; shift += 7) {
            next = in.get();
            if (shift > MAX_VARIABLE_SHIFT) {
                throw malformed("an offset is too large", null);
            }
            rest |= (long) (next & 0x7f) << shift;
        }
        long value = rest << zeros;
        if (value < 0 || value >>> zeros != rest) {
            throw malformed("an offset is too large", null);
        }
        return value;
    }

    private VmConfiguration takeConfiguration() {
        VmConfiguration plain = VmConfiguration.of(in.getInt(), in.getLong(), (String) take(String.class));
        VmConfiguration secured = plain.withSecureBoot(takeFlag())
                .withSecureBootTemplate(takeFlag() ? Optional.of((String) take(String.class)) : Optional.empty())
                .withDynamicMemory(
                        takeFlag()
                                ? Optional.of((VmConfiguration.DynamicMemory) take(VmConfiguration.DynamicMemory.class))
                                : Optional.empty());
        List<NetworkAdapter> adapters = new ArrayList<>();
        for (int left = takeCount(); left > 0; left--) {
            adapters.add((NetworkAdapter) take(NetworkAdapter.class));
        }
        return secured.withAdapters(adapters);
    }

    private CallContext takeContext() {
        ItemId item = new ItemId((String) take(String.class));
        long epoch = in.getLong();
        String token = (String) take(String.class);
        int attempt = in.getInt();
        Instant notAfter = (Instant) take(Instant.class);
        return new CallContext(item, epoch, token, attempt, notAfter, CancelFlag.NEVER, ProgressListener.NONE);
    }
}
