package io.sdr.benchmarks.drill;

import io.sdr.api.CorruptException;
import io.sdr.api.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A file of JSON objects, one a line, that only grows. A line that a crash tore is cut off when the file is opened. */
final class JsonLines implements AutoCloseable {
    static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path file;
    private final FileChannel channel;
    private final List<JsonNode> found;

    private JsonLines(Path file, FileChannel channel, List<JsonNode> found) {
        this.file = file;
        this.channel = channel;
        this.found = found;
    }

    static JsonLines open(Path file) {
        try {
            byte[] bytes = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
            List<JsonNode> lines = new ArrayList<>();
            int whole = 0;
            for (int i = 0; i < bytes.length; i++) {
                if (bytes[i] == '\n') {
                    lines.add(
                            parse(file, lines.size() + 1, new String(bytes, whole, i - whole, StandardCharsets.UTF_8)));
                    whole = i + 1;
                }
            }
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ);
            channel.truncate(whole);
            channel.position(whole);
            channel.force(true);
            return new JsonLines(file, channel, List.copyOf(lines));
        } catch (IOException e) {
            throw FileFailure.of("open", file, e);
        }
    }

    private static JsonNode parse(Path file, int number, String line) {
        try {
            JsonNode node = JSON.readTree(line);
            if (node.isObject()) {
                return node;
            }
        } catch (JacksonException e) {
            throw damaged(file, number, e);
        }
        throw damaged(file, number, null);
    }

    private static CorruptException damaged(Path file, int number, @org.jspecify.annotations.Nullable Throwable cause) {
        Problem problem = Problem.of("DRILL_STATE_CORRUPT")
                .attempted("read line " + number + " of " + file)
                .state("it is no JSON object")
                .remedy("delete the folder and start the drill again");
        return cause == null ? new CorruptException(problem) : new CorruptException(problem, cause);
    }

    /** The lines that were there when the file was opened. */
    List<JsonNode> found() {
        return found;
    }

    /** Appends lines with one write; durable on return. */
    synchronized void append(List<ObjectNode> lines) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (ObjectNode line : lines) {
            bytes.writeBytes(JSON.writeValueAsBytes(line));
            bytes.write('\n');
        }
        try {
            ByteBuffer buffer = ByteBuffer.wrap(bytes.toByteArray());
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        } catch (IOException e) {
            throw FileFailure.of("append to", file, e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw FileFailure.of("close", file, e);
        }
    }
}
