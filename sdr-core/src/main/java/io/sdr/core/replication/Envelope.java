package io.sdr.core.replication;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A small file of JSON that vouches for itself: the whole file is one JSON object, in which the CRC-32C of the body stands at a
 * fixed place before the body.
 */
final class Envelope {
    /** A manifest of 720 points is below 1 MiB; ranges of a divergence may be many. */
    static final int MAX_BYTES = 64 << 20;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final byte[] TAIL = "}\n".getBytes(StandardCharsets.US_ASCII);

    private Envelope() {}

    static ObjectNode newBody() {
        return MAPPER.createObjectNode();
    }

    private static byte[] head(String kind, byte[] body) {
        CRC32C crc = new CRC32C();
        crc.update(body);
        return String.format("{\"%s\":1,\"crc32c\":\"%08x\",\"body\":", kind, crc.getValue())
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Writes a new file and forces it; the name is durable after the folder is forced. */
    static void write(StorageFolder folder, String name, String kind, ObjectNode body) {
        byte[] json = MAPPER.writeValueAsBytes(body);
        byte[] head = head(kind, json);
        ByteBuffer all = ByteBuffer.allocate(head.length + json.length + TAIL.length);
        all.put(head).put(json).put(TAIL).flip();
        if (all.remaining() > MAX_BYTES) {
            throw Trouble.failed(
                    "MANIFEST_TOO_LARGE",
                    "write " + folder.describe() + "/" + name,
                    "it would have " + all.remaining() + " bytes",
                    "keep fewer recovery points");
        }
        try (StorageFile file = folder.create(name)) {
            file.write(0, all);
            file.force();
        }
    }

    /** Reads a file that may be damaged in any way. */
    static Fields read(StorageFolder folder, String name, String kind) {
        byte[] all;
        try (StorageFile file = folder.open(name, Access.READ)) {
            long size = file.size();
            if (size > MAX_BYTES) {
                throw Trouble.corrupt(folder, name, "it has " + size + " bytes; at most " + MAX_BYTES + " are sane");
            }
            ByteBuffer buffer = ByteBuffer.allocate((int) size);
            file.read(0, buffer);
            all = Arrays.copyOf(buffer.array(), buffer.position());
        }
        int start = head(kind, new byte[0]).length;
        if (all.length < start + TAIL.length) {
            throw Trouble.corrupt(folder, name, "it ends early");
        }
        byte[] body = Arrays.copyOfRange(all, start, all.length - TAIL.length);
        if (!Arrays.equals(head(kind, body), Arrays.copyOf(all, start))
                || !Arrays.equals(TAIL, Arrays.copyOfRange(all, all.length - TAIL.length, all.length))) {
            throw Trouble.corrupt(folder, name, "its checksum does not fit its content");
        }
        try {
            JsonNode node = MAPPER.readTree(body);
            return new Fields(node, what -> Trouble.corrupt(folder, name, what));
        } catch (JacksonException e) {
            throw Trouble.corrupt(folder, name, "its content is no JSON", e);
        }
    }
}
