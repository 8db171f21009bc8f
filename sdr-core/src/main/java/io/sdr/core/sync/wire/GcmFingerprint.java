package io.sdr.core.sync.wire;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-128-GCM tags (NIST SP 800-38D). The initialisation vector is the index (8 bytes) and the number of the level (4 bytes), so it
 * never repeats under a key within a session, which is one pass over one disk. The ciphertext is thrown away. For a pair of blocks
 * fixed before the key was drawn, the chance of equal tags is about 2<sup>-116</sup> per 64 KiB.
 */
public final class GcmFingerprint implements Fingerprint {
    private static final int IV_BYTES = 12;
    private static final int LEVEL_AT = 8;
    private static final int TAG_BITS = 128;
    private static final int WARM_UP_CALLS = 10_000;
    private static final int WARM_UP_BYTES = 64;
    private static final int WARM_UP_BLOCK_EVERY = 200;
    private static final int WARM_UP_UNIT_EVERY = 8;

    private final SecretKey blockKey;
    private final SecretKey unitKey;
    private final Cipher blocks;
    private final Cipher units;
    private final byte[] iv = new byte[IV_BYTES];
    private final ByteBuffer ivNumbers = ByteBuffer.wrap(iv);
    private byte[] ciphertext = new byte[Sizes.BLOCK_BYTES + TAG_BYTES];

    /**
     * Tags under the keys of a session.
     *
     * @param keys the keys; they must not be closed before the last tag
     */
    public GcmFingerprint(SessionKeys keys) {
        this(keys.blocks(), keys.units());
    }

    GcmFingerprint(SecretKey blockKey, SecretKey unitKey) {
        this.blockKey = blockKey;
        this.unitKey = unitKey;
        try {
            this.blocks = Cipher.getInstance("AES/GCM/NoPadding");
            this.units = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES-GCM", e);
        }
    }

    /**
     * Has the virtual machine compile what makes tags: until then it takes about fifty times as long. To be called beside something
     * that waits. The short calls make it compile soon; some long ones, and both keys, keep it from compiling everything once more
     * when the first real block takes a branch that no call took before.
     */
    static void warmUp(SecureRandom random) {
        try (SessionKeys none = SessionKeys.draw(random)) {
            GcmFingerprint fingerprint = new GcmFingerprint(none);
            byte[] data = new byte[Sizes.BLOCK_BYTES];
            byte[] tag = new byte[TAG_BYTES];
            for (int i = 0; i < WARM_UP_CALLS; i++) {
                if (i % WARM_UP_BLOCK_EVERY == 0) {
                    fingerprint.tag(Level.BLOCK, i, data, 0, data.length, tag, 0);
                }
                Level level = i % WARM_UP_UNIT_EVERY == 0 ? Level.UNIT : Level.CELL;
                fingerprint.tag(level, i, data, 0, WARM_UP_BYTES, tag, 0);
            }
        }
    }

    @Override
    public void tag(Level level, long index, byte[] data, int from, int length, byte[] tags, int at) {
        ivNumbers.putLong(0, index).putInt(LEVEL_AT, level.number());
        if (ciphertext.length < length + TAG_BYTES) {
            ciphertext = new byte[length + TAG_BYTES];
        }
        boolean ofTags = level == Level.UNIT;
        Cipher cipher = ofTags ? units : blocks;
        try {
            cipher.init(Cipher.ENCRYPT_MODE, ofTags ? unitKey : blockKey, new GCMParameterSpec(TAG_BITS, iv));
            cipher.doFinal(data, from, length, ciphertext, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot tag " + level + " " + index, e);
        }
        System.arraycopy(ciphertext, length, tags, at, TAG_BYTES);
    }
}
