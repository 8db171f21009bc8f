package io.sdr.core.sync.wire;

import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.SecretKey;

/**
 * The two keys of one sync: drawn anew for each, used for fingerprints and nothing else, sent inside TLS only, and zeroed at the
 * end. Two draws, because tags of tags under the key of the tags below collide for every key (a guest can make such blocks). Not
 * thread-safe.
 */
public final class SessionKeys implements AutoCloseable {
    /** Bytes of both keys together. */
    static final int BYTES = 32;

    private static final int KEY_BYTES = 16;

    private final Key blocks;
    private final Key units;

    private SessionKeys(byte[] blocks, byte[] units) {
        this.blocks = new Key(blocks);
        this.units = new Key(units);
    }

    /**
     * Draws keys.
     *
     * @param random a source that nobody can foretell
     * @return the keys, for the caller to close
     */
    public static SessionKeys draw(SecureRandom random) {
        byte[] one = new byte[KEY_BYTES];
        byte[] other = new byte[KEY_BYTES];
        random.nextBytes(one);
        random.nextBytes(other);
        return new SessionKeys(one, other);
    }

    /** Reads the keys that the other end has drawn. */
    static SessionKeys read(PayloadReader from) {
        return new SessionKeys(from.bytes(KEY_BYTES), from.bytes(KEY_BYTES));
    }

    /** Writes the keys into a payload, which is to be wiped once it was sent. */
    void write(PayloadWriter to) {
        to.bytes(blocks.bytes, 0, KEY_BYTES).bytes(units.bytes, 0, KEY_BYTES);
    }

    /**
     * Gives the key for fingerprints of what lies on a disk.
     *
     * @return the key; it lives as long as this
     */
    SecretKey blocks() {
        return blocks;
    }

    /**
     * Gives the key for fingerprints of fingerprints.
     *
     * @return the key; it lives as long as this
     */
    SecretKey units() {
        return units;
    }

    /** Zeroes the keys. A second call does nothing. */
    @Override
    public void close() {
        blocks.destroy();
        units.destroy();
    }

    @Override
    public String toString() {
        return "session keys";
    }

    /** Unlike {@link javax.crypto.spec.SecretKeySpec} it can be zeroed, and says nothing of its bytes. */
    private static final class Key implements SecretKey {
        private static final long serialVersionUID = 1L;

        private final transient byte[] bytes;
        private transient boolean destroyed;

        Key(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public String getAlgorithm() {
            return "AES";
        }

        @Override
        public String getFormat() {
            return "RAW";
        }

        @Override
        public byte[] getEncoded() {
            if (destroyed) {
                throw new IllegalStateException("the session is over");
            }
            return bytes.clone();
        }

        @Override
        public void destroy() {
            Arrays.fill(bytes, (byte) 0);
            destroyed = true;
        }

        @Override
        public boolean isDestroyed() {
            return destroyed;
        }

        @Override
        public String toString() {
            return "session key";
        }

        private void writeObject(ObjectOutputStream out) throws NotSerializableException {
            throw new NotSerializableException("a session key stays in its process");
        }
    }
}
