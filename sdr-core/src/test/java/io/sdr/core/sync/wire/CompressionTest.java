package io.sdr.core.sync.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class CompressionTest {
    private static final int BYTES = 256 << 10;

    private final byte[] noise = new byte[BYTES];
    private final byte[] text = new byte[BYTES];

    CompressionTest() {
        new Random(1).nextBytes(noise);
        for (int i = 0; i < BYTES; i++) {
            text[i] = (byte) "the same words again and again ".charAt(i % 31);
        }
    }

    private static void learn(Compression compression, long sendNanosPerByte) {
        for (int i = 0; i < 200; i++) {
            compression.sent(BYTES, BYTES, 10L * BYTES, sendNanosPerByte * BYTES);
        }
    }

    @Test
    void pays() {
        try (MeasuredCompression slow = new MeasuredCompression();
                MeasuredCompression fast = new MeasuredCompression()) {
            learn(slow, 100);
            assertThat(slow.pays(text, BYTES)).isTrue();
            assertThat(slow.pays(noise, BYTES)).as("a sample does not shrink").isFalse();
            assertThat(slow.pays(text, 100)).as("too short").isFalse();
            learn(fast, 1);
            assertThat(fast.pays(text, BYTES)).as("sending is faster").isFalse();
            learn(fast, 100);
            assertThat(fast.pays(text, BYTES)).as("the link became slow").isTrue();
        }
    }
}
