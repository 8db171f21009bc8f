package io.sdr.core.call;

import java.util.Arrays;

/** Bytes as a value. Says nothing of itself, since it may be a secret. Immutable. */
public final class Blob {
    private final byte[] bytes;

    private Blob(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Wraps bytes.
     *
     * @param bytes the bytes; not to be changed any more
     * @return the value
     */
    public static Blob of(byte[] bytes) {
        return new Blob(bytes);
    }

    /**
     * Gives the bytes.
     *
     * @return the bytes; not to be changed
     */
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Blob blob && Arrays.equals(bytes, blob.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return bytes.length + " bytes";
    }
}
