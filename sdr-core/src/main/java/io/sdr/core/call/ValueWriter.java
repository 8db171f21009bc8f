package io.sdr.core.call;

import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.NetworkAdapter;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.VmConfiguration;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Writes values as bytes, each as its declared type says: texts, numbers, times, enumerations, optionals, collections, sets of ranges,
 * records of those, and sealed interfaces of such records. {@link ValueReader} is the other direction. Used by one thread.
 */
final class ValueWriter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    private final DataOutputStream out = new DataOutputStream(bytes);

    /** Writes values, one after the other. */
    static byte[] write(Type[] types, Object[] values) {
        ValueWriter writer = new ValueWriter();
        try {
            for (int i = 0; i < types.length; i++) {
                writer.put(types[i], values[i]);
            }
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail", e);
        }
        return writer.bytes.toByteArray();
    }

    private void put(Type type, Object value) throws IOException {
        Class<?> raw = rawOf(type);
        if (value instanceof String text) {
            putBytes(text.getBytes(StandardCharsets.UTF_8));
        } else if (value instanceof byte[] array) {
            putBytes(array);
        } else if (value instanceof Blob blob) {
            putBytes(blob.bytes());
        } else if (value instanceof Boolean flag) {
            out.writeBoolean(flag);
        } else if (value instanceof Integer number) {
            out.writeInt(number);
        } else if (value instanceof Long number) {
            out.writeLong(number);
        } else if (value instanceof Double number) {
            out.writeDouble(number);
        } else if (value instanceof Enum<?> constant) {
            putBytes(constant.name().getBytes(StandardCharsets.UTF_8));
        } else if (value instanceof Instant time) {
            out.writeLong(time.getEpochSecond());
            out.writeInt(time.getNano());
        } else if (value instanceof Duration time) {
            out.writeLong(time.getSeconds());
            out.writeInt(time.getNano());
        } else if (value instanceof RangeSet ranges) {
            putRanges(ranges);
        } else if (value instanceof CallContext context) {
            putContext(context);
        } else if (value instanceof VmConfiguration configuration) {
            out.writeInt(configuration.processors());
            out.writeLong(configuration.memoryBytes());
            putBytes(configuration.firmware().getBytes(StandardCharsets.UTF_8));
            out.writeBoolean(configuration.secureBoot());
            out.writeBoolean(configuration.secureBootTemplate().isPresent());
            if (configuration.secureBootTemplate().isPresent()) {
                putBytes(configuration.secureBootTemplate().get().getBytes(StandardCharsets.UTF_8));
            }
            out.writeBoolean(configuration.dynamicMemory().isPresent());
            if (configuration.dynamicMemory().isPresent()) {
                putRecord(configuration.dynamicMemory().get());
            }
            out.writeInt(configuration.adapters().size());
            for (NetworkAdapter each : configuration.adapters()) {
                putRecord(each);
            }
        } else if (raw.isInterface() && raw.isSealed()) {
            putOneOf(raw, value);
        } else {
            putParts(type, value);
        }
    }

    private void putParts(Type type, Object value) throws IOException {
        if (value instanceof Optional<?> optional) {
            out.writeBoolean(optional.isPresent());
            if (optional.isPresent()) {
                put(part(type, 0), optional.get());
            }
        } else if (value instanceof OptionalLong optional) {
            out.writeBoolean(optional.isPresent());
            out.writeLong(optional.orElse(0));
        } else if (value instanceof OptionalInt optional) {
            out.writeBoolean(optional.isPresent());
            out.writeInt(optional.orElse(0));
        } else if (value instanceof Map<?, ?> map) {
            out.writeInt(map.size());
            for (Map.Entry<?, ?> each : map.entrySet()) {
                put(part(type, 0), each.getKey());
                put(part(type, 1), each.getValue());
            }
        } else if (value instanceof Collection<?> collection) {
            out.writeInt(collection.size());
            for (Object each : collection) {
                put(part(type, 0), each);
            }
        } else if (value instanceof Record) {
            putRecord(value);
        } else {
            throw new IllegalArgumentException("cannot be sent: " + value.getClass());
        }
    }

    private void putRecord(Object value) throws IOException {
        for (RecordComponent each : value.getClass().getRecordComponents()) {
            try {
                put(each.getGenericType(), each.getAccessor().invoke(value));
            } catch (IllegalAccessException | InvocationTargetException e) {
                throw new IllegalArgumentException("cannot be sent: " + value.getClass(), e);
            }
        }
    }

    private void putOneOf(Class<?> sealed, Object value) throws IOException {
        Class<?>[] kinds = sealed.getPermittedSubclasses();
        for (int i = 0; i < kinds.length; i++) {
            if (kinds[i].isInstance(value)) {
                out.writeByte(i);
                put(kinds[i], value);
                return;
            }
        }
        throw new IllegalArgumentException("cannot be sent: " + value.getClass());
    }

    private void putBytes(byte[] array) throws IOException {
        out.writeInt(array.length);
        out.write(array);
    }

    /** Distances from the end of the range before, and lengths, in as few bytes as they need: some 4 bytes a range. */
    private void putRanges(RangeSet ranges) throws IOException {
        out.writeInt(ranges.count());
        long[] end = {0};
        IOException[] failed = new IOException[1];
        ranges.forEach((offset, length) -> {
            try {
                putVariable(offset - end[0]);
                putVariable(length);
                end[0] = offset + length;
            } catch (IOException e) {
                failed[0] = e;
            }
        });
        if (failed[0] != null) {
            throw failed[0];
        }
    }

    /** Offsets and lengths end in zero bits more often than not: how many, and then the rest. */
    private void putVariable(long value) throws IOException {
        int zeros = value == 0 ? 0 : Math.min(15, Long.numberOfTrailingZeros(value));
        long rest = value >>> zeros;
        int first = (int) (rest & 7) << 4 | zeros;
        rest >>>= 3;
        while (rest != 0) {
            out.writeByte(first | 0x80);
            first = (int) (rest & 0x7f);
            rest >>>= 7;
        }
        out.writeByte(first);
    }

    private void putContext(CallContext context) throws IOException {
        putBytes(context.item().value().getBytes(StandardCharsets.UTF_8));
        out.writeLong(context.epoch());
        putBytes(context.token().getBytes(StandardCharsets.UTF_8));
        out.writeInt(context.attempt());
        put(Instant.class, context.notAfter());
    }

    static Class<?> rawOf(Type type) {
        return (Class<?>) (type instanceof ParameterizedType generic ? generic.getRawType() : type);
    }

    static Type part(Type type, int index) {
        return ((ParameterizedType) type).getActualTypeArguments()[index];
    }
}
