package io.sdr.hyperv.transport;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Stands in for PowerShell, in a process of its own: reads the request and does what the script's text says, one word a line. Its
 * answer holds, as hex, the words of its command line and the request's arguments.
 */
final class StandIn {
    private static final int MEBIBYTE = 1 << 20;
    /** The process of the test: a server that started the stand-in for it may be gone before. */
    private static final String OWNER = "sdr.test.owner";

    private StandIn() {}

    /** The words that start it, before the constant ones. */
    static List<String> words() {
        return List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-XX:+UseSerialGC",
                "-D" + OWNER + "=" + ProcessHandle.current().pid(),
                "-cp",
                System.getProperty("java.class.path"),
                StandIn.class.getName());
    }

    public static void main(String[] words) throws IOException, InterruptedException {
        // Not System.out: its encoding and its line ends are the platform's.
        try (PrintStream out =
                new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), false, "UTF-8")) {
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            JsonNode request = JsonMapper.builder().build().readTree(in.readLine());
            for (String word : request.get("script").stringValue().lines().toList()) {
                act(word, words, request, out);
            }
        }
    }

    private static void act(String word, String[] words, JsonNode request, PrintStream out)
            throws IOException, InterruptedException {
        String nonce = request.get("nonce").stringValue();
        switch (word) {
            case "noise" -> out.print("Loading personal profile…\r\n{\"ok\":true}\n\u001b[31m");
            case "clixml" ->
                System.err.print(
                        "#< CLIXML\r\n<Objs Version=\"1.1.0.1\"><S S=\"Error\">boom &lt;here&gt;_x000D__x000A_</S></Objs>");
            case "answer" -> out.print("\n" + nonce + echo(words, request) + "\n");
            case "answer-crlf" -> out.print("\n" + nonce + echo(words, request) + "\r\n");
            case "other-id" -> out.print("\n" + nonce + "{\"v\":1,\"id\":\"other\",\"ok\":true,\"data\":{}}\n");
            case "other-data" ->
                out.print("\n" + nonce + "{\"v\":1,\"id\":" + request.get("id") + ",\"ok\":true,\"data\":{\"n\":2}}\n");
            case "truncated" -> {
                String whole = echo(words, request);
                out.print("\n" + nonce + whole.substring(0, whole.length() / 2));
            }
            case "busy" ->
                out.print(
                        "\n" + nonce + "{\"v\":1,\"id\":" + request.get("id")
                                + ",\"ok\":false,\"error\":{\"id\":\"OperationFailed,Microsoft\",\"category\":\"NotSpecified\","
                                + "\"type\":\"x\",\"hresult\":-2147024864,\"number\":null,\"sdr\":null,\"message\":\"in Gebrauch\"}}\n");
            case "hang" -> {
                out.flush();
                // For ever, but not longer than the test: it must leave nothing behind.
                ProcessHandle.of(Long.getLong(OWNER))
                        .ifPresent(owner -> owner.onExit().join());
            }
            case "child" -> new ProcessBuilder("sleep", "600").inheritIO().start();
            case "errors-50-MiB" -> {
                byte[] piece = new byte[MEBIBYTE];
                java.util.Arrays.fill(piece, (byte) 'e');
                for (int i = 0; i < 50; i++) {
                    System.err.write(piece, 0, piece.length);
                }
                System.err.flush();
            }
            case "output-endless" -> {
                byte[] piece = new byte[MEBIBYTE];
                while (!out.checkError()) {
                    out.write(piece, 0, piece.length);
                }
            }
            case "exit-7" -> {
                out.flush();
                Runtime.getRuntime().halt(7);
            }
            case "die" -> {
                out.flush();
                Runtime.getRuntime().halt(137);
            }
            default -> throw new IllegalArgumentException(word);
        }
    }

    private static String echo(String[] words, JsonNode request) {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.put("words", hex(String.join("\n", words)));
        data.put("arguments", hex(request.get("args").toString()));
        return JsonNodeFactory.instance
                .objectNode()
                .put("v", 1)
                .put("id", request.get("id").stringValue())
                .put("ok", true)
                .set("data", data)
                .toString();
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }
}
