package io.sdr.core.sync.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Tells whether bytes are zeros, eight at a time, stopping at the first that is not. */
public final class ZeroTest {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private ZeroTest() {}

    /**
     * Tests bytes.
     *
     * @param bytes holds them
     * @param from where they begin
     * @param length how many
     * @return whether all are zeros
     */
    public static boolean isZero(byte[] bytes, int from, int length) {
        int at = from;
        int end = from + length;
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            if ((long) LONGS.get(bytes, at) != 0) {
                return false;
            }
        }
        for (; at < end; at++) {
            if (bytes[at] != 0) {
                return false;
            }
        }
        return true;
    }
}
