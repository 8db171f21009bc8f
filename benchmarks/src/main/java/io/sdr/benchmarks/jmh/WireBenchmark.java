package io.sdr.benchmarks.jmh;

import io.sdr.core.sync.wire.Fingerprint;
import io.sdr.core.sync.wire.Fingerprint.Level;
import io.sdr.core.sync.wire.Frame;
import io.sdr.core.sync.wire.FrameReader;
import io.sdr.core.sync.wire.FrameType;
import io.sdr.core.sync.wire.FrameWriter;
import io.sdr.core.sync.wire.GcmFingerprint;
import io.sdr.core.sync.wire.SessionKeys;
import io.sdr.core.sync.wire.ZeroTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The parts of a sync between hosts: how long 1 MiB takes in the fingerprint, beside GCM alone as its limit, in the zero test, and in
 * frames, written and read, plain and compressed.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class WireBenchmark {
    /** What each measures, in bytes. */
    static final int BYTES = 1 << 20;

    /** What each byte of the key for blocks is, no secret here; of the key for units it is one more. */
    static final byte KEY = 7;

    private static final int BLOCK = 64 << 10;
    private static final int BLOCKS = BYTES / BLOCK;
    private static final int TAG = 16;

    final byte[] noise = new byte[BYTES];
    final byte[] text = new byte[BYTES];
    private final byte[] zeros = new byte[BYTES];
    private final byte[] part = new byte[BLOCK];
    private final byte[] tags = new byte[BLOCKS * TAG];
    private final byte[] sealed = new byte[BYTES + TAG];
    private final byte[] iv = new byte[12];
    private final SessionKeys keys = SessionKeys.draw(new KnownBytes());
    private final Fingerprint fingerprint = new GcmFingerprint(keys);
    private final Cipher cipher = newCipher();
    private final SecretKey key =
            new SecretKeySpec(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}, "AES");
    private long number;

    /** Fills what is asked for first with one number, then with the next. */
    private static final class KnownBytes extends SecureRandom {
        private static final long serialVersionUID = 1L;

        private byte next = KEY;

        @Override
        public void nextBytes(byte[] bytes) {
            Arrays.fill(bytes, next++);
        }
    }

    private static Cipher newCipher() {
        try {
            return Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Fills the data. */
    @Setup
    public void fill() {
        new Random(1).nextBytes(noise);
        for (int i = 0; i < BYTES; i++) {
            text[i] = (byte) "what a log file of a server says again and again, at 12:34:56. ".charAt(i % 63);
        }
    }

    /** Zeroes the keys. */
    @TearDown
    public void close() {
        keys.close();
    }

    /**
     * Tags a unit: sixteen blocks, and their tags.
     *
     * @return the tag of the unit
     */
    @Benchmark
    public byte[] fingerprintOfUnit() {
        long unit = number++;
        for (int i = 0; i < BLOCKS; i++) {
            fingerprint.tag(Level.BLOCK, unit * BLOCKS + i, noise, i * BLOCK, BLOCK, tags, i * TAG);
        }
        byte[] tag = new byte[TAG];
        fingerprint.tag(Level.UNIT, unit, tags, 0, tags.length, tag, 0);
        return tag;
    }

    /**
     * The limit: GCM over the same blocks with one cipher and nothing else.
     *
     * @return the last tag
     * @throws GeneralSecurityException never
     */
    @Benchmark
    public long gcmAlone() throws GeneralSecurityException {
        for (int i = 0; i < BLOCKS; i++) {
            ByteBuffer.wrap(iv).putLong(number++);
            cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG * 8, iv));
            cipher.doFinal(noise, i * BLOCK, BLOCK, sealed, 0);
        }
        return ByteBuffer.wrap(sealed).getLong(BLOCK);
    }

    /**
     * Tests zeros to their end.
     *
     * @return whether all were zeros
     */
    @Benchmark
    public boolean zeroTest() {
        return ZeroTest.isZero(zeros, 0, BYTES);
    }

    /**
     * Writes and reads frames of 64 KiB that nothing compresses.
     *
     * @return the sum of the bytes that came out, as unsigned numbers
     * @throws IOException never
     */
    @Benchmark
    public long frames() throws IOException {
        return throughFrames(noise, false);
    }

    /**
     * Writes and reads frames of 64 KiB of text, compressed.
     *
     * @return the sum of the bytes that came out, as unsigned numbers
     * @throws IOException never
     */
    @Benchmark
    public long framesCompressed() throws IOException {
        return throughFrames(text, true);
    }

    private long throughFrames(byte[] data, boolean compressed) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(BYTES + BLOCK);
        try (FrameWriter writer = new FrameWriter(out)) {
            for (int at = 0; at < BYTES; at += BLOCK) {
                System.arraycopy(data, at, part, 0, BLOCK);
                int length = compressed ? writer.compress(part, BLOCK) : 0;
                if (length > 0) {
                    writer.writeCompressed(FrameType.DATA, length);
                } else {
                    writer.write(FrameType.DATA, part, BLOCK);
                }
            }
            writer.flush();
        }
        FrameReader reader = new FrameReader(new ByteArrayInputStream(out.toByteArray()));
        long sum = 0;
        for (Optional<Frame> frame = reader.read(); frame.isPresent(); frame = reader.read()) {
            for (byte each : frame.get().read().bytes(BLOCK)) {
                sum += each & 0xff;
            }
        }
        return sum;
    }
}
