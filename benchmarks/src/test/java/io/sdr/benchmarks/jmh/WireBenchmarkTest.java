package io.sdr.benchmarks.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is measured computes what a plain computation gives. */
class WireBenchmarkTest {
    private static final int BLOCK = 64 << 10;

    private final WireBenchmark benchmark = new WireBenchmark();

    @BeforeEach
    void fill() {
        benchmark.fill();
    }

    private static byte[] tag(int keyByte, long index, int level, byte[] data) throws GeneralSecurityException {
        byte[] key = new byte[16];
        Arrays.fill(key, (byte) keyByte);
        return tag(key, index, level, data);
    }

    private static byte[] tag(byte[] key, long index, int level, byte[] data) throws GeneralSecurityException {
        byte[] iv = ByteBuffer.allocate(12).putLong(index).putInt(level).array();
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, iv));
        byte[] sealed = cipher.doFinal(data);
        return Arrays.copyOfRange(sealed, data.length, sealed.length);
    }

    @Test
    void fingerprint() throws GeneralSecurityException {
        for (int unit = 0; unit < 2; unit++) {
            ByteBuffer tags = ByteBuffer.allocate(16 * 16);
            for (int i = 0; i < 16; i++) {
                byte[] block = Arrays.copyOfRange(benchmark.noise, i * BLOCK, (i + 1) * BLOCK);
                tags.put(tag(WireBenchmark.KEY, unit * 16L + i, 0, block));
            }
            assertThat(benchmark.fingerprintOfUnit()).isEqualTo(tag(WireBenchmark.KEY + 1, unit, 1, tags.array()));
        }
    }

    @Test
    void gcmAlone() throws GeneralSecurityException {
        byte[] key = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
        byte[] last = Arrays.copyOfRange(benchmark.noise, 15 * BLOCK, 16 * BLOCK);
        assertThat(benchmark.gcmAlone())
                .isEqualTo(ByteBuffer.wrap(tag(key, 15, 0, last)).getLong());
    }

    @Test
    void zerosAndFrames() throws IOException {
        assertThat(benchmark.zeroTest()).isTrue();
        assertThat(benchmark.frames()).isEqualTo(sum(benchmark.noise));
        assertThat(benchmark.framesCompressed()).isEqualTo(sum(benchmark.text));
    }

    private static long sum(byte[] bytes) {
        long sum = 0;
        for (byte each : bytes) {
            sum += each & 0xff;
        }
        return sum;
    }
}
