package io.sdr.core.sync.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sdr.api.CorruptException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FrameTest {
    private static final List<FrameType> TYPES = List.of(FrameType.values());

    private record Sent(FrameType type, ByteBuffer payload) {
        Sent(FrameType type, byte[] payload) {
            this(type, ByteBuffer.wrap(payload));
        }

        byte[] bytes() {
            byte[] copy = new byte[payload.remaining()];
            payload.duplicate().get(copy);
            return copy;
        }
    }

    private static byte[] stream(List<Sent> frames, Random random) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (FrameWriter writer = new FrameWriter(out)) {
            for (Sent each : frames) {
                int before = out.size();
                int packed = random.nextBoolean() ? writer.compress(each.bytes(), each.bytes().length) : 0;
                int said = packed > 0
                        ? writer.writeCompressed(each.type(), packed)
                        : writer.write(each.type(), each.bytes(), each.bytes().length);
                writer.flush();
                assertThat(said).isEqualTo(out.size() - before);
            }
        }
        return out.toByteArray();
    }

    private static List<Sent> random(Random random) {
        List<Sent> frames = new ArrayList<>();
        for (int i = random.nextInt(8); i >= 0; i--) {
            FrameType type = TYPES.get(random.nextInt(TYPES.size()));
            byte[] payload = new byte[random.nextInt(Math.min(type.maxBytes(), 6_000) + 1)];
            if (random.nextBoolean()) {
                random.nextBytes(payload);
            }
            frames.add(new Sent(type, payload));
        }
        return frames;
    }

    private static List<Sent> read(InputStream in) throws IOException {
        FrameReader reader = new FrameReader(in);
        List<Sent> frames = new ArrayList<>();
        for (var frame = reader.read(); frame.isPresent(); frame = reader.read()) {
            byte[] payload = Arrays.copyOf(frame.get().payload(), frame.get().length());
            frames.add(new Sent(frame.get().type(), payload));
        }
        return frames;
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            List<Sent> frames = random(random);
            byte[] stream = stream(frames, random);
            assertThat(read(new ByteArrayInputStream(stream)))
                    .as("seed %d", seed)
                    .isEqualTo(frames);
        }
    }

    /** Any damaged bit and any cut is noticed, and nothing but the right frames before it comes out. */
    @Test
    void damageIsNoticed() throws IOException {
        for (long seed = 0; seed < 400; seed++) {
            Random random = new Random(seed);
            byte[] stream = stream(random(random), random);
            boolean cut = random.nextInt(4) == 0;
            byte[] damaged = stream.clone();
            damaged[random.nextInt(stream.length)] ^= (byte) (1 << random.nextInt(8));
            int length = cut ? 1 + random.nextInt(stream.length) : stream.length;
            Throwable thrown = catchThrowable(() -> read(new ByteArrayInputStream(cut ? stream : damaged, 0, length)));
            if (cut && thrown == null) {
                continue; // cut between two frames: the stream ends
            }
            assertThat(thrown).as("seed %d", seed).isInstanceOfAny(CorruptException.class, IOException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFrameThatIsTooLongIsRefusedBeforeItIsRead(FrameType type) {
        byte[] header = header(type.code(), 0, type.maxBytes() + 1, 0);
        CorruptException refused = catchThrowableOfType(
                CorruptException.class, () -> new FrameReader(new ByteArrayInputStream(header)).read());
        assertThat(refused.code()).isEqualTo("FRAME_TOO_LONG");
        byte[] negative = header(type.code(), 0, -1, 0);
        assertThatThrownBy(() -> new FrameReader(new ByteArrayInputStream(negative)).read())
                .hasMessageContaining("FRAME_TOO_LONG");
    }

    @Test
    void gapsRepeatsAndGarbage() throws IOException {
        List<Sent> frames = List.of(new Sent(FrameType.GO, new byte[0]), new Sent(FrameType.PING, new byte[0]));
        byte[] stream = stream(frames, new Random(3));
        assertCode("FRAME_SEQUENCE", Arrays.copyOfRange(stream, 16, 32));
        ByteArrayOutputStream repeated = new ByteArrayOutputStream();
        repeated.write(stream, 0, 16);
        repeated.write(stream, 0, 16);
        assertCode("FRAME_SEQUENCE", repeated.toByteArray());
        assertCode("FRAME_GARBAGE", "GET / HTTP/1.1\r\nHost: x".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertCode("FRAME_GARBAGE", header(3, 2, 0, 0));
        assertCode("FRAME_DAMAGED", new byte[] {3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4});
    }

    /** A small frame that unpacks to more than the type allows, or to more or less than it says, is refused. */
    @Test
    void whatUnpacksToSomethingElseIsRefused() {
        byte[] packed = new byte[4096];
        Deflater deflater = new Deflater(9, true);
        deflater.setInput(new byte[1 << 20]);
        deflater.finish();
        int length = deflater.deflate(packed);
        deflater.end();
        assertCode("FRAME_TOO_LONG", compressed(1 << 20, packed, length));
        assertCode("FRAME_MALFORMED", compressed(Sizes.FRAME_BYTES, packed, length));
        assertCode("FRAME_MALFORMED", compressed(100, packed, length));
        assertCode("FRAME_MALFORMED", compressed(100, packed, 2));
        assertCode("FRAME_MALFORMED", compressed(100, new byte[] {7, 7, 7, 7}, 4));
    }

    private static byte[] compressed(int plain, byte[] packed, int length) {
        byte[] payload = ByteBuffer.allocate(4 + length)
                .putInt(plain)
                .put(packed, 0, length)
                .array();
        byte[] header = header(FrameType.DATA.code(), 1, payload.length, 0);
        CRC32C crc = new CRC32C();
        crc.update(header, 0, 12);
        crc.update(payload);
        return ByteBuffer.allocate(16 + payload.length)
                .put(header, 0, 12)
                .putInt((int) crc.getValue())
                .put(payload)
                .array();
    }

    private static byte[] header(int type, int flags, int length, int sequence) {
        return ByteBuffer.allocate(16)
                .put((byte) type)
                .put((byte) flags)
                .putShort((short) 0)
                .putInt(length)
                .putInt(sequence)
                .putInt(0)
                .array();
    }

    private static void assertCode(String code, byte[] stream) {
        CorruptException refused =
                catchThrowableOfType(CorruptException.class, () -> read(new ByteArrayInputStream(stream)));
        assertThat(refused).isNotNull();
        assertThat(refused.code()).isEqualTo(code);
    }
}
