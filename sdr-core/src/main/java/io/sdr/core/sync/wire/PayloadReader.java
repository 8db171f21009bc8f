package io.sdr.core.sync.wire;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Takes apart what a frame carries, which nobody vouches for. Not thread-safe. */
public final class PayloadReader {
    private final FrameType type;
    private final ByteBuffer bytes;

    PayloadReader(FrameType type, ByteBuffer bytes) {
        this.type = type;
        this.bytes = bytes;
    }

    /**
     * Takes a number from 0 to a limit.
     *
     * @param most the highest that is right
     * @return the number
     */
    public int u8(int most) {
        int value = room(1).get() & 0xff;
        if (value > most) {
            throw malformed("a number is " + value + ", at most " + most + " is right");
        }
        return value;
    }

    /**
     * Takes a truth value.
     *
     * @return the value
     */
    public boolean flag() {
        return u8(1) == 1;
    }

    /**
     * Takes 4 bytes that must be a number from 0 to a limit.
     *
     * @param most the highest that is right
     * @return the number
     */
    public int i32(int most) {
        int value = room(Integer.BYTES).getInt();
        if (value < 0 || value > most) {
            throw malformed("a number is " + value + ", 0 to " + most + " is right");
        }
        return value;
    }

    /**
     * Takes 8 bytes that must be a number from 0 to a limit.
     *
     * @param most the highest that is right
     * @return the number
     */
    public long i64(long most) {
        long value = room(Long.BYTES).getLong();
        if (value < 0 || value > most) {
            throw malformed("a number is " + value + ", 0 to " + most + " is right");
        }
        return value;
    }

    /**
     * Takes bytes.
     *
     * @param count how many
     * @return the bytes
     */
    public byte[] bytes(int count) {
        byte[] taken = new byte[count];
        room(count).get(taken);
        return taken;
    }

    /**
     * Takes a text.
     *
     * @return the text
     */
    public String text() {
        int count = i32(PayloadWriter.TEXT_BYTES);
        ByteBuffer utf8 = room(count).slice().limit(count);
        bytes.position(bytes.position() + count);
        try {
            CharBuffer text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .decode(utf8);
            return text.toString();
        } catch (CharacterCodingException e) {
            throw malformed("a text is no UTF-8");
        }
    }

    /** Skips bytes and gives where they are. */
    int skip(int count) {
        int at = room(count).position();
        bytes.position(at + count);
        return at;
    }

    /**
     * Tells how much is left.
     *
     * @return the bytes that were not taken yet
     */
    public int remaining() {
        return bytes.remaining();
    }

    /** Makes sure that nothing is left over. */
    public void end() {
        if (bytes.hasRemaining()) {
            throw malformed(bytes.remaining() + " bytes are left over");
        }
    }

    private ByteBuffer room(int count) {
        if (bytes.remaining() < count) {
            throw malformed("it ends " + (count - bytes.remaining()) + " bytes too early");
        }
        return bytes;
    }

    RuntimeException malformed(String why) {
        return WireProblems.malformed(type, why);
    }
}
